package io.backtestkit.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParametersTest {

    private static Strategy make(String name, Map<String, String> parameters) {
        return Objects.requireNonNull(BuiltInStrategies.all().get(name)).apply(Parameters.of(parameters));
    }

    @Test
    void every_fault_is_named_in_one_message_with_the_known_parameters() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> make(
                        "bracket", Map.of("side", "up", "take", "much", "stop", "21", "minutes", "1.5", "tkae", "1")))
                .withMessage("Cannot make strategy 'bracket': side was 'up', it must be long or short;"
                        + " take was 'much', which is not a number; stop was '21', it must be a number from 0.5 to 20;"
                        + " minutes was '1.5', which is not a whole number; 'tkae' is unknown. Its parameters:"
                        + " minutes=60 (whole, 1 to 1440), side=long (long or short), stop=1 (0.5 to 20),"
                        + " take=2 (0.5 to 99).");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bracket", "sma-cross", "dip-buyer"})
    void a_built_in_strategy_made_with_an_unknown_parameter_is_refused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> make(name, Map.of("tke", "2")))
                .withMessageStartingWith("Cannot make strategy '" + name + "': 'tke' is unknown.");
        assertThatCode(() -> make(name, Map.of())).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " 2", "2 ", "NaN", "Infinity", "0x1p1", "2d", "2,5", "1e400", "0.49", "100", "--2"})
    void a_number_that_is_not_plain_or_not_in_range_is_refused(String text) {
        Parameters parameters = Parameters.of(Map.of("take", text));
        assertThat(parameters.number("take", 2, 0.5, 99)).isEqualTo(2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parameters.check("mine"))
                .withMessageContaining("take was '" + text + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.5", "99", "+1", "1e1", "2.50"})
    void a_plain_number_in_range_is_read(String text) {
        Parameters parameters = Parameters.of(Map.of("take", text));
        assertThat(parameters.number("take", 2, 0.5, 99)).isEqualTo(Double.parseDouble(text));
        parameters.check("mine");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "1441", "60.0", "99999999999", "sixty"})
    void a_whole_number_is_one_in_range(String text) {
        Parameters parameters = Parameters.of(Map.of("minutes", text));
        assertThat(parameters.whole("minutes", 60, 1, 1440)).isEqualTo(60);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parameters.check("mine"))
                .withMessageContaining("minutes was '" + text + "'");
    }

    @Test
    void what_must_hold_between_parameters_is_checked_with_the_rest() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> make("sma-cross", Map.of("fast", "50", "slow", "50", "stop", "0")))
                .withMessageContaining("fast was 50 and slow 50, fast must be below slow")
                .withMessageContaining("stop was '0'");
    }

    @Test
    void a_strategy_without_parameters_says_so() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Parameters.of(Map.of("a", "1")).check("mine"))
                .withMessage("Cannot make strategy 'mine': 'a' is unknown. Its parameters: none.");
    }
}
