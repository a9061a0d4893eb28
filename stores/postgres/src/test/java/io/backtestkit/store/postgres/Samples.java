package io.backtestkit.store.postgres;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.testkit.SampleSignals;

/** Signals that tell which write they came from. */
final class Samples {

    static final SignalKey KEY = SampleSignals.key();

    private Samples() {}

    static Signal numbered(SignalKey key, long number) {
        return SampleSignals.fullyFilled(key)
                .id("n" + number)
                .note(("part of write " + number + "; ").repeat(20))
                .build();
    }

    /** Returns the number, once the whole record has been seen to be of one write. */
    static long number(Signal signal) {
        long number = Long.parseLong(signal.id().substring(1));
        if (!signal.equals(numbered(signal.key(), number))) {
            throw new AssertionError("torn: " + signal + " is no whole write " + number);
        }
        return number;
    }

    /** Says whether a child process ends the signal of that number. */
    static boolean isEnded(long number) {
        return number % 3 == 0;
    }

    /** Says whether a child process deletes what is in the slot after the signal of that number. */
    static boolean isDeleted(long number) {
        return number % 5 == 0;
    }

    /** Says whether the slot is empty when the child process is done with that number. */
    static boolean isGone(long number) {
        return isEnded(number) || isDeleted(number);
    }
}
