package io.backtestkit.examples;

import io.backtestkit.signal.Position;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import java.math.BigDecimal;
import java.time.Instant;

/** Signals as an engine would make them. */
final class ScheduledSignals {

    private ScheduledSignals() {}

    /** Returns a long signal that rests at its entry price. */
    static Signal of(SignalKey key) {
        Instant at = Instant.parse("2026-01-15T09:30:00Z");
        return Signal.builder(key)
                .id("example")
                .position(Position.LONG)
                .priceOpen(new BigDecimal("50000"))
                .priceTakeProfit(new BigDecimal("51000"))
                .priceStopLoss(new BigDecimal("49500"))
                .createdAt(at)
                .scheduledAt(at)
                .build();
    }
}
