package io.backtestkit.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnginePriceTest {

    private static final long START = 1_704_067_200_000L;

    private final Candles.Builder candles = Candles.builder(Interval.ONE_MINUTE);

    private void candle(double low, double high, double close, double volume) {
        candles.append(START + candles.size() * 60_000L, close, high, low, close, volume);
    }

    private double price(int window) {
        return EnginePrice.at(candles.build(), candles.size(), window);
    }

    @Test
    void it_is_the_volume_weighted_mean_of_the_typical_prices_of_the_window() {
        candle(1, 1_000, 500, 1_000);
        candle(9, 12, 12, 1);
        candle(18, 21, 21, 3);
        assertThat(price(2)).isCloseTo((11 * 1 + 20 * 3) / 4.0, within(1e-12));
    }

    @Test
    void without_volume_it_is_the_plain_mean_of_the_closes() {
        candle(9, 30, 10, 0);
        candle(9, 30, 11, 0);
        candle(9, 30, 15, 0);
        assertThat(price(3)).isEqualTo(12);
    }

    @Test
    void a_single_candle_with_volume_decides_alone() {
        candle(9, 30, 10, 0);
        candle(20, 26, 23, 1e-9);
        candle(9, 30, 15, 0);
        assertThat(price(3)).isEqualTo(23);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.MIN_VALUE, 1e-300, 1e308, Double.MAX_VALUE})
    void volumes_that_a_double_cannot_weigh_with_do_not_count(double volume) {
        for (int i = 0; i < 5; i++) {
            candle(0.4, 0.4, 0.4, volume);
            candle(1e15, 1e15, 1e15, volume);
        }
        assertThat(price(10)).isEqualTo((0.4 + 1e15) / 2);
    }

    @ParameterizedTest
    @ValueSource(doubles = {102, 100.5, 0.00001234, 54_321.98, 101.99999999, 9_876_543.21, 0.1, 397.99})
    void a_market_that_stands_still_is_exactly_at_its_price(double plateau) {
        Random random = new Random(9);
        for (int i = 0; i < 500; i++) {
            candle(plateau, plateau, plateau, random.nextDouble() * 1_000);
            if (i >= 4) {
                assertThat(price(5)).isEqualTo(plateau);
            }
        }
    }

    @Test
    void a_price_between_the_kept_places_is_not_moved() {
        candle(100, 100.00000001, 100, 1);
        candle(100, 100.00000001, 100.00000001, 1);
        assertThat(price(2))
                .isCloseTo(100.000000005, within(1e-13))
                .isNotEqualTo(100)
                .isNotEqualTo(100.00000001);
    }
}
