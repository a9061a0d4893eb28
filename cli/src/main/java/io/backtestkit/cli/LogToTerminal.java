package io.backtestkit.cli;

import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * Shows what the stores log as plain notes, each a line, and silences the clients below them: what they log the stores tell
 * in their own words. Who sets up logging by {@code -Djava.util.logging.config.file} hears them all the same.
 */
final class LogToTerminal extends Handler implements AutoCloseable {

    private static final Logger LIBRARIES = Logger.getLogger("io.backtestkit");

    /** Held so that they stay silent. */
    private static final List<Logger> CLIENTS = Stream.of(
                    "io.lettuce", "io.netty", "org.mongodb", "com.mongodb", "org.postgresql", "com.zaxxer")
            .map(Logger::getLogger)
            .toList();

    private final Terminal terminal;

    private LogToTerminal(Terminal terminal) {
        this.terminal = terminal;
    }

    static LogToTerminal begin(Terminal terminal) {
        LogToTerminal handler = new LogToTerminal(terminal);
        LIBRARIES.setUseParentHandlers(false);
        LIBRARIES.addHandler(handler);
        if (System.getProperty("java.util.logging.config.file") == null) {
            CLIENTS.forEach(client -> client.setLevel(Level.OFF));
        }
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
        CLIENTS.forEach(client -> client.setLevel(null));
    }
}
