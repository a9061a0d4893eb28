package io.backtestkit.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.backtestkit.market.Candles;
import io.backtestkit.market.Interval;
import io.backtestkit.market.MarketView;
import io.backtestkit.signal.Position;
import io.backtestkit.signal.TimeLimit;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class BuiltInStrategiesTest {

    private static final long START = 1_704_067_200_000L;

    private static Strategy make(String name, Map<String, String> parameters) {
        return Objects.requireNonNull(BuiltInStrategies.all().get(name)).apply(Parameters.of(parameters));
    }

    private static MarketView view(Candles candles) {
        MarketView view = new MarketView("TEST", 5);
        view.moveTo(candles, candles.size());
        return view;
    }

    /** Returns five minutes at each of the prices. */
    private static Candles fives(double... prices) {
        Candles.Builder builder = Candles.builder(Interval.ONE_MINUTE);
        for (double price : prices) {
            for (int i = 0; i < 5; i++) {
                builder.append(START + builder.size() * 60_000L, price, price, price, price, 1);
            }
        }
        return builder.build();
    }

    private static Bracket decided(Strategy strategy, Candles candles) {
        return strategy.decide(view(candles)).orElseThrow();
    }

    @Test
    void bracket_always_proposes_an_entry_now_on_either_side() {
        Bracket bought = decided(make("bracket", Map.of()), fives(200));
        assertThat(bought.position()).isEqualTo(Position.LONG);
        assertThat(bought.entry()).isEmpty();
        assertThat(bought.takeProfit()).isCloseTo(204, within(1e-9));
        assertThat(bought.stopLoss()).isCloseTo(198, within(1e-9));
        assertThat(bought.timeLimit()).contains(TimeLimit.ofMinutes(60));
        Bracket sold =
                decided(make("bracket", Map.of("side", "short", "take", "5", "stop", "3", "minutes", "9")), fives(200));
        assertThat(sold.position()).isEqualTo(Position.SHORT);
        assertThat(sold.takeProfit()).isCloseTo(190, within(1e-9));
        assertThat(sold.stopLoss()).isCloseTo(206, within(1e-9));
        assertThat(sold.timeLimit()).contains(TimeLimit.ofMinutes(9));
        assertThat(make("bracket", Map.of()).interval()).isEqualTo(Interval.ONE_MINUTE);
    }

    @Test
    void dip_buyer_rests_below_the_price_and_measures_from_its_entry() {
        Strategy strategy = make("dip-buyer", Map.of());
        Bracket bracket = decided(strategy, fives(200));
        assertThat(strategy.interval()).isEqualTo(Interval.FIFTEEN_MINUTES);
        assertThat(bracket.position()).isEqualTo(Position.LONG);
        assertThat(bracket.entry().orElseThrow()).isCloseTo(199, within(1e-9));
        assertThat(bracket.takeProfit()).isCloseTo(199 * 1.015, within(1e-9));
        assertThat(bracket.stopLoss()).isCloseTo(199 * 0.98, within(1e-9));
        assertThat(bracket.timeLimit()).contains(TimeLimit.ofMinutes(720));
    }

    @Test
    void sma_cross_buys_when_the_fast_average_rises_above_the_slow_one() {
        Strategy strategy = make("sma-cross", Map.of("fast", "1", "slow", "3"));
        assertThat(strategy.interval()).isEqualTo(Interval.FIVE_MINUTES);
        Bracket bracket = decided(strategy, fives(100, 100, 100, 101));
        assertThat(bracket.position()).isEqualTo(Position.LONG);
        assertThat(bracket.takeProfit()).isCloseTo(101 * 1.02, within(1e-9));
        assertThat(bracket.stopLoss()).isCloseTo(101 * 0.99, within(1e-9));
        assertThat(decided(strategy, fives(100, 100, 100, 99)).position()).isEqualTo(Position.SHORT);
    }

    @Test
    void sma_cross_does_nothing_without_a_crossing_or_without_enough_candles() {
        Strategy strategy = make("sma-cross", Map.of("fast", "1", "slow", "3"));
        assertThat(strategy.decide(view(fives(100, 100, 101)))).isEmpty();
        assertThat(strategy.decide(view(fives(100, 100, 100, 100)))).isEmpty();
        assertThat(strategy.decide(view(fives(100, 101, 102, 103))))
                .as("above already")
                .isEmpty();
        assertThat(strategy.decide(view(fives(0.1 + 0.2, 0.3, 0.3, 0.3))))
                .as("a market that stands still but for its last binary digit")
                .isEmpty();
    }
}
