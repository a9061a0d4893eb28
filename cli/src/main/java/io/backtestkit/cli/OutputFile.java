package io.backtestkit.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.List;
import java.util.Set;

/** A file a result is written to at the end: checked before the work begins, and never seen half written. */
final class OutputFile {

    private static final List<String> STREAMS = List.of("/dev/stdout", "/dev/stderr", "/dev/fd", "/proc");

    private static final Set<String> STANDARD_OUTPUT = Set.of("/dev/stdout", "/dev/fd/1", "/proc/self/fd/1");

    private final Path file;

    private OutputFile(Path file) {
        this.file = file;
    }

    /**
     * Checks that the file can be written, and leaves it as it is.
     *
     * @throws CommandFailure if it cannot
     */
    static OutputFile check(String option, Path named) {
        String name = named.toString();
        try {
            Path file = named.toAbsolutePath();
            if (!named.isAbsolute()) {
                LocaleEncoding.requireWhole("the name of this folder", System.getProperty("user.dir"));
            }
            if (isStream(file) && Files.isRegularFile(file)) {
                throw refused(option, name, "it leads to a file, which would be replaced", "Name that file.");
            }
            // what a link points to is replaced, not the link
            file = Files.exists(file) && !isSpecial(file) ? file.toRealPath() : file;
            if (Files.isDirectory(file)) {
                throw refused(option, name, "it is a folder", "Name a file.");
            }
            Path folder = file.getParent();
            if (folder == null || !Files.isDirectory(folder)) {
                throw refused(option, name, "there is no folder " + folder, "Make it first.");
            }
            if (Files.exists(folder.resolve(".lock")) || Files.exists(folder.resolveSibling(".lock"))) {
                throw refused(option, name, "it lies inside the data folder of a store", "Name another place.");
            }
            if (Files.isRegularFile(file) && Files.size(file) > 0 && !beginsLikeJson(file)) {
                throw refused(option, name, "there is a file already, and not one of JSON", "Name another file.");
            }
            if (Files.exists(file) && !Files.isWritable(file)) {
                throw refused(option, name, "this user may not write it", "Check its permissions.");
            }
            if (!isSpecial(file)) {
                Files.delete(Files.createTempFile(folder, ".backtest-kit-", ".tmp"));
            }
            return new OutputFile(file);
        } catch (AccessDeniedException e) {
            throw refused(option, name, "this user may not write there", "Check the folder's permissions.");
        } catch (IOException e) {
            throw refused(option, name, "'" + e.getMessage() + "'", "Name another file.");
        }
    }

    private static CommandFailure refused(String option, String name, String found, String advice) {
        return CommandFailure.runFailed(
                "Cannot write " + option + " '" + name + "': " + found + ". " + advice + " Nothing was run.");
    }

    /** What this command replaces, it could have written: candles and strategies named by mistake are kept. */
    private static boolean beginsLikeJson(Path file) throws IOException {
        try (InputStream bytes = Files.newInputStream(file)) {
            int first = bytes.read();
            return first == '{' || first == '[';
        }
    }

    /**
     * Devices and pipes are written to as they are: to replace them would be wrong, and a pipe, as {@code /dev/stdout} often
     * is, has no other path.
     */
    private static boolean isSpecial(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(file);
    }

    /** Says whether it is the system's name of an open stream, as {@code /dev/stdout}: its writer may have more to say. */
    private static boolean isStream(Path file) {
        return STREAMS.stream().anyMatch(file::startsWith);
    }

    /** Says whether it is no file but a pipe or a device, which may be this process's own output. */
    boolean isSpecial() {
        return isSpecial(file);
    }

    /** Says whether it is the system's name of this process's own output, and that is no file. */
    boolean isStandardOutput() {
        return isSpecial() && isStandardOutput(file);
    }

    /** Says whether it is the system's name of this process's own output, wherever that leads. */
    static boolean isStandardOutput(Path file) {
        return STANDARD_OUTPUT.contains(file.toString());
    }

    /** Replaces the content by that text, in one step. */
    void write(String text) {
        try {
            if (isSpecial(file)) {
                Files.writeString(file, text);
                return;
            }
            Path folder = file.getParent();
            Path temporary = Files.createTempFile(folder, ".backtest-kit-", ".tmp");
            try {
                giveRightsTo(temporary);
                try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
                    while (bytes.hasRemaining()) {
                        channel.write(bytes);
                    }
                    channel.force(true); // else a power cut may leave an empty file where a good one was
                }
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw CommandFailure.runFailed(
                    "Cannot write " + file + ": '" + e.getMessage() + "'. Check the disk, then run again.", e);
        }
    }

    /** Gives it those of the file it is to replace; without one, those of any new file, as the umask says. */
    private void giveRightsTo(Path temporary) throws IOException {
        if (!Files.exists(file)) {
            Files.delete(temporary);
            Files.createFile(temporary); // made as a temporary one it is its user's alone
        } else if (Files.getFileStore(temporary).supportsFileAttributeView(PosixFileAttributeView.class)) {
            Files.setPosixFilePermissions(temporary, Files.getPosixFilePermissions(file));
        }
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
