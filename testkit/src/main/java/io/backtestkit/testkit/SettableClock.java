package io.backtestkit.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands still until it is set. Any thread may read and set it. */
public final class SettableClock implements InstantSource {

    private Instant now;

    /** Starts at that time. */
    public SettableClock(Instant start) {
        now = start;
    }

    @Override
    public synchronized Instant instant() {
        return now;
    }

    /** Sets the time; it may go back. */
    public synchronized void set(Instant time) {
        now = time;
    }

    /** Moves the time by that much, back if it is negative, and returns the new time. */
    public synchronized Instant advance(Duration by) {
        now = now.plus(by);
        return now;
    }

    /** Returns the time it shows. */
    @Override
    public String toString() {
        return instant().toString();
    }
}
