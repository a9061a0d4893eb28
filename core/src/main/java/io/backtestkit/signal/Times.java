package io.backtestkit.signal;

import java.time.Instant;

/** Brings times into the one form that is stored. */
final class Times {

    private Times() {}

    /**
     * Returns the time to the millisecond, cut off.
     *
     * @throws IllegalArgumentException if it is too far away to be kept as epoch milliseconds
     */
    @SuppressWarnings("JavaInstantGetSecondsGetNano") // the part below the second is all that matters here
    static Instant kept(Instant time) {
        try {
            Instant kept = Instant.ofEpochMilli(time.toEpochMilli());
            return kept.equals(time) ? time : kept;
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    "Cannot keep the time " + time + ": it is too far away to be counted in milliseconds.", e);
        }
    }
}
