package io.backtestkit.statistics;

/** A number about a list of closed signals; {@code r} is the {@code pnlPercent} of one, {@code N} their count. */
public enum Metric {
    /** Wins among wins and losses, in percent; a result of exactly 0 is neither. */
    WIN_RATE("winRate"),
    /** The mean of {@code r}, in percent. */
    AVERAGE_PNL("averagePnl"),
    /** The middle {@code r}, or the mean of the middle two, in percent. */
    MEDIAN_PNL("medianPnl"),
    /** The sum of {@code r}, in percent. */
    TOTAL_PNL("totalPnl"),
    /** The sample standard deviation of {@code r}, with N-1, in percent. */
    STANDARD_DEVIATION("standardDeviation"),
    /** Mean over standard deviation, per signal (Sharpe, "The Sharpe Ratio", 1994, ex post, against 0). */
    SHARPE_RATIO("sharpeRatio"),
    /** Signals closed in 365 days at this pace, from the first opening to the last close. */
    TRADES_PER_YEAR("tradesPerYear"),
    /** The Sharpe ratio times the root of the trades per year (Sharpe 1994, "Time Dependence"). */
    ANNUALIZED_SHARPE_RATIO("annualizedSharpeRatio"),
    /**
     * Mean over downside deviation {@code sqrt(sum(min(0,r)^2)/N)}, all N counted, target 0 (Sortino and Price,
     * "Performance Measurement in a Downside Risk Framework", 1994).
     */
    SORTINO_RATIO("sortinoRatio"),
    /** What the wins brought over what the losses took. */
    PROFIT_FACTOR("profitFactor"),
    /** What one more signal would bring, in percent: each side's mean times its frequency. */
    EXPECTANCY("expectancy"),
    /**
     * The largest fall of the compounded equity from its peak, in percent of the peak, from 0 to 100. The equity begins at
     * 1, which is its first peak; each signal's worst mark counts before its close. An equity below 0 counts as 0.
     */
    MAX_DRAWDOWN("maxDrawdown"),
    /** What the compounded equity would gain in 365 days at this pace, in percent. */
    EXPECTED_YEARLY_RETURN("expectedYearlyReturn"),
    /** The expected yearly return over the largest drawdown (Young, "Calmar Ratio: A Smoother Tool", 1991). */
    CALMAR_RATIO("calmarRatio"),
    /** The gain of the compounded equity, in percent, over the largest drawdown. */
    RECOVERY_FACTOR("recoveryFactor"),
    /** The mean time from opening to close, in minutes. */
    AVERAGE_DURATION_MINUTES("averageDurationMinutes"),
    /** The most wins in a row, in order of closing; a result of 0 ends the row. */
    LONGEST_WIN_STREAK("longestWinStreak"),
    /** The most losses in a row, in order of closing; a result of 0 ends the row. */
    LONGEST_LOSS_STREAK("longestLossStreak"),
    /** The mean of the best marks, in percent, of the signals that have marks. */
    AVERAGE_PEAK("averagePeak"),
    /** The mean of the worst marks, in percent, of the signals that have marks. */
    AVERAGE_WORST("averageWorst");

    private final String code;

    Metric(String code) {
        this.code = code;
    }

    /** Returns its name in JSON and reports, for example {@code winRate}. */
    public String code() {
        return code;
    }

    /** Says whether it is a whole number. */
    public boolean counts() {
        return this == LONGEST_WIN_STREAK || this == LONGEST_LOSS_STREAK;
    }
}
