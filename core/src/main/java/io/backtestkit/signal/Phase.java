package io.backtestkit.signal;

/** Where a stored signal is on its way. */
public enum Phase {
    /** Accepted, resting at its entry price, not yet open. */
    SCHEDULED,
    /** The entry was decided and is being sent to the broker; whether it was filled is known only there. */
    OPENING,
    /** The position is held. */
    OPEN,
    /** The exit was decided and is being sent to the broker; {@link Signal#closeIntent()} says why and at what price. */
    CLOSING;

    private final String code = Codes.of(this);

    /** Returns the stored and printed form, for example {@code scheduled}. */
    public String code() {
        return code;
    }
}
