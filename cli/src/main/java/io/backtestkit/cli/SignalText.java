package io.backtestkit.cli;

import io.backtestkit.signal.Signal;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Shows everything a record holds to people. */
final class SignalText {

    private SignalText() {}

    static List<String> lines(Signal signal) {
        List<String> lines = new ArrayList<>();
        lines.add(signal.key() + ", " + signal.phase().code());
        add(lines, "id", signal.id());
        add(lines, "position", signal.position().code() + " on " + signal.exchange());
        add(lines, "entry", signal.priceOpen().toPlainString());
        add(lines, "take profit", level(signal.priceTakeProfit(), signal.effectiveTakeProfit()));
        add(lines, "stop loss", level(signal.priceStopLoss(), signal.effectiveStopLoss()));
        add(lines, "created", Times.minute(signal.createdAt()) + " UTC");
        signal.scheduledAt().ifPresent(at -> add(lines, "scheduled", Times.minute(at) + " UTC"));
        signal.openTimestamp().ifPresent(at -> add(lines, "opened", Times.minute(at) + " UTC"));
        add(lines, "time limit", signal.minuteEstimatedTime().toString());
        add(lines, "cost", signal.cost().toPlainString());
        signal.marks()
                .ifPresent(marks -> add(
                        lines,
                        "best, worst",
                        String.format(Locale.ROOT, "%+.3f %%, %+.3f %%", marks.best(), marks.worst())));
        if (!signal.partialCloses().isEmpty()) {
            add(lines, "left in parts", signal.partialCloses().toString());
        }
        signal.closeIntent().ifPresent(intent -> add(lines, "closing", intent.toString()));
        if (!signal.memo().isEmpty()) {
            add(lines, "memo", signal.memo().toString());
        }
        if (!signal.note().isEmpty()) {
            add(lines, "note", signal.note());
        }
        return lines;
    }

    private static String level(BigDecimal original, BigDecimal effective) {
        return effective.compareTo(original) == 0
                ? original.toPlainString()
                : effective.toPlainString() + " (moved from " + original.toPlainString() + ")";
    }

    private static void add(List<String> lines, String name, String value) {
        lines.add(String.format(Locale.ROOT, "  %-13s %s", name, value));
    }
}
