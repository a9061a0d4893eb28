package io.backtestkit.testkit;

import io.backtestkit.signal.CancelReason;
import io.backtestkit.signal.CancelledSignal;
import io.backtestkit.signal.CloseIntent;
import io.backtestkit.signal.CloseReason;
import io.backtestkit.signal.ClosedSignal;
import io.backtestkit.signal.Entry;
import io.backtestkit.signal.Marks;
import io.backtestkit.signal.PartialClose;
import io.backtestkit.signal.Phase;
import io.backtestkit.signal.Position;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalBuilder;
import io.backtestkit.signal.SignalCodec;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.signal.TimeLimit;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Valid signals for tests. Those that return a builder can be changed before they are built. */
public final class SampleSignals {

    /** When every sample was created, 2024-01-15T09:30:00.123Z: a time whose milliseconds must not be lost. */
    public static final Instant AT = Instant.parse("2024-01-15T09:30:00.123Z");

    private SampleSignals() {}

    /** Returns {@code breakout/BTCUSDT}. */
    public static SignalKey key() {
        return new SignalKey("breakout", "BTCUSDT");
    }

    /** Starts a long position opened at once: 50000, take profit 51000, stop loss 49500, one hour. */
    public static SignalBuilder openLong(SignalKey key) {
        return rising(key)
                .phase(Phase.OPEN)
                .openTimestamp(AT)
                .addEntry(new Entry(decimal("50000"), decimal("100"), AT))
                .marks(new Marks(-0.39, -0.39));
    }

    /** Starts a short position that rests at its entry price: 50000, take profit 49000, stop loss 50500. */
    public static SignalBuilder scheduledShort(SignalKey key) {
        return Signal.builder(key)
                .id("scheduled-short-1")
                .position(Position.SHORT)
                .phase(Phase.SCHEDULED)
                .priceOpen(decimal("50000"))
                .priceTakeProfit(decimal("49000"))
                .priceStopLoss(decimal("50500"))
                .minuteEstimatedTime(TimeLimit.ofMinutes(60))
                .createdAt(AT)
                .scheduledAt(AT);
    }

    /** Starts a long position whose entry is being sent to the broker. */
    public static SignalBuilder opening(SignalKey key) {
        return rising(key).phase(Phase.OPENING);
    }

    /** Starts a long position whose exit at its stop loss is being sent to the broker. */
    public static SignalBuilder closing(SignalKey key) {
        return openLong(key).phase(Phase.CLOSING).closeIntent(new CloseIntent(CloseReason.STOP_LOSS, decimal("49500")));
    }

    /** Starts a signal in which no field is empty and hardly one is round. */
    public static SignalBuilder fullyFilled(SignalKey key) {
        Instant opened = AT.plus(Duration.ofMinutes(7)).plusMillis(321);
        return Signal.builder(key)
                .id("full \"1\"")
                .exchange("binance")
                .position(Position.SHORT)
                .phase(Phase.CLOSING)
                .priceOpen(decimal("50000.12345678"))
                .priceTakeProfit(decimal("48999.9"))
                .priceStopLoss(decimal("50500.000000000000000001"))
                .minuteEstimatedTime(TimeLimit.ofMinutes(1440))
                .createdAt(AT)
                .scheduledAt(AT.plusMillis(1))
                .openTimestamp(opened)
                .cost(decimal("250.75"))
                .entries(List.of(
                        new Entry(decimal("50000.12345678"), decimal("250.75"), opened),
                        new Entry(decimal("50210.5"), decimal("100"), opened.plusSeconds(61))))
                .partialCloses(List.of(
                        new PartialClose(decimal("30"), decimal("49600"), opened.plusSeconds(120)),
                        new PartialClose(decimal("12.5"), decimal("49555.5"), opened.plusSeconds(180))))
                .movedTakeProfit(decimal("49100.25"))
                .movedStopLoss(decimal("49900"))
                .marks(new Marks(1.7320508075688772, -0.9))
                .closeIntent(new CloseIntent(CloseReason.CLOSED, decimal("49333.3")))
                .memo(Map.of(
                        "lastHigh", "50777.7", "$why", "the \u201Cbreakout\u201D failed \uD83D\uDE80", "empty", ""))
                .note("Taken at the 2nd touch; see \"plan.md\" \u2192 p. 3\nstop below the swing");
    }

    /** Starts a sample in that phase. */
    public static SignalBuilder in(Phase phase, SignalKey key) {
        return switch (phase) {
            case SCHEDULED -> scheduledShort(key);
            case OPENING -> opening(key);
            case OPEN -> openLong(key);
            case CLOSING -> closing(key);
        };
    }

    /** Returns the signal as a later version may have stored it: with fields this version does not know. */
    public static Signal withUnknownFields(Signal signal) {
        String json = SignalCodec.encode(signal);
        String later = ",\"zTrailing\":{\"by\":\"0.50\",\"steps\":[1,2.50,1e3,true,null,\"\u00E9\"]},\"aTag\":\"x\"}";
        return SignalCodec.decode(json.substring(0, json.length() - 1) + later);
    }

    /** Closes an opened signal an hour after it opened, at its take profit. */
    public static ClosedSignal closed(Signal opened) {
        return closed(opened, CloseReason.TAKE_PROFIT);
    }

    /** Closes an opened signal an hour after it opened, for that reason. */
    public static ClosedSignal closed(Signal opened, CloseReason reason) {
        Instant at = opened.openTimestamp()
                .orElseThrow(() -> new IllegalArgumentException("Cannot close " + opened + ": it never opened."))
                .plus(Duration.ofHours(1));
        return new ClosedSignal(opened, reason, opened.effectiveTakeProfit(), at, Math.nextUp(1.608));
    }

    /** Cancels a scheduled signal an hour after it was created, because the price was not reached in time. */
    public static CancelledSignal cancelled(Signal scheduled) {
        return new CancelledSignal(
                scheduled, CancelReason.TIMEOUT, scheduled.createdAt().plus(Duration.ofHours(1)));
    }

    /** Returns one ending of that signal for every reason there is. */
    static List<ClosedSignal> closedForEveryReason(Signal opened) {
        return Arrays.stream(CloseReason.values())
                .map(reason -> closed(opened, reason))
                .toList();
    }

    /** Returns one closed signal, each with its own id, for every reason there is. */
    static List<ClosedSignal> closedForEveryReason(SignalKey key) {
        return Arrays.stream(CloseReason.values())
                .map(reason -> closed(openLong(key).id(reason.code()).build(), reason))
                .toList();
    }

    /** Returns a random valid signal of a random key; the same for the same state of {@code random}. */
    public static Signal random(RandomGenerator random) {
        return RandomSignals.signal(random, new SignalKey(RandomSignals.name(random), RandomSignals.name(random)));
    }

    /** Returns a random valid signal of that key; the same for the same state of {@code random}. */
    public static Signal random(RandomGenerator random, SignalKey key) {
        return RandomSignals.signal(random, key);
    }

    private static SignalBuilder rising(SignalKey key) {
        return Signal.builder(key)
                .id("long-1")
                .position(Position.LONG)
                .priceOpen(decimal("50000"))
                .priceTakeProfit(decimal("51000"))
                .priceStopLoss(decimal("49500"))
                .minuteEstimatedTime(TimeLimit.ofMinutes(60))
                .createdAt(AT);
    }

    private static BigDecimal decimal(String digits) {
        return new BigDecimal(digits);
    }
}
