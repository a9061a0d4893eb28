package io.backtestkit.signal;

import java.time.Instant;

/** A signal whose slot is free again: closed, or cancelled before it opened. This is what a trade log keeps. */
public sealed interface EndedSignal permits ClosedSignal, CancelledSignal {

    /** Returns the signal as it was last held. */
    Signal signal();

    /** Returns when it ended, UTC, to the millisecond. */
    Instant endedAt();

    /** Returns the stored form of the reason, for example {@code stop_loss} or {@code timeout}. */
    String reasonCode();

    /**
     * Says whether both speak of the same signal: same key, id and time of creation. The time counts because a user's own
     * ids may come again after other signals; a log that went by the id alone would drop the later trade.
     */
    default boolean sameSignalAs(EndedSignal other) {
        return signal().key().equals(other.signal().key())
                && signal().id().equals(other.signal().id())
                && signal().createdAt().equals(other.signal().createdAt());
    }
}
