package io.backtestkit.statistics;

import io.backtestkit.signal.Marks;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/** Lets through the numbers that mean something, and keeps the reason for each that does not. */
final class Gates {

    private static final double SMALLEST_DEVIATION = 1e-9;
    private static final int FEWEST_DAYS = 14;
    private static final int MOST_TRADES_PER_YEAR = 365;
    private static final int LARGEST_YEARLY_RETURN = 100;

    private final Outcomes outcomes;
    private final Map<Metric, Double> values = new EnumMap<>(Metric.class);
    private final Map<Metric, String> reasons = new EnumMap<>(Metric.class);

    Gates(Outcomes outcomes) {
        this.outcomes = outcomes;
        averages();
        ratios();
        overTime();
        descriptions();
    }

    Map<Metric, Double> values() {
        return Collections.unmodifiableMap(values);
    }

    List<Withheld> withheld() {
        List<Withheld> withheld = new ArrayList<>();
        reasons.forEach((metric, reason) -> withheld.add(new Withheld(metric, reason)));
        return withheld;
    }

    private void averages() {
        give(
                Metric.WIN_RATE,
                () -> 100.0 * outcomes.wins() / (outcomes.wins() + outcomes.losses()),
                unless(outcomes.wins() + outcomes.losses() > 0, "needs a win or a loss, has neither"));
        give(Metric.AVERAGE_PNL, outcomes::average, needsAny());
        give(Metric.MEDIAN_PNL, outcomes::median, needsAny());
        give(Metric.TOTAL_PNL, outcomes::total, needsAny());
        give(Metric.EXPECTANCY, this::expectancy, needsMany());
    }

    private double expectancy() {
        double count = outcomes.count();
        double fromWins = outcomes.wins() == 0 ? 0 : outcomes.wins() / count * (outcomes.won() / outcomes.wins());
        double fromLosses =
                outcomes.losses() == 0 ? 0 : outcomes.losses() / count * (outcomes.lost() / outcomes.losses());
        return fromWins + fromLosses;
    }

    private void ratios() {
        give(Metric.STANDARD_DEVIATION, outcomes::deviation, needsMany());
        give(
                Metric.SHARPE_RATIO,
                () -> outcomes.average() / outcomes.deviation(),
                reasons.get(Metric.STANDARD_DEVIATION),
                unless(outcomes.deviation() > SMALLEST_DEVIATION, "needs results that differ, all are alike"));
        give(
                Metric.SORTINO_RATIO,
                () -> outcomes.average() / outcomes.downsideDeviation(),
                needsMany(),
                unless(outcomes.losses() > 0, "needs a loss, has none"));
        give(
                Metric.PROFIT_FACTOR,
                () -> outcomes.won() / -outcomes.lost(),
                unless(outcomes.wins() > 0, "needs a win, has none"),
                unless(outcomes.losses() > 0, "needs a loss, has none"));
    }

    private void overTime() {
        give(Metric.MAX_DRAWDOWN, outcomes::maxDrawdown, needsAny());
        double days = outcomes.days();
        double tradesPerYear = outcomes.count() / days * 365;
        give(
                Metric.TRADES_PER_YEAR,
                () -> tradesPerYear,
                needsMany(),
                unless(days >= FEWEST_DAYS, "needs " + FEWEST_DAYS + " days, has " + oneDecimal(days)),
                unless(
                        tradesPerYear <= MOST_TRADES_PER_YEAR,
                        "at this pace there would be more than " + MOST_TRADES_PER_YEAR + " a year"));
        give(
                Metric.ANNUALIZED_SHARPE_RATIO,
                () -> outcomes.average() / outcomes.deviation() * Math.sqrt(tradesPerYear),
                reasons.get(Metric.SHARPE_RATIO),
                reasons.get(Metric.TRADES_PER_YEAR));
        double yearly = (Math.pow(outcomes.equity(), tradesPerYear / outcomes.count()) - 1) * 100;
        give(
                Metric.EXPECTED_YEARLY_RETURN,
                () -> yearly,
                reasons.get(Metric.TRADES_PER_YEAR),
                unless(outcomes.equity() > 0, "all was lost on the way"),
                unless(
                        Math.abs(yearly) <= LARGEST_YEARLY_RETURN,
                        "more than " + LARGEST_YEARLY_RETURN + " % a year is no forecast"));
        @Nullable String noFall = unless(outcomes.maxDrawdown() > 0, "needs a drawdown, has none");
        give(
                Metric.CALMAR_RATIO,
                () -> yearly / outcomes.maxDrawdown(),
                needsMany(),
                reasons.get(Metric.MAX_DRAWDOWN),
                noFall,
                reasons.get(Metric.EXPECTED_YEARLY_RETURN));
        give(
                Metric.RECOVERY_FACTOR,
                () -> (outcomes.equity() - 1) * 100 / outcomes.maxDrawdown(),
                needsMany(),
                reasons.get(Metric.MAX_DRAWDOWN),
                noFall);
    }

    private void descriptions() {
        give(Metric.AVERAGE_DURATION_MINUTES, outcomes::averageMinutes, needsAny());
        give(Metric.LONGEST_WIN_STREAK, () -> outcomes.longestStreak(r -> r > 0), needsAny());
        give(Metric.LONGEST_LOSS_STREAK, () -> outcomes.longestStreak(r -> r < 0), needsAny());
        @Nullable String noMarks = unless(outcomes.hasMarks(), "needs a signal with marks, has none");
        give(Metric.AVERAGE_PEAK, () -> outcomes.averageMark(Marks::best), needsAny(), noMarks);
        give(Metric.AVERAGE_WORST, () -> outcomes.averageMark(Marks::worst), needsAny(), noMarks);
    }

    private @Nullable String needsAny() {
        return unless(outcomes.count() > 0, "needs 1 closed signal, has 0");
    }

    private @Nullable String needsMany() {
        return unless(
                outcomes.count() >= Statistics.FEWEST_SIGNALS,
                "needs " + Statistics.FEWEST_SIGNALS + " closed signals, has " + outcomes.count());
    }

    private static @Nullable String unless(boolean meaningful, String reason) {
        return meaningful ? null : reason;
    }

    /** Gives the number unless there is a reason not to; the first reason is the one that is kept. */
    private void give(Metric metric, DoubleSupplier number, @Nullable String... reasonsAgainst) {
        for (@Nullable String reason : reasonsAgainst) {
            if (reason != null) {
                reasons.put(metric, reason);
                return;
            }
        }
        double value = number.getAsDouble();
        if (Double.isFinite(value)) {
            values.put(metric, value);
        } else {
            reasons.put(metric, "the numbers are too large to work it out");
        }
    }

    /** Rounds down, so that what falls short of a bound is never shown as reaching it. */
    private static String oneDecimal(double days) {
        return BigDecimal.valueOf(days).setScale(1, RoundingMode.DOWN).toPlainString();
    }
}
