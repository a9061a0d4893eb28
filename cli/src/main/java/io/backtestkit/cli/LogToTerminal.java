package io.backtestkit.cli;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Shows what the libraries log as plain notes, each a line. */
final class LogToTerminal extends Handler implements AutoCloseable {

    private static final Logger LIBRARIES = Logger.getLogger("io.backtestkit");

    private final Terminal terminal;

    private LogToTerminal(Terminal terminal) {
        this.terminal = terminal;
    }

    static LogToTerminal begin(Terminal terminal) {
        LogToTerminal handler = new LogToTerminal(terminal);
        LIBRARIES.setUseParentHandlers(false);
        LIBRARIES.addHandler(handler);
        return handler;
    }

    @Override
    public void publish(LogRecord logged) {
        if (logged.getLevel().intValue() >= Level.WARNING.intValue()) {
            terminal.warn("Note: " + logged.getMessage());
        }
    }

    @Override
    public void flush() {
        // the streams are flushed at the end of the command
    }

    @Override
    public void close() {
        LIBRARIES.removeHandler(this);
        LIBRARIES.setUseParentHandlers(true);
    }
}
