package io.backtestkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

    @Test
    void the_defaults_are_those_of_the_rules() {
        assertThat(Settings.defaults())
                .isEqualTo(new Settings(
                        5,
                        0.1,
                        0.1,
                        0.5,
                        0.5,
                        20,
                        1440,
                        false,
                        120,
                        BigDecimal.valueOf(100),
                        Duration.ofMinutes(3),
                        0.2,
                        true,
                        true));
    }

    @Test
    void every_fault_is_named_in_one_message() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Settings.builder()
                        .priceWindow(0)
                        .slippagePercent(-1)
                        .feePercent(50)
                        .minimumTakeDistancePercent(0.1)
                        .minimumStopDistancePercent(30)
                        .longestLifeMinutes(0)
                        .scheduledWaitMinutes(0)
                        .defaultCost(BigDecimal.ZERO)
                        .strategyTimeout(Duration.ZERO)
                        .breakevenThresholdPercent(100)
                        .longAllowed(false)
                        .shortAllowed(false)
                        .build())
                .withMessageStartingWith("Cannot use these settings: ")
                .withMessageContainingAll(
                        "priceWindow was 0",
                        "slippagePercent was -1.0",
                        "feePercent was 50.0",
                        "minimumTakeDistancePercent was 0.1",
                        "the stop distances were 30.0 to 20.0",
                        "longestLifeMinutes was 0",
                        "scheduledWaitMinutes was 0",
                        "defaultCost was 0",
                        "strategyTimeout was PT0S",
                        "breakevenThresholdPercent was 100.0",
                        "neither long nor short was allowed");
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY})
    void a_number_that_is_none_is_refused_everywhere(double number) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Settings.builder()
                        .slippagePercent(number)
                        .feePercent(number)
                        .minimumTakeDistancePercent(number)
                        .maximumStopDistancePercent(number)
                        .breakevenThresholdPercent(number)
                        .build())
                .withMessageContainingAll(
                        "slippagePercent", "feePercent", "minimumTakeDistance", "stop distances", "breakeven");
    }

    @Test
    void the_take_distance_must_cover_the_costs_of_both_sides() {
        assertThat(Settings.builder().minimumTakeDistancePercent(0.4).build().minimumTakeDistancePercent())
                .isEqualTo(0.4);
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        Settings.builder().minimumTakeDistancePercent(0.39).build())
                .withMessageContaining("it must cover twice the slippage and twice the fee");
    }

    @Test
    void a_time_out_too_long_to_be_waited_for_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Settings.builder()
                        .strategyTimeout(Duration.ofSeconds(Long.MAX_VALUE))
                        .build())
                .withMessageContaining("strategyTimeout was ");
    }
}
