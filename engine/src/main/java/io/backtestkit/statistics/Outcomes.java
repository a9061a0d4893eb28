package io.backtestkit.statistics;

import io.backtestkit.signal.ClosedSignal;
import io.backtestkit.signal.Marks;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.DoublePredicate;
import java.util.function.ToDoubleFunction;

/** Closed signals in order of their closing, and what can be counted, added and averaged about them. */
final class Outcomes {

    private static final double MILLIS_PER_DAY = 86_400_000;
    private static final double MILLIS_PER_MINUTE = 60_000;

    private final List<ClosedSignal> signals;
    private final double[] returns;
    private final int wins;
    private final int losses;
    private final double won;
    private final double lost;
    private final double equity;
    private final double maxDrawdown;

    Outcomes(List<ClosedSignal> unordered) {
        signals = unordered.stream()
                .sorted(Comparator.comparing(ClosedSignal::closedAt)
                        .thenComparing(Outcomes::openedAt)
                        .thenComparing(closed -> closed.signal().key())
                        .thenComparing(closed -> closed.signal().id()))
                .toList();
        returns = signals.stream().mapToDouble(ClosedSignal::pnlPercent).toArray();
        wins = (int) Arrays.stream(returns).filter(r -> r > 0).count();
        losses = (int) Arrays.stream(returns).filter(r -> r < 0).count();
        won = sum(returns, r -> Math.max(0, r));
        lost = sum(returns, r -> Math.min(0, r));
        double compounded = 1;
        double peak = 1;
        double deepest = 0;
        for (ClosedSignal closed : signals) {
            double worst = closed.signal().marks().map(Marks::worst).orElse(closed.pnlPercent());
            double after = grown(compounded, closed.pnlPercent());
            deepest = Math.max(deepest, 1 - Math.min(grown(compounded, worst), after) / peak);
            compounded = after;
            peak = Math.max(peak, compounded);
        }
        equity = compounded;
        maxDrawdown = deepest * 100;
    }

    /** An account cannot owe: once all is lost, it stays lost. */
    private static double grown(double equity, double percent) {
        return Math.max(0, equity * (1 + percent / 100));
    }

    private interface Term {
        double of(double value);
    }

    private static double sum(double[] values, Term term) {
        double sum = 0;
        for (double value : values) {
            sum += term.of(value);
        }
        return sum;
    }

    private static Instant openedAt(ClosedSignal closed) {
        // a closed signal has opened: its constructor sees to it
        return closed.signal().openTimestamp().orElseThrow();
    }

    int count() {
        return returns.length;
    }

    int wins() {
        return wins;
    }

    int losses() {
        return losses;
    }

    double won() {
        return won;
    }

    double lost() {
        return lost;
    }

    /** Returns what 1 became, compounded; 0 once all was lost. */
    double equity() {
        return equity;
    }

    double maxDrawdown() {
        return maxDrawdown;
    }

    double total() {
        return sum(returns, r -> r);
    }

    double average() {
        return total() / count();
    }

    double median() {
        double[] sorted = returns.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : sorted[middle - 1] / 2 + sorted[middle] / 2;
    }

    double deviation() {
        double average = average();
        return Math.sqrt(sum(returns, r -> (r - average) * (r - average)) / (count() - 1));
    }

    double downsideDeviation() {
        return Math.sqrt(sum(returns, r -> Math.min(0, r) * Math.min(0, r)) / count());
    }

    /** Returns the days from the first opening to the last close; 0 if there is no signal. */
    double days() {
        if (signals.isEmpty()) {
            return 0;
        }
        Instant first = signals.stream()
                .map(Outcomes::openedAt)
                .min(Comparator.naturalOrder())
                .orElseThrow();
        Instant last = signals.get(signals.size() - 1).closedAt();
        return Duration.between(first, last).toMillis() / MILLIS_PER_DAY;
    }

    double averageMinutes() {
        double minutes = 0;
        for (ClosedSignal closed : signals) {
            minutes += Duration.between(openedAt(closed), closed.closedAt()).toMillis() / MILLIS_PER_MINUTE;
        }
        return minutes / count();
    }

    int longestStreak(DoublePredicate belongs) {
        int longest = 0;
        int current = 0;
        for (double value : returns) {
            current = belongs.test(value) ? current + 1 : 0;
            longest = Math.max(longest, current);
        }
        return longest;
    }

    boolean hasMarks() {
        return signals.stream().anyMatch(closed -> closed.signal().marks().isPresent());
    }

    double averageMark(ToDoubleFunction<Marks> mark) {
        double[] marks = signals.stream()
                .flatMap(closed -> closed.signal().marks().stream())
                .mapToDouble(mark)
                .toArray();
        return sum(marks, m -> m) / marks.length;
    }
}
