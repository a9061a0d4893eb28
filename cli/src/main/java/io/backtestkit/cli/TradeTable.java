package io.backtestkit.cli;

import io.backtestkit.signal.ClosedSignal;
import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** Shows ended signals, one line each. */
final class TradeTable {

    private TradeTable() {}

    static List<String> lines(List<? extends EndedSignal> ended) {
        TextTable table = new TextTable("began (UTC)", "held", "side", ">entry", ">exit", "end", ">profit");
        for (EndedSignal each : ended) {
            Signal signal = each.signal();
            Instant began = signal.openTimestamp().orElse(signal.createdAt());
            String exit = "-";
            String profit = "-";
            if (each instanceof ClosedSignal closed) {
                exit = price(closed.priceClose());
                profit = String.format(Locale.ROOT, "%+.2f %%", closed.pnlPercent());
            }
            table.row(
                    Times.minute(began),
                    Times.span(began, each.endedAt()),
                    signal.position().code(),
                    price(signal.priceOpen()),
                    exit,
                    each.reasonCode(),
                    profit);
        }
        return table.lines();
    }

    /** Returns the whole price; only a long fraction is rounded, to what tells prices of that size apart. */
    static String price(BigDecimal price) {
        String plain = price.toPlainString();
        if (plain.length() <= 9) {
            return plain;
        }
        int decimals = Math.max(2, 8 - Math.max(1, price.precision() - price.scale()));
        return String.format(Locale.ROOT, "%." + Math.min(8, decimals) + "f", price);
    }
}
