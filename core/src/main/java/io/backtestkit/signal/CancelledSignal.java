package io.backtestkit.signal;

import java.time.Instant;

/**
 * A signal that never opened.
 *
 * @param signal the signal as it was last held; it has no opening time
 * @param reason why it was given up
 * @param cancelledAt when, UTC; kept to the millisecond; not before it was created
 */
public record CancelledSignal(Signal signal, CancelReason reason, Instant cancelledAt) implements EndedSignal {

    /**
     * Checks that the signal had not opened.
     *
     * @throws IllegalArgumentException if it had, or if it is cancelled before it was created
     */
    public CancelledSignal {
        cancelledAt = Times.kept(cancelledAt);
        Faults faults = new Faults();
        if (signal.openTimestamp().isPresent()) {
            faults.add("it opened at " + signal.openTimestamp().get());
        }
        if (cancelledAt.isBefore(signal.createdAt())) {
            faults.add("it was cancelled at " + cancelledAt + ", before it was created at " + signal.createdAt());
        }
        Signal held = signal;
        faults.throwIfAny(() -> "Cannot cancel signal '" + held.id() + "' of " + held.key());
    }

    @Override
    public Instant endedAt() {
        return cancelledAt;
    }

    @Override
    public String reasonCode() {
        return reason.code();
    }
}
