package io.backtestkit.store.redis;

import java.time.Duration;
import java.util.Optional;

/**
 * How long to wait for the server, and which of its weaknesses are accepted.
 *
 * @param connectTimeout how long making a connection may take
 * @param commandTimeout how long a call waits for its answer
 * @param socketTimeout after how long without any answer, in a cluster to requests for one slot, the connection is given up
 *     and made anew
 * @param keepAlive after how long without traffic the connection is probed; zero for never
 * @param acceptLossWindow accepts {@code appendfsync everysec}: what was acknowledged in about the last such time may be
 *     lost in a power cut; empty to refuse it
 * @param acceptUnverified accepts a server that does not show its configuration
 * @param expireAbandonedAfter removes a signal that nobody wrote or touched for that long; empty for never
 */
public record RedisOptions(
        Duration connectTimeout,
        Duration commandTimeout,
        Duration socketTimeout,
        Duration keepAlive,
        Optional<Duration> acceptLossWindow,
        boolean acceptUnverified,
        Optional<Duration> expireAbandonedAfter) {

    private static final Duration SHORTEST = Duration.ofMillis(1);

    /** Checks them. @throws IllegalArgumentException if a time-out is below 1 ms or a loss window below 1 s */
    public RedisOptions {
        require("connectTimeout", connectTimeout, SHORTEST);
        require("commandTimeout", commandTimeout, SHORTEST);
        require("socketTimeout", socketTimeout, SHORTEST);
        require("keepAlive", keepAlive, Duration.ZERO);
        acceptLossWindow.ifPresent(window -> require("acceptLossWindow", window, Duration.ofSeconds(1)));
        expireAbandonedAfter.ifPresent(after -> require("expireAbandonedAfter", after, SHORTEST));
    }

    /** Returns 2 s to connect, 3 s for a command, 10 s of silence, probes after 30 s; nothing accepted, nothing expires. */
    public static RedisOptions defaults() {
        return new RedisOptions(
                Duration.ofSeconds(2),
                Duration.ofSeconds(3),
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Optional.empty(),
                false,
                Optional.empty());
    }

    /** Returns these with another {@link #commandTimeout}. */
    public RedisOptions withCommandTimeout(Duration timeout) {
        return new RedisOptions(
                connectTimeout,
                timeout,
                socketTimeout,
                keepAlive,
                acceptLossWindow,
                acceptUnverified,
                expireAbandonedAfter);
    }

    /** Returns these with {@link #acceptLossWindow} set. */
    public RedisOptions acceptingLossWindow(Duration window) {
        return new RedisOptions(
                connectTimeout,
                commandTimeout,
                socketTimeout,
                keepAlive,
                Optional.of(window),
                acceptUnverified,
                expireAbandonedAfter);
    }

    /** Returns these with {@link #acceptUnverified} set. */
    public RedisOptions acceptingUnverified() {
        return new RedisOptions(
                connectTimeout, commandTimeout, socketTimeout, keepAlive, acceptLossWindow, true, expireAbandonedAfter);
    }

    /** Returns these with {@link #expireAbandonedAfter} set. */
    public RedisOptions expiringAbandonedAfter(Duration after) {
        return new RedisOptions(
                connectTimeout,
                commandTimeout,
                socketTimeout,
                keepAlive,
                acceptLossWindow,
                acceptUnverified,
                Optional.of(after));
    }

    private static void require(String name, Duration value, Duration least) {
        if (value.compareTo(least) < 0) {
            throw new IllegalArgumentException("Cannot use Redis like that: " + name + " was " + value.toMillis()
                    + "ms, it must be at least " + least.toMillis() + "ms.");
        }
    }
}
