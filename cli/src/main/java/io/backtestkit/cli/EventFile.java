package io.backtestkit.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The file events are appended to, one line each, each with one write: what a kill leaves is whole lines, and at most one
 * torn one at the end, which the next opening cuts off.
 */
final class EventFile implements EventSink {

    private static final String START = "{\"event\":\"";

    private final Path file;
    private final FileChannel channel;

    private EventFile(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Opens the file for appending, and cuts off a torn line at its end.
     *
     * @throws CommandFailure if it cannot be written, or is not a file of events: then nothing in it is changed
     */
    static EventFile open(Path file) {
        String name = file.toString();
        try {
            if (Files.isDirectory(file)) {
                throw refused(name, "it is a folder", "Name a file.");
            }
            boolean regular = !Files.exists(file) || Files.isRegularFile(file);
            long keep = regular && Files.exists(file) ? wholeLines(name, file) : -1;
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (regular) {
                lock(name, channel);
                if (keep >= 0) {
                    channel.truncate(keep);
                }
                channel.position(channel.size());
            }
            return new EventFile(file, channel);
        } catch (NoSuchFileException e) {
            throw refused(name, "there is no such folder", "Make it first.");
        } catch (AccessDeniedException e) {
            throw refused(name, "this user may not write it", "Check its permissions.");
        } catch (IOException e) {
            throw refused(name, "'" + e.getMessage() + "'", "Name a file that can be written.");
        }
    }

    /** Held until the channel is closed. The file was looked at before: to close that look would end a lock. */
    private static void lock(String name, FileChannel channel) throws IOException {
        boolean locked;
        try {
            locked = channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            locked = false;
        }
        if (!locked) {
            channel.close();
            throw refused(name, "another program writes to it", "Name a file of its own for each.");
        }
    }

    /** Returns how long the file is up to the end of its last whole line. */
    private static long wholeLines(String name, Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            requireStart(name, channel, 0);
            // a line is far shorter than this; a longer end is not ours
            int length = (int) Math.min(size, 1 << 20);
            byte[] end = read(channel, size - length, length);
            int lineEnd = length;
            while (lineEnd > 0 && end[lineEnd - 1] != '\n') {
                lineEnd--;
            }
            if (lineEnd == 0 && length < size) {
                throw foreign(name);
            }
            requireStart(name, channel, size - length + lineEnd);
            return size - length + lineEnd;
        }
    }

    /** Checks that what stands at {@code position} is the start of a line of ours, as far as it goes. */
    private static void requireStart(String name, FileChannel channel, long position) throws IOException {
        int length = (int) Math.min(channel.size() - position, START.length());
        String found = new String(read(channel, position, length), StandardCharsets.ISO_8859_1);
        if (!START.startsWith(found)) {
            throw foreign(name);
        }
    }

    private static CommandFailure foreign(String name) {
        return refused(name, "it is not a file of events", "Nothing in it was changed. Name another file.");
    }

    private static byte[] read(FileChannel channel, long position, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, position + bytes.position()) < 0) {
                break;
            }
        }
        return bytes.array();
    }

    private static CommandFailure refused(String name, String found, String advice) {
        return CommandFailure.runFailed(
                "Cannot write --json-events '" + name + "': " + found + ". " + advice + " Nothing was run.");
    }

    /**
     * Appends a line, given without its end; when it returns, a kill of this process does not take it away again.
     *
     * @throws IOException if not all of it could be written; then none of it is in the file
     */
    @Override
    public void append(String line) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
        boolean seekable = Files.isRegularFile(file);
        long before = seekable ? channel.position() : 0;
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            if (seekable) {
                channel.truncate(before);
            }
            throw e;
        }
    }

    @Override
    public boolean isOutput() {
        return false;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw CommandFailure.runFailed("Cannot close " + file + ": '" + e + "'. Check the disk.", e);
        }
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
