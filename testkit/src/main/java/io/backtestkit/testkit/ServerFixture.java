package io.backtestkit.testkit;

import io.backtestkit.store.SignalStore;
import java.time.Duration;
import java.util.Optional;

/** The server behind a store: where it is, and how the store is opened through a {@link NetworkProxy} in front of it. */
public interface ServerFixture {

    /** Returns the name or address the server listens on. */
    String host();

    /** Returns the port the server listens on. */
    int port();

    /**
     * Opens the store on the fixture's place, as if its server were at that address, with time-outs as short as they can
     * be: each lost reply costs the tests one of them.
     */
    SignalStore openThrough(String host, int port);

    /**
     * Opens it there with time-outs of many seconds, for tests in which every reply comes, only late: then a machine that is
     * slow for a moment fails none of them. By default as {@link #openThrough} does.
     */
    default SignalStore openPatiently(String host, int port) {
        return openThrough(host, port);
    }

    /** Returns the longest that opening the store so, or one call on it, may take, whatever the network does. A slow machine may
     * need longer than the time-outs say; that this is long costs nothing. */
    Duration longestCall();

    /** Returns how long each reply may be late without any call failing; below the time-outs, 100 ms by default. */
    default Duration bearableDelay() {
        return Duration.ofMillis(100);
    }

    /**
     * Returns what kills the server and starts it again on the same address with what it had acknowledged; empty if the
     * tests cannot. Then the kit only cuts every connection and refuses new ones for a while, and nothing is proved about
     * the server's memory: {@link Unproved#RESTART}.
     */
    default Optional<Runnable> restart() {
        return Optional.empty();
    }
}
