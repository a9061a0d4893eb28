package io.backtestkit.signal;

/** Which side of the market a signal is on. */
public enum Position {
    /** Bought first: gains when the price rises. */
    LONG,
    /** Sold first: gains when the price falls. */
    SHORT;

    private final String code = Codes.of(this);

    /** Returns the stored and printed form: {@code long} or {@code short}. */
    public String code() {
        return code;
    }
}
