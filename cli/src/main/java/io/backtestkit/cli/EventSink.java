package io.backtestkit.cli;

import java.io.IOException;
import java.nio.file.Path;

/** Where the lines of events go that programs read. */
interface EventSink extends AutoCloseable {

    /**
     * Opens the file for appending, unless it is the system's name of this process's own output.
     *
     * @throws CommandFailure as {@link EventFile#open}
     */
    static EventSink open(Path file, Terminal terminal) {
        return OutputFile.isStandardOutput(file) ? new EventOutput(terminal) : EventFile.open(file);
    }

    /**
     * Appends the line of an event, given without its end.
     *
     * @throws IOException if not all of it could be written
     */
    void append(String line) throws IOException;

    /** Says whether it is the output of the command: what becomes of one that is not written is the same for every command. */
    boolean isOutput();

    @Override
    void close();
}
