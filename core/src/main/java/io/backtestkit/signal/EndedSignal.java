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
        return isOf(other.signal());
    }

    /** Says whether that is the signal that ended, as far as key, id and time of creation tell: what else it says may differ. */
    default boolean isOf(Signal held) {
        return signal().key().equals(held.key())
                && signal().id().equals(held.id())
                && signal().createdAt().equals(held.createdAt());
    }
}
