package io.backtestkit.cli;

import java.io.IOException;

/** The output of the command, when nothing but events is to be on it. */
record EventOutput(Terminal terminal) implements EventSink {

    @Override
    public void append(String line) throws IOException {
        terminal.sendLines(line + "\n");
        if (!terminal.isWritten()) {
            throw terminal.failure().orElseGet(() -> new IOException("it was refused"));
        }
    }

    @Override
    public boolean isOutput() {
        return true;
    }

    /** Does nothing: the command writes on. */
    @Override
    public void close() {}
}
