package io.backtestkit.oracle;

/** Profit and loss of one entry and one exit, with slip and fee of 0.1 percent a side. */
final class OraclePnl {
    private static final Fraction SLIP = Fraction.of("0.1");
    private static final Fraction FEE = Fraction.of("0.1");

    private OraclePnl() {}

    /** Compute exactly, and round once to the nearest double. */
    static double percent(OraclePosition position, Fraction open, Fraction close) {
        boolean isLong = position == OraclePosition.LONG;
        Fraction slippedOpen = isLong ? open.up(SLIP) : open.down(SLIP);
        Fraction slippedClose = isLong ? close.down(SLIP) : close.up(SLIP);
        Fraction gain = isLong ? slippedClose.minus(slippedOpen) : slippedOpen.minus(slippedClose);
        Fraction gross = gain.over(slippedOpen).times(Fraction.HUNDRED);
        Fraction fees = FEE.times(Fraction.ONE.plus(slippedClose.over(slippedOpen)));
        return gross.minus(fees).toDouble();
    }
}
