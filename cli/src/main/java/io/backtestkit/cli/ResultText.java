package io.backtestkit.cli;

import io.backtestkit.engine.BacktestResult;
import io.backtestkit.engine.Fingerprint;
import io.backtestkit.signal.CancelledSignal;
import io.backtestkit.signal.ClosedSignal;
import io.backtestkit.statistics.Metric;
import io.backtestkit.statistics.Statistics;
import io.backtestkit.statistics.Withheld;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** Shows the result of a backtest to people, in 80 columns. */
final class ResultText {

    private static final int TRADES_SHOWN = 10;

    private static final Map<Metric, String> LABELS = labels();

    private ResultText() {}

    private static Map<Metric, String> labels() {
        Map<Metric, String> labels = new LinkedHashMap<>();
        labels.put(Metric.TOTAL_PNL, "total profit|%+.2f %%");
        labels.put(Metric.WIN_RATE, "win rate|%.1f %%");
        labels.put(Metric.AVERAGE_PNL, "average|%+.3f %%");
        labels.put(Metric.MEDIAN_PNL, "median|%+.3f %%");
        labels.put(Metric.STANDARD_DEVIATION, "deviation|%.3f %%");
        labels.put(Metric.EXPECTANCY, "expectancy|%+.3f %%");
        labels.put(Metric.PROFIT_FACTOR, "profit factor|%.2f");
        labels.put(Metric.MAX_DRAWDOWN, "largest drawdown|%.2f %%");
        labels.put(Metric.SHARPE_RATIO, "Sharpe, per trade|%.3f");
        labels.put(Metric.ANNUALIZED_SHARPE_RATIO, "Sharpe, per year|%.3f");
        labels.put(Metric.SORTINO_RATIO, "Sortino|%.3f");
        labels.put(Metric.CALMAR_RATIO, "Calmar|%.3f");
        labels.put(Metric.RECOVERY_FACTOR, "recovery factor|%.3f");
        labels.put(Metric.EXPECTED_YEARLY_RETURN, "yearly return|%+.2f %%");
        labels.put(Metric.TRADES_PER_YEAR, "trades per year|%.1f");
        labels.put(Metric.AVERAGE_DURATION_MINUTES, "average duration|%.0f min");
        labels.put(Metric.LONGEST_WIN_STREAK, "wins in a row|%.0f");
        labels.put(Metric.LONGEST_LOSS_STREAK, "losses in a row|%.0f");
        labels.put(Metric.AVERAGE_PEAK, "average best mark|%+.3f %%");
        labels.put(Metric.AVERAGE_WORST, "average worst mark|%+.3f %%");
        return labels;
    }

    static List<String> lines(BacktestResult result) {
        Statistics statistics = result.statistics();
        List<String> lines = new ArrayList<>();
        String what = String.format(
                Locale.ROOT,
                "%s: %,d minutes, %s to %s UTC",
                result.key(),
                result.candles(),
                Times.minute(result.from()),
                Times.minute(result.to()));
        lines.addAll(Wrapping.lines(what, 0));
        lines.add(String.format(
                Locale.ROOT,
                "%d closed (%d won, %d lost, %d even), %s",
                statistics.closed(),
                statistics.wins(),
                statistics.losses(),
                statistics.breakEven(),
                cancelled(result.cancelled())));
        lines.add("");
        lines.addAll(given(statistics));
        lines.addAll(withheld(statistics));
        lines.addAll(EquityChart.lines(result.signals()));
        lines.addAll(trades(result.signals()));
        lines.add(String.format(
                Locale.ROOT,
                "After %s %% slippage and %s %% fee on each side. Fingerprint of the trade list:",
                result.costs().slippagePercent(),
                result.costs().feePercent()));
        lines.add("  " + result.fingerprint());
        if (LiveTrades.lack(result)) {
            lines.add("Without what only the end of the candles ended, as live trading logs it:");
            lines.add("  " + Fingerprint.of(LiveTrades.of(result)));
        }
        return lines;
    }

    private static String cancelled(List<CancelledSignal> cancelled) {
        if (cancelled.isEmpty()) {
            return "none cancelled";
        }
        Map<String, Integer> reasons = new TreeMap<>();
        cancelled.forEach(each -> reasons.merge(each.reasonCode(), 1, Integer::sum));
        List<String> parts = new ArrayList<>();
        reasons.forEach((reason, count) -> parts.add(count + " " + reason));
        return cancelled.size() + " cancelled (" + String.join(", ", parts) + ")";
    }

    private static List<String> given(Statistics statistics) {
        List<String> cells = new ArrayList<>();
        LABELS.forEach((metric, label) -> {
            OptionalDouble value = statistics.value(metric);
            if (value.isPresent()) {
                String[] parts = label.split("\\|");
                cells.add(String.format(
                        Locale.ROOT, "%-20s%14s", parts[0], String.format(Locale.ROOT, parts[1], value.getAsDouble())));
            }
        });
        List<String> lines = new ArrayList<>();
        int rows = (cells.size() + 1) / 2;
        for (int i = 0; i < rows; i++) {
            lines.add("  " + cells.get(i) + (i + rows < cells.size() ? "      " + cells.get(i + rows) : ""));
        }
        return lines;
    }

    private static List<String> withheld(Statistics statistics) {
        Map<String, List<String>> byReason = new LinkedHashMap<>();
        for (Withheld each : statistics.withheld()) {
            String label =
                    LABELS.getOrDefault(each.metric(), each.metric().code()).split("\\|")[0];
            byReason.computeIfAbsent(each.reason(), absent -> new ArrayList<>()).add(label);
        }
        List<String> lines = new ArrayList<>();
        byReason.forEach((reason, labels) ->
                lines.addAll(Wrapping.lines("Withheld (" + reason + "): " + String.join(", ", labels) + ".", 2)));
        if (!lines.isEmpty()) {
            lines.add(0, "");
        }
        return lines;
    }

    private static List<String> trades(List<ClosedSignal> signals) {
        List<String> lines = new ArrayList<>();
        lines.add("");
        if (signals.isEmpty()) {
            lines.add("No signal was closed.");
        } else {
            int from = signals.size() <= TRADES_SHOWN + 2 ? 0 : signals.size() - TRADES_SHOWN;
            if (from > 0) {
                lines.add("The last " + TRADES_SHOWN + " of " + signals.size() + " trades:");
            }
            lines.addAll(TradeTable.lines(signals.subList(from, signals.size())));
        }
        lines.add("");
        return lines;
    }
}
