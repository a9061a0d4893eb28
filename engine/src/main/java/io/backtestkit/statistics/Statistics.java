package io.backtestkit.statistics;

import io.backtestkit.signal.ClosedSignal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What a list of closed signals says, or nothing where it would say something false. A number that means nothing, that is
 * infinite or not a number, is absent, and {@link #withheld()} says why. {@link Metric} defines each number. Immutable.
 */
public final class Statistics {

    /** The fewest closed signals from which ratios and deviations are given. */
    public static final int FEWEST_SIGNALS = 10;

    private final Outcomes outcomes;
    private final Map<Metric, Double> values;
    private final List<Withheld> withheld;

    private Statistics(Outcomes outcomes, Map<Metric, Double> values, List<Withheld> withheld) {
        this.outcomes = outcomes;
        this.values = Map.copyOf(values);
        this.withheld = List.copyOf(withheld);
    }

    /**
     * Works them out. The order of the list does not matter: signals are taken in order of their closing, of one instant in
     * order of their opening, key and id.
     */
    public static Statistics of(List<ClosedSignal> signals) {
        Outcomes outcomes = new Outcomes(signals);
        Gates gates = new Gates(outcomes);
        return new Statistics(outcomes, gates.values(), gates.withheld());
    }

    /** Returns how many signals were closed. */
    public int closed() {
        return outcomes.count();
    }

    /** Returns how many of them made more than 0. */
    public int wins() {
        return outcomes.wins();
    }

    /** Returns how many of them made less than 0. */
    public int losses() {
        return outcomes.losses();
    }

    /** Returns how many of them made exactly 0. */
    public int breakEven() {
        return closed() - wins() - losses();
    }

    /** Returns that number; empty if it is withheld. */
    public OptionalDouble value(Metric metric) {
        Double value = values.get(metric);
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    /** Returns {@link Metric#WIN_RATE}. */
    public OptionalDouble winRate() {
        return value(Metric.WIN_RATE);
    }

    /** Returns {@link Metric#AVERAGE_PNL}. */
    public OptionalDouble averagePnl() {
        return value(Metric.AVERAGE_PNL);
    }

    /** Returns {@link Metric#MEDIAN_PNL}. */
    public OptionalDouble medianPnl() {
        return value(Metric.MEDIAN_PNL);
    }

    /** Returns {@link Metric#TOTAL_PNL}. */
    public OptionalDouble totalPnl() {
        return value(Metric.TOTAL_PNL);
    }

    /** Returns {@link Metric#STANDARD_DEVIATION}. */
    public OptionalDouble standardDeviation() {
        return value(Metric.STANDARD_DEVIATION);
    }

    /** Returns {@link Metric#SHARPE_RATIO}. */
    public OptionalDouble sharpeRatio() {
        return value(Metric.SHARPE_RATIO);
    }

    /** Returns {@link Metric#TRADES_PER_YEAR}. */
    public OptionalDouble tradesPerYear() {
        return value(Metric.TRADES_PER_YEAR);
    }

    /** Returns {@link Metric#ANNUALIZED_SHARPE_RATIO}. */
    public OptionalDouble annualizedSharpeRatio() {
        return value(Metric.ANNUALIZED_SHARPE_RATIO);
    }

    /** Returns {@link Metric#SORTINO_RATIO}. */
    public OptionalDouble sortinoRatio() {
        return value(Metric.SORTINO_RATIO);
    }

    /** Returns {@link Metric#PROFIT_FACTOR}. */
    public OptionalDouble profitFactor() {
        return value(Metric.PROFIT_FACTOR);
    }

    /** Returns {@link Metric#EXPECTANCY}. */
    public OptionalDouble expectancy() {
        return value(Metric.EXPECTANCY);
    }

    /** Returns {@link Metric#MAX_DRAWDOWN}. */
    public OptionalDouble maxDrawdown() {
        return value(Metric.MAX_DRAWDOWN);
    }

    /** Returns {@link Metric#EXPECTED_YEARLY_RETURN}. */
    public OptionalDouble expectedYearlyReturn() {
        return value(Metric.EXPECTED_YEARLY_RETURN);
    }

    /** Returns {@link Metric#CALMAR_RATIO}. */
    public OptionalDouble calmarRatio() {
        return value(Metric.CALMAR_RATIO);
    }

    /** Returns {@link Metric#RECOVERY_FACTOR}. */
    public OptionalDouble recoveryFactor() {
        return value(Metric.RECOVERY_FACTOR);
    }

    /** Returns {@link Metric#AVERAGE_DURATION_MINUTES}. */
    public OptionalDouble averageDurationMinutes() {
        return value(Metric.AVERAGE_DURATION_MINUTES);
    }

    /** Returns {@link Metric#LONGEST_WIN_STREAK}. */
    public OptionalDouble longestWinStreak() {
        return value(Metric.LONGEST_WIN_STREAK);
    }

    /** Returns {@link Metric#LONGEST_LOSS_STREAK}. */
    public OptionalDouble longestLossStreak() {
        return value(Metric.LONGEST_LOSS_STREAK);
    }

    /** Returns {@link Metric#AVERAGE_PEAK}. */
    public OptionalDouble averagePeak() {
        return value(Metric.AVERAGE_PEAK);
    }

    /** Returns {@link Metric#AVERAGE_WORST}. */
    public OptionalDouble averageWorst() {
        return value(Metric.AVERAGE_WORST);
    }

    /** Returns which numbers are absent, and why, in the order of {@link Metric}. */
    public List<Withheld> withheld() {
        return withheld;
    }

    /**
     * Returns everything by name, for writing: {@code closed}, {@code wins}, {@code losses} and {@code breakEven}, then every
     * metric in order. A withheld one is null; counts and streaks are {@link Integer}s, all else {@link Double}s. Not
     * modifiable.
     */
    public Map<String, @Nullable Number> asMap() {
        Map<String, @Nullable Number> map = new LinkedHashMap<>();
        map.put("closed", closed());
        map.put("wins", wins());
        map.put("losses", losses());
        map.put("breakEven", breakEven());
        for (Metric metric : Metric.values()) {
            map.put(metric.code(), number(metric));
        }
        return Collections.unmodifiableMap(map);
    }

    private @Nullable Number number(Metric metric) {
        Double value = values.get(metric);
        // two branches, not one conditional, which would unbox both sides to double
        if (value != null && metric.counts()) {
            return value.intValue();
        }
        return value;
    }

    /** Returns everything by name, for people; what is withheld shows as null. */
    @Override
    public String toString() {
        return asMap().toString();
    }
}
