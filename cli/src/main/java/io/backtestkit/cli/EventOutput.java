package io.backtestkit.cli;

import io.backtestkit.event.Event;
import java.io.IOException;

/** The output of the command, when nothing but events is to be on it. */
record EventOutput(Terminal terminal) implements EventSink {

    @Override
    public void append(Event event) throws IOException {
        terminal.sendLines(EventJson.line(event) + "\n");
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
