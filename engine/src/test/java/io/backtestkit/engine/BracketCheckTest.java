package io.backtestkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.backtestkit.signal.Position;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.strategy.Bracket;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BracketCheckTest {

    private static List<String> faults(Settings settings, Bracket bracket) {
        double entry = bracket.entry().orElse(100);
        boolean reached = bracket.position() == Position.LONG ? 100 <= entry : 100 >= entry;
        return new BracketCheck(settings).faults(bracket, entry, 100, reached);
    }

    private static List<String> faults(Bracket bracket) {
        return faults(Settings.defaults(), bracket);
    }

    private static Bracket.Builder fair() {
        return Bracket.buy().takeProfit(102).stopLoss(99);
    }

    @Test
    void a_fair_bracket_has_no_faults() {
        assertThat(faults(fair().build())).isEmpty();
        assertThat(faults(Bracket.sell().takeProfit(98).stopLoss(101).build())).isEmpty();
    }

    @Test
    void every_fault_is_named_in_one_message() {
        Settings noLongs = Settings.builder().longAllowed(false).build();
        List<String> faults = faults(
                noLongs,
                Bracket.buy()
                        .takeProfit(100.1)
                        .stopLoss(70)
                        .minutes(1441)
                        .cost(BigDecimal.ZERO)
                        .id(" ")
                        .note("x".repeat(Signal.LONGEST_NOTE + 1))
                        .build());
        assertThat(faults).hasSize(7);
        String message = BracketCheck.message(new SignalKey("a", "b"), faults);
        assertThat(message)
                .startsWith("Cannot accept the bracket of a/b: ")
                .contains("a long is not allowed by the settings")
                .containsPattern("the take profit was 0\\.0999\\d* % from the entry, at least 0.5 % are needed")
                .contains("the stop loss was 30.0 % from the entry, 0.5 to 20.0 % are needed")
                .contains("the time limit was 1441 min, at most 1440 are allowed")
                .contains("the cost was 0, it must be above 0")
                .contains("the id was blank")
                .contains("the note had 65537 characters, at most 65536 are kept")
                .endsWith("Nothing was opened; mend the strategy.");
    }

    @ParameterizedTest(name = "{0} take {1} stop {2}: {3} faults")
    @CsvSource({
        "LONG, 100.5, 99.5, 0",
        "LONG, 100.4999, 99.5, 1",
        "LONG, 100.5, 99.5001, 1",
        "LONG, 100.5, 80, 0",
        "LONG, 100.5, 79.9999, 1",
        "SHORT, 99.5, 100.5, 0",
        "SHORT, 99.5001, 100.5, 1",
        "SHORT, 99.5, 100.4999, 1",
        "SHORT, 99.5, 120, 0",
        "SHORT, 99.5, 120.0001, 1",
        "LONG, 100.4999, 99.5001, 2"
    })
    void the_edges_of_the_distances_are_allowed_and_nothing_beyond(
            Position side, double take, double stop, int expected) {
        assertThat(faults(Bracket.on(side).takeProfit(take).stopLoss(stop).build()))
                .hasSize(expected);
    }

    @ParameterizedTest(name = "price {0}")
    @ValueSource(doubles = {0.07, 0.3, 1.1, 3, 7, 19.99, 333.33, 54_321.12, 98_765.43, 1e9 / 7})
    void exactly_half_a_percent_is_enough_whatever_the_price_and_its_binary_digits(double price) {
        BracketCheck check = new BracketCheck(Settings.defaults());
        for (double stop : new double[] {0.5, 20}) {
            Bracket bracket = Bracket.buy()
                    .takeProfit(price * (1 + 0.5 / 100))
                    .stopLoss(price * (1 - stop / 100))
                    .build();
            assertThat(check.faults(bracket, price, price, true)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0, -0.0, -1, 1e-9, 1e21, 1e300})
    void a_price_must_be_one(double price) {
        assertThat(faults(fair().takeProfit(price).build()))
                .containsExactly("the take profit was " + price + ", it must be a price above 0");
        assertThat(faults(fair().stopLoss(price).build()))
                .containsExactly("the stop loss was " + price + ", it must be a price above 0");
        assertThat(faults(fair().entry(price).build()))
                .containsExactly("the entry price was " + price + ", it must be a price above 0");
        assertThat(faults(fair().entry(price).takeProfit(price).stopLoss(price).build()))
                .hasSize(3);
    }

    @Test
    void forgotten_levels_are_faults() {
        assertThat(faults(Bracket.buy().build())).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"LONG, 99, 102", "LONG, 102, 103", "LONG, 100, 99", "LONG, 101, 100", "SHORT, 102, 99", "SHORT, 98, 100"
    })
    void levels_must_enclose_the_entry_strictly(Position side, double take, double stop) {
        assertThat(faults(Bracket.on(side).takeProfit(take).stopLoss(stop).build()))
                .anyMatch(fault -> fault.contains(side == Position.LONG ? "a long needs stop below" : "a short needs"));
    }

    @Test
    void an_immediate_entry_must_also_enclose_the_price() {
        assertThat(faults(Bracket.buy().entry(103).takeProfit(105).stopLoss(100).build()))
                .as("the price stands on the stop already")
                .singleElement()
                .asString()
                .contains("the price 100.0");
        assertThat(faults(Bracket.buy().entry(97).takeProfit(99).stopLoss(96).build()))
                .as("a scheduled one need not")
                .isEmpty();
    }

    @Test
    void longs_and_shorts_can_each_be_switched_off() {
        Settings noShorts = Settings.builder().shortAllowed(false).build();
        Bracket shorted = Bracket.sell().takeProfit(98).stopLoss(101).build();
        assertThat(faults(noShorts, shorted)).containsExactly("a short is not allowed by the settings");
        assertThat(faults(noShorts, fair().build())).isEmpty();
        assertThat(faults(Settings.builder().longAllowed(false).build(), shorted))
                .isEmpty();
    }

    @Test
    void no_time_limit_needs_the_settings_leave() {
        assertThat(faults(fair().noTimeLimit().build()))
                .containsExactly("no time limit was asked for, which the settings do not allow");
        assertThat(faults(
                        Settings.builder().noTimeLimitAllowed(true).build(),
                        fair().noTimeLimit().build()))
                .isEmpty();
        assertThat(faults(fair().minutes(1440).build())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "0.00"})
    void the_cost_must_be_above_zero(String cost) {
        assertThat(faults(fair().cost(new BigDecimal(cost)).build())).hasSize(1);
    }

    @Test
    @SuppressWarnings({"NullAway", "DataFlowIssue"}) // as a caller without null checks would
    void a_bracket_without_a_position_or_with_a_null_note_fails_in_the_strategy_not_in_the_engine() {
        assertThatNullPointerException().isThrownBy(() -> Bracket.on(null)).withMessage("a bracket needs a position");
        assertThatNullPointerException().isThrownBy(() -> fair().note(null)).withMessage("a note must not be null");
    }
}
