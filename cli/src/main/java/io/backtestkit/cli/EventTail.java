package io.backtestkit.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;

/** Reads the whole lines of a file of events while another process appends to it. For one thread. */
final class EventTail {

    private final Path file;
    private final Queue<EventLine> lines = new ArrayDeque<>();
    private long position;

    EventTail(Path file) {
        this.file = file;
    }

    /** Returns the next whole line; empty if there is none yet. */
    Optional<EventLine> next() {
        if (lines.isEmpty() && Files.exists(file)) {
            readMore();
        }
        return Optional.ofNullable(lines.poll());
    }

    /** Reads up to the last line end: what stands behind it may still be written, or cut off. */
    private void readMore() {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(1 << 20, Math.max(0, channel.size() - position)));
            int read = Math.max(0, channel.read(buffer, position));
            ByteArrayOutputStream line = new ByteArrayOutputStream(512);
            for (int i = 0; i < read; i++) {
                byte next = buffer.get(i);
                if (next == '\n') {
                    lines.add(EventLine.parse(line.toString(StandardCharsets.UTF_8)));
                    position += line.size() + 1;
                    line.reset();
                } else {
                    line.write(next);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the events in " + file + ": '" + e.getMessage() + "'.", e);
        }
    }
}
