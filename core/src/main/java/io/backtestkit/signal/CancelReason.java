package io.backtestkit.signal;

/** Why a scheduled signal never opened. */
public enum CancelReason {
    /** The entry price was not reached in time. */
    TIMEOUT,
    /** The market jumped over the entry and the stop loss at once. */
    PRICE_REJECT,
    /** The user cancelled it. */
    USER,
    /** The data of a backtest ended while it was waiting. */
    FRAME_END;

    private final String code = Codes.of(this);

    /** Returns the stored and printed form, for example {@code price_reject}. */
    public String code() {
        return code;
    }
}
