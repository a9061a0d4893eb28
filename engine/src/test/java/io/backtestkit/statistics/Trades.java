package io.backtestkit.statistics;

import io.backtestkit.signal.CloseReason;
import io.backtestkit.signal.ClosedSignal;
import io.backtestkit.signal.Marks;
import io.backtestkit.signal.Phase;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalBuilder;
import io.backtestkit.signal.SignalKey;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Closed signals with given results. */
final class Trades {

    private static final Instant START = Instant.parse("2024-03-01T00:00:00Z");

    private Trades() {}

    /** Returns one signal a day, each held for an hour, without marks. */
    static List<ClosedSignal> daily(double... returns) {
        return every(Duration.ofDays(1), returns);
    }

    static List<ClosedSignal> every(Duration distance, double... returns) {
        List<ClosedSignal> trades = new ArrayList<>();
        for (int i = 0; i < returns.length; i++) {
            trades.add(trade(i, START.plus(distance.multipliedBy(i)), Duration.ofHours(1), returns[i], null));
        }
        return trades;
    }

    /** Returns signals of which the first opens and the last closes exactly {@code span} apart. */
    static List<ClosedSignal> spanning(Duration span, double... returns) {
        List<ClosedSignal> trades = new ArrayList<>();
        Duration distance = span.minusHours(1).dividedBy(returns.length);
        for (int i = 0; i < returns.length - 1; i++) {
            trades.add(trade(i, START.plus(distance.multipliedBy(i)), Duration.ofHours(1), returns[i], null));
        }
        Instant lastOpened = START.plus(span).minusSeconds(3_600);
        trades.add(trade(returns.length, lastOpened, Duration.ofHours(1), returns[returns.length - 1], null));
        return trades;
    }

    static ClosedSignal marked(int day, double pnlPercent, double worst, double best) {
        return trade(day, START.plus(Duration.ofDays(day)), Duration.ofHours(1), pnlPercent, new Marks(best, worst));
    }

    static ClosedSignal lasting(int day, Duration duration) {
        return trade(day, START.plus(Duration.ofDays(day)), duration, 1, null);
    }

    private static ClosedSignal trade(
            int number, Instant opened, Duration duration, double pnlPercent, @Nullable Marks marks) {
        SignalBuilder signal = Signal.builder(new SignalKey("breakout", "BTCUSDT"))
                .id("trade-" + number)
                .phase(Phase.OPEN)
                .priceOpen(BigDecimal.valueOf(100))
                .priceTakeProfit(BigDecimal.valueOf(110))
                .priceStopLoss(BigDecimal.valueOf(90))
                .openTimestamp(opened);
        if (marks != null) {
            signal.marks(marks);
        }
        return new ClosedSignal(
                signal.build(), CloseReason.CLOSED, BigDecimal.valueOf(101), opened.plus(duration), pnlPercent);
    }

    static double[] repeated(int times, double... returns) {
        double[] all = new double[times * returns.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = returns[i % returns.length];
        }
        return all;
    }
}
