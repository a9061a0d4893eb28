package io.backtestkit.profit;

/**
 * What trading costs on each side, entry and exit alike.
 *
 * @param slippagePercent how much worse than the booked price a fill is, in percent; at least 0, below 100
 * @param feePercent what the exchange takes of the amount traded, in percent; at least 0, below 100
 */
public record Costs(double slippagePercent, double feePercent) {

    /** 0.1 % of slippage and 0.1 % of fee on each side. */
    public static final Costs DEFAULT = new Costs(0.1, 0.1);

    /** No costs at all. */
    public static final Costs NONE = new Costs(0, 0);

    /**
     * Checks both numbers.
     *
     * @throws IllegalArgumentException if one is negative, 100 or more, or not a number
     */
    public Costs {
        // written so that a NaN fails
        if (!(slippagePercent >= 0 && slippagePercent < 100 && feePercent >= 0 && feePercent < 100)) {
            throw new IllegalArgumentException("Cannot reckon with these costs: the slippage was " + slippagePercent
                    + " % and the fee " + feePercent + " %. Both must be at least 0 and below 100.");
        }
    }
}
