package io.backtestkit.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.math.BigDecimal;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PricesTest {

    @Test
    void equalValuesAreEqualObjects() {
        for (String form : new String[] {"50000", "50000.00", "5E4", "0.5e5", "+50000", "5000000E-2"}) {
            BigDecimal price = Prices.normalized(new BigDecimal(form));

            assertThat(price).isEqualTo(new BigDecimal("50000"));
            assertThat(price.toString()).isEqualTo("50000");
        }
    }

    @Test
    void zeroHasOneForm() {
        assertThat(Prices.normalized(new BigDecimal("0E+1000000"))).isEqualTo(BigDecimal.ZERO);
        assertThat(Prices.normalized(new BigDecimal("0.000"))).isEqualTo(BigDecimal.ZERO);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "9999999999999999999999999999999999",
                "0.000000000000000000000001",
                "1e33",
                "-12.5",
                "1234567890.123456789012345678901234",
                "1.00000000000000000000000000000000000000"
            })
    void theWidestNumbersAreKept(String digits) {
        assertThat(Prices.normalized(new BigDecimal(digits))).isEqualByComparingTo(digits);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1e1000000",
                "1e-1000000",
                "1e2147483647",
                "1e-2147483647",
                "10000000000000000000000000000000000",
                "0.0000000000000000000000001",
                "12345678901.123456789012345678901234"
            })
    void widerOnesAreRefusedQuickly(String digits) {
        assertTimeoutPreemptively(
                Duration.ofSeconds(30), () -> assertThatExceptionOfType(IllegalArgumentException.class)
                        .isThrownBy(() -> Prices.normalized(new BigDecimal(digits)))
                        .withMessageContaining("at most 34 digits and 24 decimal places"));
    }

    @Test
    void computedPricesAreRoundedHalfUpToEightPlaces() {
        assertThat(Prices.rounded(0.1 + 0.2)).isEqualTo(new BigDecimal("0.3"));
        assertThat(Prices.rounded(1.000000005)).isEqualTo(new BigDecimal("1.00000001"));
        assertThat(Prices.rounded(50_000)).isEqualTo(new BigDecimal("50000"));
        assertThatExceptionOfType(NumberFormatException.class).isThrownBy(() -> Prices.rounded(Double.NaN));
    }
}
