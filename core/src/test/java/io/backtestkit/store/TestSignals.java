package io.backtestkit.store;

import io.backtestkit.signal.CloseReason;
import io.backtestkit.signal.ClosedSignal;
import io.backtestkit.signal.Phase;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import java.math.BigDecimal;
import java.time.Instant;

final class TestSignals {

    static final SignalKey KEY = new SignalKey("breakout", "BTCUSDT");

    private static final Instant AT = Instant.ofEpochMilli(1_700_000_000_000L);

    private TestSignals() {}

    static Signal open(String id) {
        return Signal.builder(KEY)
                .id(id)
                .phase(Phase.OPEN)
                .priceOpen(new BigDecimal("50000"))
                .priceTakeProfit(new BigDecimal("51000"))
                .priceStopLoss(new BigDecimal("49500"))
                .createdAt(AT)
                .openTimestamp(AT)
                .build();
    }

    static ClosedSignal closed(String id) {
        return new ClosedSignal(open(id), CloseReason.TAKE_PROFIT, new BigDecimal("51000"), AT.plusSeconds(60), 1.6);
    }
}
