package io.backtestkit.signal;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** What the golden files hold, by file name. The files were written once and stay readable for ever. */
final class GoldenSignals {

    private static final Instant CREATED = Instant.ofEpochMilli(1_700_000_000_123L);
    private static final SignalKey KEY = new SignalKey("breakout", "BTCUSDT");

    private GoldenSignals() {}

    static Map<String, Signal> signals() {
        return Map.of(
                "scheduled-short.json", scheduledShort(),
                "opening-long.json", opening(),
                "open-long.json", openLong(),
                "closing-full.json", closingFull(),
                "no-time-limit.json",
                        openLong().toBuilder()
                                .minuteEstimatedTime(TimeLimit.none())
                                .build(),
                "any-text.json", anyText(),
                "extreme-prices.json", extremePrices(),
                "unknown-fields.json",
                        openLong().toBuilder()
                                .unknownFields(
                                        Map.of("leverage", "1.50", "tags", "[\"a\",{\"b\":null}]", "zone", "\"UTC\""))
                                .build());
    }

    static Map<String, SignalEnvelope> envelopes() {
        return Map.of(
                "open-long.sealed", new SignalEnvelope(openLong(), 0),
                "closing-full.sealed", new SignalEnvelope(closingFull(), 7),
                "any-text.sealed", new SignalEnvelope(anyText(), Long.MAX_VALUE));
    }

    static Map<String, EndedSignal> ended() {
        return Map.of(
                "closed.ended.json",
                        new ClosedSignal(
                                closingFull(),
                                CloseReason.TIME_EXPIRED,
                                new BigDecimal("49333.3"),
                                CREATED.plusSeconds(90_000),
                                -1.25),
                "cancelled.ended.json",
                        new CancelledSignal(scheduledShort(), CancelReason.PRICE_REJECT, CREATED.plusSeconds(3_600)));
    }

    static Signal openLong() {
        return longAt50000()
                .phase(Phase.OPEN)
                .openTimestamp(CREATED)
                .addEntry(new Entry(new BigDecimal("50000"), new BigDecimal("100"), CREATED))
                .marks(new Marks(-0.39, -0.39))
                .build();
    }

    static Signal opening() {
        return longAt50000().phase(Phase.OPENING).build();
    }

    static Signal scheduledShort() {
        return Signal.builder(KEY)
                .id("short-1")
                .position(Position.SHORT)
                .phase(Phase.SCHEDULED)
                .priceOpen(new BigDecimal("50000.5"))
                .priceTakeProfit(new BigDecimal("49000"))
                .priceStopLoss(new BigDecimal("50500"))
                .minuteEstimatedTime(TimeLimit.ofMinutes(120))
                .createdAt(CREATED)
                .scheduledAt(CREATED.plusMillis(1))
                .build();
    }

    static Signal closingFull() {
        Instant opened = CREATED.plusSeconds(420);
        return scheduledShort().toBuilder()
                .id("full-1")
                .exchange("binance")
                .phase(Phase.CLOSING)
                .openTimestamp(opened)
                .cost(new BigDecimal("250.75"))
                .entries(List.of(
                        new Entry(new BigDecimal("50000.5"), new BigDecimal("250.75"), opened),
                        new Entry(new BigDecimal("50210.25"), new BigDecimal("100"), opened.plusSeconds(60))))
                .partialCloses(List.of(
                        new PartialClose(new BigDecimal("12.5"), new BigDecimal("49600.125"), opened.plusSeconds(120))))
                .movedTakeProfit(new BigDecimal("49100.25"))
                .movedStopLoss(new BigDecimal("49900"))
                .marks(new Marks(1.5, -0.75))
                .closeIntent(new CloseIntent(CloseReason.TIME_EXPIRED, new BigDecimal("49333.3")))
                .memo(Map.of("lastHigh", "50777.7", "armed", "true"))
                .note("second touch")
                .build();
    }

    private static Signal anyText() {
        String text = "\"q\" \\ / $set a.b 'x' \u00E9 e\u0301 \u65E5\u672C \uD83D\uDE80\n\r\t\u0001\u007F\u2028\u202E";
        return Signal.builder(new SignalKey("a:b/../\uD83D\uDE80", "BTC/USDT "))
                .id("id " + text)
                .exchange("ex " + text)
                .priceOpen(new BigDecimal("2"))
                .priceTakeProfit(new BigDecimal("3"))
                .priceStopLoss(new BigDecimal("1"))
                .createdAt(Instant.EPOCH)
                .scheduledAt(Instant.EPOCH)
                .memo(Map.of(text, text, "", "", "$where", "{\"$gt\":\"\"}"))
                .note(text)
                .build();
    }

    private static Signal extremePrices() {
        return openLong().toBuilder()
                .priceStopLoss(new BigDecimal("0.000000000000000000000001"))
                .priceOpen(new BigDecimal("1234567890.123456789012345678901234"))
                .priceTakeProfit(new BigDecimal("9999999999999999999999999999999999"))
                .cost(new BigDecimal("0.1"))
                .build();
    }

    private static SignalBuilder longAt50000() {
        return Signal.builder(KEY)
                .id("long-1")
                .priceOpen(new BigDecimal("50000"))
                .priceTakeProfit(new BigDecimal("51000"))
                .priceStopLoss(new BigDecimal("49500"))
                .minuteEstimatedTime(TimeLimit.ofMinutes(60))
                .createdAt(CREATED);
    }
}
