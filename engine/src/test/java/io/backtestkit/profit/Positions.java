package io.backtestkit.profit;

import io.backtestkit.signal.Entry;
import io.backtestkit.signal.PartialClose;
import io.backtestkit.signal.Phase;
import io.backtestkit.signal.Position;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

/** Open positions with a history. */
final class Positions {

    private Positions() {}

    static Signal signal(Position position, List<Entry> entries, List<PartialClose> closes) {
        boolean isLong = position == Position.LONG;
        return Signal.builder(new SignalKey("breakout", "BTCUSDT"))
                .id("1")
                .position(position)
                .phase(Phase.OPEN)
                .priceOpen(BigDecimal.valueOf(100))
                .priceTakeProfit(BigDecimal.valueOf(isLong ? 200 : 50))
                .priceStopLoss(BigDecimal.valueOf(isLong ? 50 : 200))
                .openTimestamp(minute(0))
                .entries(entries)
                .partialCloses(closes)
                .build();
    }

    static Entry buy(int minute, double price, double cost) {
        return new Entry(BigDecimal.valueOf(price), BigDecimal.valueOf(cost), minute(minute));
    }

    static PartialClose leave(int minute, double percent, double price) {
        return new PartialClose(BigDecimal.valueOf(percent), BigDecimal.valueOf(price), minute(minute));
    }

    private static Instant minute(int minute) {
        return Instant.EPOCH.plusSeconds(60L * minute);
    }
}
