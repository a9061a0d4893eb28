package io.backtestkit.servers;

import java.time.Duration;

/** A server that this JVM has started, and that ends with it. Any thread may use it; one at a time may kill and start it. */
public interface Server extends AutoCloseable {

    /** Returns what it is, for a report. */
    String name();

    /** Returns the address it listens on. */
    default String host() {
        return "127.0.0.1";
    }

    /** Returns the port it listens on; the same after a restart. */
    int port();

    /** Returns the location of an empty place on it. Other processes may open it too. */
    String newPlace();

    /**
     * Returns the location that leads to the same place by another port, that of a proxy, with time-outs of about a second: so
     * short that a test can wait for them.
     */
    default String through(int port, String place) {
        return through(port, place, Duration.ofSeconds(1));
    }

    /** Returns such a location with other time-outs; a client that knows only longer ones takes its shortest. */
    String through(int port, String place, Duration timeout);

    /**
     * Ends it and all its helpers as {@code kill -9} does.
     *
     * @throws UnsupportedOperationException if it is an emulator in this process
     */
    void kill();

    /** Starts it again after {@link #kill}; returns when it answers. */
    void start();

    @Override
    void close();
}
