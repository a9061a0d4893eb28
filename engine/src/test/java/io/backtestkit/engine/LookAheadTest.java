package io.backtestkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.event.Event;
import io.backtestkit.market.Candles;
import io.backtestkit.market.Interval;
import io.backtestkit.market.MarketView;
import io.backtestkit.oracle.OracleMarkets;
import io.backtestkit.strategy.Bracket;
import io.backtestkit.strategy.Strategy;
import io.backtestkit.testkit.RecordedEvents;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What comes after a moment changes nothing that was decided at or before it. */
class LookAheadTest {

    private static final int MINUTES = 700;
    private static final long SEED = Long.getLong("backtestkit.seed", System.nanoTime());

    /** Decides from everything a strategy can see, and remembers all of it. */
    private static final class Curious implements Strategy {

        private double sum;

        @Override
        public Optional<Bracket> decide(MarketView market) {
            sum = sum * 0.5 + market.price() + market.lastHigh() - market.lastLow() + market.time() % 1000;
            for (Interval interval : Interval.values()) {
                Candles candles = market.candles(interval, 10_000);
                for (int i = Math.max(0, candles.size() - 20); i < candles.size(); i++) {
                    sum += candles.open(i)
                            + candles.high(i) * 2
                            + candles.low(i) * 3
                            + candles.close(i) * 5
                            + candles.volume(i) * 7;
                }
                sum += candles.closes().length + candles.end() % 1000;
            }
            double price = market.price();
            return switch ((int) Math.floorMod((long) (sum * 1e3), 4L)) {
                case 0 -> Optional.empty();
                case 1 ->
                    Optional.of(Bracket.buy()
                            .takeProfit(price * 1.008)
                            .stopLoss(price * 0.993)
                            .minutes(30)
                            .build());
                case 2 ->
                    Optional.of(Bracket.sell()
                            .takeProfit(price * 0.992)
                            .stopLoss(price * 1.007)
                            .minutes(30)
                            .build());
                default ->
                    Optional.of(Bracket.buy()
                            .entry(price * 0.998)
                            .takeProfit(price * 1.008)
                            .stopLoss(price * 0.99)
                            .memo(Map.of("sum", Double.toString(sum)))
                            .build());
            };
        }
    }

    static Stream<String> strategies() {
        return Stream.concat(Runs.BUILT_IN.keySet().stream().sorted(), Stream.of("curious"));
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void scrambling_the_candles_after_a_moment_changes_no_decision_at_or_before_it(String name) {
        Supplier<Strategy> fresh = () -> name.equals("curious") ? new Curious() : Runs.builtIn(name);
        Random random = new Random(SEED);
        for (OracleMarkets.Kind kind : List.of(OracleMarkets.Kind.WALK, OracleMarkets.Kind.WILD)) {
            Candles candles = Minutes.market(kind, SEED & 0xffff, MINUTES);
            Map<Long, Event.Tick> expected = ticks(fresh.get(), candles);
            assertThat(expected).hasSize(MINUTES - 4);
            for (int round = 0; round < 12; round++) {
                int known = 5 + random.nextInt(MINUTES - 5);
                long moment = candles.start() + known * Interval.MINUTE_MILLIS;
                Map<Long, Event.Tick> found = ticks(fresh.get(), scrambledAfter(candles, known, random));
                for (long time = candles.start() + 5 * Interval.MINUTE_MILLIS;
                        time <= moment;
                        time += Interval.MINUTE_MILLIS) {
                    assertThat(found.get(time))
                            .as(
                                    "tick %s, candles scrambled after %s; replay with -Dbacktestkit.seed=%s",
                                    time, moment, SEED)
                            .isEqualTo(expected.get(time));
                }
            }
        }
    }

    /** Returns the first event of each tick: the one that ends a backtest comes second. */
    private static Map<Long, Event.Tick> ticks(Strategy strategy, Candles candles) {
        RecordedEvents<Event> events = new RecordedEvents<>();
        Runs.backtest(strategy, candles, events);
        Map<Long, Event.Tick> first = new TreeMap<>();
        events.ofType(Event.Tick.class)
                .forEach(tick -> first.putIfAbsent(tick.at().toEpochMilli(), tick));
        return first;
    }

    private static Candles scrambledAfter(Candles candles, int known, Random random) {
        Candles.Builder builder = Candles.builder(Interval.ONE_MINUTE);
        for (int i = 0; i < known; i++) {
            builder.append(candles.get(i));
        }
        for (int i = known; i < candles.size(); i++) {
            double low = candles.low(i) * (0.5 + random.nextDouble());
            double high = low * (1 + random.nextDouble() / 10);
            builder.append(candles.timestamp(i), low, high, low, high, random.nextInt(5));
        }
        return builder.build();
    }
}
