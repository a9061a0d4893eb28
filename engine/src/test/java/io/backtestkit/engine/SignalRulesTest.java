package io.backtestkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.backtestkit.signal.CancelReason;
import io.backtestkit.signal.CloseReason;
import io.backtestkit.signal.ClosedSignal;
import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Entry;
import io.backtestkit.signal.Marks;
import io.backtestkit.signal.PartialClose;
import io.backtestkit.signal.Phase;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalBuilder;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.signal.TimeLimit;
import io.backtestkit.strategy.Bracket;
import io.backtestkit.testkit.SampleSignals;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignalRulesTest {

    private static final SignalKey KEY = SampleSignals.key();
    /** A minute after the samples opened. */
    private static final long NOW = SampleSignals.AT.toEpochMilli() + 60_000;

    private final SignalRules rules = new SignalRules(Settings.defaults());

    private static BigDecimal decimal(String digits) {
        return new BigDecimal(digits);
    }

    private static Held openLong() {
        return Held.of(SampleSignals.openLong(KEY).build());
    }

    private static Held scheduledShort() {
        return Held.of(SampleSignals.scheduledShort(KEY).build());
    }

    private static ClosedSignal closed(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Close.class);
        return ((Outcome.Close) outcome).ended();
    }

    @Test
    void closing_by_command_books_the_rounded_engine_price() {
        ClosedSignal closed = closed(rules.commanded(openLong(), new Command.Close("long-1"), NOW, 50_123.123456785));
        assertThat(closed.reason()).isEqualTo(CloseReason.CLOSED);
        assertThat(closed.priceClose()).isEqualTo(decimal("50123.12345679"));
        assertThat(closed.closedAt()).isEqualTo(Instant.ofEpochMilli(NOW));
    }

    @Test
    void a_take_profit_filled_by_the_exchange_is_booked_at_its_level_wherever_the_price_is() {
        ClosedSignal closed = closed(rules.commanded(openLong(), new Command.FilledTakeProfit("long-1"), NOW, 49_900));
        assertThat(closed.reason()).isEqualTo(CloseReason.TAKE_PROFIT);
        assertThat(closed.priceClose()).isEqualTo(decimal("51000"));
    }

    @Test
    void a_stop_loss_filled_by_the_exchange_is_booked_at_its_moved_level() {
        Held moved = Held.of(
                SampleSignals.openLong(KEY).movedStopLoss(decimal("50100")).build());
        ClosedSignal closed = closed(rules.commanded(moved, new Command.FilledStopLoss("long-1"), NOW, 50_500));
        assertThat(closed.reason()).isEqualTo(CloseReason.STOP_LOSS);
        assertThat(closed.priceClose()).isEqualTo(decimal("50100"));
        assertThat(closed.pnlPercent()).isCloseTo(-0.2, within(0.01));
    }

    @Test
    void cancelling_gives_up_a_scheduled_signal() {
        Outcome outcome = rules.commanded(scheduledShort(), new Command.Cancel("scheduled-short-1"), NOW, 49_000);
        assertThat(outcome).isInstanceOf(Outcome.Cancel.class);
        assertThat(((Outcome.Cancel) outcome).ended().reason()).isEqualTo(CancelReason.USER);
    }

    @Test
    void activating_opens_a_scheduled_signal_at_its_entry_price_with_marks_at_the_costs() {
        Outcome outcome = rules.commanded(scheduledShort(), new Command.Activate("scheduled-short-1"), NOW, 49_999);
        assertThat(outcome).isInstanceOf(Outcome.Open.class);
        Signal opened = ((Outcome.Open) outcome).signal();
        assertThat(opened.phase()).isEqualTo(Phase.OPEN);
        assertThat(opened.priceOpen()).isEqualTo(decimal("50000"));
        assertThat(opened.openTimestamp()).contains(Instant.ofEpochMilli(NOW));
        assertThat(opened.entries())
                .containsExactly(new Entry(decimal("50000"), decimal("100"), Instant.ofEpochMilli(NOW)));
        Marks marks = opened.marks().orElseThrow();
        assertThat(marks.best()).isEqualTo(marks.worst()).isCloseTo(-0.40040040040038904, within(1e-9));
    }

    @Test
    void commands_that_do_not_fit_the_phase_have_no_effect() {
        for (Command command : List.of(new Command.Cancel("long-1"), new Command.Activate("long-1"))) {
            assertThat(rules.commanded(openLong(), command, NOW, 50_000)).isEqualTo(Outcome.NO_EFFECT);
        }
        String id = "scheduled-short-1";
        for (Command command :
                List.of(new Command.Close(id), new Command.FilledTakeProfit(id), new Command.FilledStopLoss(id))) {
            assertThat(rules.commanded(scheduledShort(), command, NOW, 50_000)).isEqualTo(Outcome.NO_EFFECT);
        }
    }

    @Test
    void commands_for_another_signal_have_no_effect() {
        for (Command command : List.of(
                new Command.Close("other"),
                new Command.FilledTakeProfit("other"),
                new Command.FilledStopLoss("LONG-1"))) {
            assertThat(rules.commanded(openLong(), command, NOW, 50_000)).isEqualTo(Outcome.NO_EFFECT);
        }
    }

    @Test
    void moved_levels_replace_the_original_ones() {
        Held moved = Held.of(SampleSignals.openLong(KEY)
                .movedStopLoss(decimal("50200"))
                .movedTakeProfit(decimal("50700"))
                .build());
        assertThat(closed(rules.open(moved, NOW, 50_200)).reason()).isEqualTo(CloseReason.STOP_LOSS);
        assertThat(closed(rules.open(moved, NOW, 50_200)).priceClose()).isEqualTo(decimal("50200"));
        assertThat(closed(rules.open(moved, NOW, 50_701)).reason()).isEqualTo(CloseReason.TAKE_PROFIT);
        assertThat(closed(rules.open(moved, NOW, 50_701)).priceClose()).isEqualTo(decimal("50700"));
        assertThat(rules.open(moved, NOW, 50_201)).isInstanceOf(Outcome.Mark.class);
    }

    @Test
    void an_averaged_and_partly_closed_position_is_reckoned_as_a_whole() {
        Instant at = SampleSignals.AT;
        Held held = Held.of(SampleSignals.openLong(KEY)
                .priceOpen(decimal("100"))
                .priceTakeProfit(decimal("120"))
                .priceStopLoss(decimal("60"))
                .entries(List.of(
                        new Entry(decimal("100"), decimal("100"), at),
                        new Entry(decimal("80"), decimal("100"), at.plusSeconds(60)),
                        new Entry(decimal("70"), decimal("100"), at.plusSeconds(180))))
                .partialCloses(List.of(
                        new PartialClose(decimal("40"), decimal("100"), at.plusSeconds(120)),
                        new PartialClose(decimal("50"), decimal("105"), at.plusSeconds(240))))
                .build());
        long later = NOW + 300_000;
        assertThat(closed(rules.commanded(held, new Command.Close("long-1"), later, 98))
                        .pnlPercent())
                .isCloseTo(23.536803871128885, within(1e-9));
        assertThat(rules.open(held, later, 98)).isInstanceOfSatisfying(Outcome.Mark.class, mark -> assertThat(
                        mark.marks().best())
                .isCloseTo(23.536803871128885, within(1e-9)));
    }

    @Test
    void the_time_limit_comes_before_take_profit_and_stop_loss() {
        long expiry = SampleSignals.AT.toEpochMilli() + 60 * 60_000;
        assertThat(closed(rules.open(openLong(), expiry, 52_000)).reason()).isEqualTo(CloseReason.TIME_EXPIRED);
        assertThat(closed(rules.open(openLong(), expiry, 52_000)).priceClose()).isEqualTo(decimal("52000"));
        assertThat(closed(rules.open(openLong(), expiry - 1, 52_000)).reason()).isEqualTo(CloseReason.TAKE_PROFIT);
    }

    @Test
    void without_a_time_limit_a_position_never_expires() {
        Held held = Held.of(SampleSignals.openLong(KEY)
                .minuteEstimatedTime(TimeLimit.none())
                .build());
        assertThat(rules.open(held, NOW + 10L * 365 * 24 * 3_600_000, 50_000)).isNotInstanceOf(Outcome.Close.class);
    }

    @Test
    void the_best_and_worst_mark_only_ever_widen() {
        Outcome first = rules.open(openLong(), NOW, 50_600);
        assertThat(first).isInstanceOf(Outcome.Mark.class);
        Held marked = Held.of(openLong().signal.withMarks(((Outcome.Mark) first).marks()));
        assertThat(rules.open(marked, NOW + 60_000, 50_300)).isSameAs(Outcome.ACTIVE);
        assertThat(marked.marks.worst()).isEqualTo(-0.39);
    }

    @Test
    void a_scheduled_signal_waits_for_its_price_and_then_for_119_minutes_at_most() {
        long scheduled = SampleSignals.AT.toEpochMilli();
        assertThat(rules.scheduled(scheduledShort(), scheduled + 119 * 60_000, 49_999, 49_990))
                .isSameAs(Outcome.WAITING);
        assertThat(rules.scheduled(scheduledShort(), scheduled + 120 * 60_000, 50_001, 49_990))
                .as("the time-out comes before the entry")
                .isInstanceOfSatisfying(
                        Outcome.Cancel.class,
                        cancel -> assertThat(cancel.ended().reason()).isEqualTo(CancelReason.TIMEOUT));
    }

    @Test
    void a_candle_wholly_beyond_the_stop_rejects_and_one_that_only_touches_it_opens() {
        assertThat(rules.scheduled(scheduledShort(), NOW, 50_700, 50_500))
                .isInstanceOfSatisfying(
                        Outcome.Cancel.class,
                        cancel -> assertThat(cancel.ended().reason()).isEqualTo(CancelReason.PRICE_REJECT));
        assertThat(rules.scheduled(scheduledShort(), NOW, 50_700, 50_499.99)).isInstanceOf(Outcome.Open.class);
        assertThat(rules.scheduled(scheduledShort(), NOW, 50_000, 49_000)).isInstanceOf(Outcome.Open.class);
    }

    @Test
    void an_order_that_was_on_its_way_is_the_brokers_to_tell() {
        for (SignalBuilder builder : List.of(SampleSignals.opening(KEY), SampleSignals.closing(KEY))) {
            Signal signal = builder.build();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Held.of(signal))
                    .withMessageContaining("its phase is " + signal.phase().code())
                    .withMessageContaining("breakout/BTCUSDT")
                    .withMessageContaining("resolve");
        }
    }

    private Outcome proposed(Bracket bracket, EndedSignal last) {
        return rules.proposed(bracket, KEY, "paper", NOW, 100, last);
    }

    private static Bracket.Builder fair() {
        return Bracket.buy().takeProfit(102).stopLoss(99);
    }

    @Test
    void the_id_of_the_last_signal_is_ignored_without_an_error_even_if_the_bracket_is_bad() {
        EndedSignal last =
                SampleSignals.closed(SampleSignals.openLong(KEY).id("mine").build());
        assertThat(proposed(fair().id("mine").build(), last)).isSameAs(Outcome.IDLE);
        assertThat(proposed(fair().id("mine").takeProfit(-1).build(), last)).isSameAs(Outcome.IDLE);
        assertThat(proposed(fair().id("other").build(), last)).isInstanceOf(Outcome.Open.class);
    }

    @Test
    void an_id_may_come_again_after_another() {
        EndedSignal last =
                SampleSignals.closed(SampleSignals.openLong(KEY).id("second").build());
        assertThat(proposed(fair().id("first").build(), last))
                .isInstanceOfSatisfying(
                        Outcome.Open.class,
                        open -> assertThat(open.signal().id()).isEqualTo("first"));
    }

    @Test
    void an_entry_that_is_reached_already_opens_at_the_entry_price() {
        Outcome outcome = rules.proposed(fair().entry(100.5).build(), KEY, "paper", NOW, 100, null);
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Open.class, open -> assertThat(
                        open.signal().priceOpen())
                .isEqualTo(decimal("100.5")));
        assertThat(rules.proposed(fair().entry(99.9).build(), KEY, "paper", NOW, 100, null))
                .isInstanceOfSatisfying(
                        Outcome.Schedule.class,
                        schedule -> assertThat(schedule.signal().scheduledAt()).contains(Instant.ofEpochMilli(NOW)));
    }

    @Test
    void an_accepted_signal_keeps_what_the_bracket_says() {
        Outcome outcome = rules.proposed(
                fair().minutes(7)
                        .cost(decimal("12.5"))
                        .note("why")
                        .memo(Map.of("a", "b"))
                        .build(),
                KEY,
                "binance",
                NOW,
                100,
                null);
        Signal signal = ((Outcome.Open) outcome).signal();
        assertThat(signal.exchange()).isEqualTo("binance");
        assertThat(signal.minuteEstimatedTime()).isEqualTo(TimeLimit.ofMinutes(7));
        assertThat(signal.cost()).isEqualTo(decimal("12.5"));
        assertThat(signal.note()).isEqualTo("why");
        assertThat(signal.memo()).isEqualTo(Map.of("a", "b"));
        assertThat(signal.id()).matches("202401150931-[0-9a-f]{12}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1E+40", "1.0000000000000000000000000000000000000001"})
    void a_cost_that_no_record_can_keep_is_refused_like_every_other_fault(String cost) {
        assertThat(rules.proposed(fair().cost(decimal(cost)).build(), KEY, "paper", NOW, 100, null))
                .isInstanceOfSatisfying(Outcome.Refuse.class, refuse -> assertThat(refuse.faults())
                        .singleElement()
                        .asString()
                        .contains("Cannot keep a number"));
    }

    @Test
    void levels_that_fall_together_when_rounded_are_refused() {
        double price = 2e-8;
        Bracket bracket = Bracket.buy().takeProfit(2.04e-8).stopLoss(1.96e-8).build();
        assertThat(rules.proposed(bracket, KEY, "paper", NOW, price, null)).isInstanceOf(Outcome.Refuse.class);
    }
}
