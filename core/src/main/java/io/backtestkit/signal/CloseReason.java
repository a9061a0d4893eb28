package io.backtestkit.signal;

/** Why a position was left. */
public enum CloseReason {
    /** The price reached the take profit. */
    TAKE_PROFIT,
    /** The price reached the stop loss. */
    STOP_LOSS,
    /** The time limit ran out. */
    TIME_EXPIRED,
    /** The user or the exchange closed it. */
    CLOSED,
    /** The data of a backtest ended while it was open. */
    FRAME_END;

    private final String code = Codes.of(this);

    /** Returns the stored and printed form, for example {@code take_profit}. */
    public String code() {
        return code;
    }
}
