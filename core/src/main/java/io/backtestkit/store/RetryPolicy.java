package io.backtestkit.store;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How often and how long to try again: exponential back-off with full jitter. The n-th pause is drawn evenly from zero to
 * {@code min(longestPause, firstPause * 2^(n-1))}, so that many clients of one store do not return in step (Brooker,
 * "Exponential Backoff And Jitter", 2015).
 *
 * @param attempts how often a call is tried at most, the first time included; 1 to 100
 * @param firstPause the longest first pause; above zero
 * @param longestPause the longest pause of all; not below {@code firstPause}
 */
public record RetryPolicy(int attempts, Duration firstPause, Duration longestPause) {

    /** Checks all three. @throws IllegalArgumentException if one is out of range */
    public RetryPolicy {
        if (attempts < 1 || attempts > 100 || firstPause.toMillis() < 1 || longestPause.compareTo(firstPause) < 0) {
            throw new IllegalArgumentException("Cannot retry like that: attempts were " + attempts + ", first pause "
                    + firstPause + ", longest pause " + longestPause
                    + ". Needed: 1 to 100 attempts, a first pause of at least 1 ms, a longest one not below it.");
        }
    }

    /** Returns five attempts, pauses up to 100, 200, 400 and 800 ms: given up after 1.5 s at most, plus the calls. */
    public static RetryPolicy standard() {
        return new RetryPolicy(5, Duration.ofMillis(100), Duration.ofSeconds(2));
    }

    /**
     * Draws the pause after a failed attempt.
     *
     * @param failed how many attempts have failed so far, from 1
     * @param random where the jitter comes from
     */
    public Duration pauseAfter(int failed, RandomGenerator random) {
        long ceiling = longestPause.toMillis();
        if (failed <= 30) {
            ceiling = Math.min(ceiling, firstPause.toMillis() << (failed - 1));
        }
        return Duration.ofMillis(random.nextLong(ceiling + 1));
    }
}
