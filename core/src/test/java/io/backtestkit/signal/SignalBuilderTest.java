package io.backtestkit.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SignalBuilderTest {

    private static final Instant AT = Instant.ofEpochMilli(1_700_000_000_000L);
    private static final SignalKey KEY = new SignalKey("breakout", "BTCUSDT");

    private static BigDecimal price(String digits) {
        return new BigDecimal(digits);
    }

    private static void assertRefused(SignalBuilder builder, String... faults) {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(builder::build)
                .withMessageContainingAll(faults);
    }

    private static SignalBuilder open() {
        return GoldenSignals.openLong().toBuilder();
    }

    @Test
    void aKeyTakesAnyTextThatCanBeKept() {
        SignalKey key = new SignalKey("a:b/../\uD83D\uDE80", "x\n\u0001");

        assertThat(key.strategy()).isEqualTo("a:b/../\uD83D\uDE80");
        assertThat(key.symbol()).isEqualTo("x\n\u0001");
    }

    @Test
    void aKeyNamesAllItsFaults() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new SignalKey(" ", "a\u0000b"))
                .withMessage("Cannot name a signal slot: the strategy was blank; the symbol had a NUL character at"
                        + " position 1.");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new SignalKey("x".repeat(256), "a\uD83D"))
                .withMessageContainingAll(
                        "the strategy had 256 characters, at most 255", "unpaired surrogate at position 1");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new SignalKey("\uDE80\uD83D", ""))
                .withMessageContainingAll("unpaired surrogate at position 0", "the symbol was blank");
    }

    @Test
    void keysAreOrderedByStrategyThenSymbol() {
        assertThat(List.of(new SignalKey("b", "a"), new SignalKey("a", "b"), new SignalKey("a", "a")).stream()
                        .sorted()
                        .map(SignalKey::toString))
                .containsExactly("a/a", "a/b", "b/a");
    }

    @Test
    void oneMessageNamesEveryFault() {
        assertRefused(
                Signal.builder(KEY),
                "Cannot accept signal '' of breakout/BTCUSDT: ",
                "the id was blank",
                "the entry price was 0, it must be above 0",
                "the take profit was 0",
                "the stop loss was 0",
                "the phase was scheduled without a scheduling time");
    }

    @Test
    void textsThatCannotBeKeptAreRefused() {
        assertRefused(
                open().id("i".repeat(256))
                        .exchange(" ")
                        .note("n".repeat(65_537))
                        .memo(Map.of("k\u0000", "v\uD83D")),
                "the id had 256 characters, at most 255",
                "the exchange was blank",
                "the note had 65537 characters",
                "the memo key had a NUL character at position 1",
                "the memo value had an unpaired surrogate at position 1");
    }

    @Test
    void levelsOnTheWrongSideAreRefused() {
        assertRefused(open().priceStopLoss(price("50000")), "the stop loss was 50000 and the entry price 50000");
        assertRefused(open().priceTakeProfit(price("50000")), "the entry price was 50000 and the take profit 50000");
        assertRefused(
                GoldenSignals.scheduledShort().toBuilder().priceStopLoss(price("50000")),
                "a short needs the first above the second");
        assertRefused(open().movedStopLoss(price("51000")), "the stop loss in force was 51000");
        assertRefused(open().movedTakeProfit(price("49500")), "the take profit in force 49500");
        assertRefused(open().movedStopLoss(price("-1")), "the moved stop loss was -1");
        assertRefused(open().cost(price("0")), "the cost was 0");
    }

    @Test
    void aStopMovedIntoProfitIsAccepted() {
        Signal signal = open().movedStopLoss(price("50500")).build();

        assertThat(signal.effectiveStopLoss()).isEqualTo(price("50500"));
        assertThat(signal.effectiveTakeProfit()).isEqualTo(price("51000"));
    }

    @Test
    void timesAndIntentMustFitThePhase() {
        assertRefused(open().phase(Phase.OPENING), "the phase was opening with an opening time");
        assertRefused(open().phase(Phase.CLOSING), "the phase was closing without a close intent");
        assertRefused(
                open().closeIntent(new CloseIntent(CloseReason.CLOSED, price("1"))),
                "the phase was open with a close intent");
        assertRefused(
                GoldenSignals.opening().toBuilder().phase(Phase.OPEN), "the phase was open without an opening time");
        assertRefused(
                GoldenSignals.opening().toBuilder().marks(new Marks(1, 0)),
                "it had entries, partial closes or marks before it opened");
        assertRefused(open().openTimestamp(Instant.EPOCH), "the opening time was 1970-01-01T00:00:00Z, before 2023");
        assertRefused(
                GoldenSignals.scheduledShort().toBuilder().scheduledAt(Instant.EPOCH),
                "the scheduling time was 1970-01-01T00:00:00Z, before 2023");
    }

    @Test
    void timesAreKeptToTheMillisecond() {
        assertThat(open().openTimestamp(AT.plusSeconds(60).plusNanos(1_999_999))
                        .build()
                        .openTimestamp())
                .contains(AT.plusSeconds(60).plusMillis(1));
    }

    /** Such a record could be built, and then not be written. */
    @Test
    void timesThatNoRecordCanHoldAreRefused() {
        for (Instant time : List.of(Instant.MIN, Instant.MAX)) {
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> open().createdAt(time))
                    .withMessageContaining("too far away to be counted in milliseconds");
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> new Entry(price("1"), price("1"), time));
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(
                            () -> new ClosedSignal(GoldenSignals.openLong(), CloseReason.CLOSED, price("1"), time, 0));
        }
    }

    @Test
    void partsRefuseWhatCannotBe() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new Entry(price("0"), price("-1"), AT))
                .withMessageContainingAll("the price was 0", "the cost -1");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new PartialClose(price("100.1"), price("1"), AT))
                .withMessageContaining("the percentage 100.1");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new Marks(1, 2))
                .withMessageContaining("the best was 1.0 and the worst 2.0");
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> new Marks(Double.NaN, 0));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new CloseIntent(CloseReason.CLOSED, price("0")));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> TimeLimit.ofMinutes(0))
                .withMessageContaining("use none()");
    }

    @Test
    void anEndMustFollowItsSignal() {
        Signal open = GoldenSignals.openLong();
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() ->
                        new ClosedSignal(open, CloseReason.CLOSED, price("0"), Instant.EPOCH, Double.POSITIVE_INFINITY))
                .withMessageContainingAll("before it opened", "the closing price was 0", "the profit was Infinity");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new ClosedSignal(
                        GoldenSignals.opening(), CloseReason.CLOSED, price("1"), AT.plusSeconds(60), 0))
                .withMessageContaining("it never opened");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new CancelledSignal(open, CancelReason.USER, Instant.EPOCH))
                .withMessageContainingAll("it opened at", "before it was created");
    }

    @Test
    void theSameIdCreatedAtAnotherTimeIsAnotherSignal() {
        EndedSignal first = new CancelledSignal(GoldenSignals.scheduledShort(), CancelReason.USER, AT.plusSeconds(60));
        EndedSignal again =
                new CancelledSignal(GoldenSignals.scheduledShort(), CancelReason.TIMEOUT, AT.plusSeconds(99));
        EndedSignal later = new CancelledSignal(
                GoldenSignals.scheduledShort().toBuilder().createdAt(AT).build(),
                CancelReason.USER,
                AT.plusSeconds(60));

        assertThat(first.sameSignalAs(again)).isTrue();
        assertThat(first.sameSignalAs(later)).isFalse();
    }

    @Test
    void aCopyIsEqualUntilItIsChanged() {
        Signal signal = GoldenSignals.closingFull();

        assertThat(signal.toBuilder().build()).isEqualTo(signal).hasSameHashCodeAs(signal);
        assertThat(signal.toBuilder().note("other").build()).isNotEqualTo(signal);
    }
}
