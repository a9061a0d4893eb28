package io.backtestkit.signal;

import java.util.OptionalInt;

/**
 * Says how long a position may be held: a whole number of minutes, or explicitly no limit.
 */
public final class TimeLimit {

    private static final TimeLimit NONE = new TimeLimit(0);

    private final int minutes;

    private TimeLimit(int minutes) {
        this.minutes = minutes;
    }

    /**
     * Returns a limit of that many minutes.
     *
     * @throws IllegalArgumentException if {@code minutes} is below 1
     */
    public static TimeLimit ofMinutes(int minutes) {
        if (minutes < 1) {
            throw new IllegalArgumentException("Cannot limit a position to " + minutes
                    + " minutes: at least 1 is needed. For no limit, use none().");
        }
        return new TimeLimit(minutes);
    }

    /** Returns the limit that never runs out. */
    public static TimeLimit none() {
        return NONE;
    }

    /** Returns the minutes, or empty if there is no limit. */
    public OptionalInt minutes() {
        return minutes == 0 ? OptionalInt.empty() : OptionalInt.of(minutes);
    }

    /** Says whether a position held for {@code heldMillis} milliseconds has reached the limit. */
    public boolean reachedAfter(long heldMillis) {
        return minutes != 0 && heldMillis >= minutes * 60_000L;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TimeLimit limit && limit.minutes == minutes;
    }

    @Override
    public int hashCode() {
        return minutes;
    }

    /** Returns for example {@code 1440 min}, or {@code none}. */
    @Override
    public String toString() {
        return minutes == 0 ? "none" : minutes + " min";
    }
}
