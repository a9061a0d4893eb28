package io.backtestkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.backtestkit.market.Candles;
import io.backtestkit.market.Interval;
import io.backtestkit.oracle.OracleBracketStrategy;
import io.backtestkit.oracle.OracleCancelled;
import io.backtestkit.oracle.OracleCandle;
import io.backtestkit.oracle.OracleDipBuyer;
import io.backtestkit.oracle.OracleMarkets;
import io.backtestkit.oracle.OraclePosition;
import io.backtestkit.oracle.OracleResult;
import io.backtestkit.oracle.OracleSmaCross;
import io.backtestkit.oracle.OracleStrategy;
import io.backtestkit.oracle.OracleTrade;
import io.backtestkit.oracle.RulesOracle;
import io.backtestkit.signal.CancelledSignal;
import io.backtestkit.signal.ClosedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.statistics.Statistics;
import io.backtestkit.strategy.BuiltInStrategies;
import io.backtestkit.strategy.Parameters;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The engine against an implementation of the same rules that shares no line with it and reckons in exact fractions. */
class EngineAgainstOracleTest {

    private static final int MINUTES = 2_500;

    private static final Map<String, String> ORACLE_STATISTICS =
            Map.of("averagePeakMark", "averagePeak", "averageWorstMark", "averageWorst");

    private record Pair(String name, Map<String, String> parameters, OracleStrategy oracle) {}

    private static BigDecimal decimal(String text) {
        return new BigDecimal(text);
    }

    private static List<Pair> strategies() {
        return List.of(
                new Pair("bracket", Map.of(), OracleBracketStrategy.defaults(OraclePosition.LONG)),
                new Pair("bracket", Map.of("side", "short"), OracleBracketStrategy.defaults(OraclePosition.SHORT)),
                new Pair(
                        "bracket",
                        Map.of("take", "0.5", "stop", "0.5", "minutes", "7"),
                        new OracleBracketStrategy(OraclePosition.LONG, decimal("0.5"), decimal("0.5"), decimal("7"))),
                new Pair("sma-cross", Map.of(), OracleSmaCross.defaults()),
                new Pair(
                        "sma-cross",
                        Map.of("fast", "3", "slow", "8", "take", "1", "stop", "0.6", "minutes", "90"),
                        new OracleSmaCross(3, 8, decimal("1"), decimal("0.6"), decimal("90"))),
                new Pair("dip-buyer", Map.of(), OracleDipBuyer.defaults()),
                new Pair(
                        "dip-buyer",
                        Map.of("below", "1.2", "take", "0.8", "stop", "0.7", "minutes", "45"),
                        new OracleDipBuyer(decimal("1.2"), decimal("0.8"), decimal("0.7"), decimal("45"))));
    }

    static Stream<Arguments> cases() {
        return Stream.of(OracleMarkets.Kind.values())
                .flatMap(kind -> Stream.of(1L, 2L).flatMap(seed -> strategies().stream()
                        .map(pair -> Arguments.of(kind, seed, pair.name(), pair.parameters(), pair.oracle()))));
    }

    @ParameterizedTest(name = "{0} seed {1}: {2} {3}")
    @MethodSource("cases")
    void trades_and_statistics_equal_those_of_the_oracle(
            OracleMarkets.Kind kind, long seed, String name, Map<String, String> parameters, OracleStrategy oracle) {
        List<OracleCandle> market = OracleMarkets.make(kind, seed, MINUTES);
        OracleResult expected = RulesOracle.run(market, oracle);

        BacktestResult result;
        try (BacktestKit kit = BacktestKit.create()) {
            result = kit.backtest()
                    .strategy(
                            name,
                            Objects.requireNonNull(BuiltInStrategies.all().get(name))
                                    .apply(Parameters.of(parameters)))
                    .symbol("TEST")
                    .candles(candles(market))
                    .run();
        }

        assertThat(result.signals().stream().map(EngineAgainstOracleTest::line))
                .containsExactlyElementsOf(expected.trades().stream()
                        .map(EngineAgainstOracleTest::line)
                        .toList());
        assertThat(result.cancelled().stream().map(EngineAgainstOracleTest::line))
                .containsExactlyElementsOf(expected.cancelled().stream()
                        .map(EngineAgainstOracleTest::line)
                        .toList());
        for (int i = 0; i < expected.trades().size(); i++) {
            OracleTrade trade = expected.trades().get(i);
            ClosedSignal closed = result.signals().get(i);
            assertPrice(closed.signal().priceOpen(), trade.priceOpen());
            assertPrice(closed.signal().priceTakeProfit(), trade.priceTakeProfit());
            assertPrice(closed.signal().priceStopLoss(), trade.priceStopLoss());
            assertPrice(closed.priceClose(), trade.priceClose());
            assertThat(closed.pnlPercent()).isCloseTo(trade.pnlPercent(), within(1e-9));
            assertThat(closed.signal().marks().orElseThrow().best()).isCloseTo(trade.bestMark(), within(1e-9));
            assertThat(closed.signal().marks().orElseThrow().worst()).isCloseTo(trade.worstMark(), within(1e-9));
        }
        assertStatistics(result.statistics(), expected.statistics());
    }

    /** The oracle reckons in fractions, the engine in doubles: the last of 8 decimal places may round the other way. */
    private static void assertPrice(BigDecimal found, BigDecimal expected) {
        double lastPlace = 1.01e-8;
        assertThat(found.doubleValue())
                .isCloseTo(expected.doubleValue(), within(Math.max(lastPlace, expected.doubleValue() * 1e-15)));
    }

    private static void assertStatistics(Statistics statistics, Map<String, @Nullable Double> expected) {
        Map<String, @Nullable Number> found = statistics.asMap();
        expected.forEach((oracleName, value) -> {
            String name = ORACLE_STATISTICS.getOrDefault(oracleName, oracleName);
            assertThat(found).containsKey(name);
            Number number = found.get(name);
            if (value == null || number == null) {
                assertThat(number).as(name).isEqualTo(value);
            } else {
                assertThat(number.doubleValue()).as(name).isCloseTo(value, within(1e-7 * Math.max(1, Math.abs(value))));
            }
        });
    }

    private static Candles candles(List<OracleCandle> market) {
        Candles.Builder builder = Candles.builder(Interval.ONE_MINUTE);
        for (OracleCandle candle : market) {
            builder.append(
                    candle.timestamp(),
                    candle.open().doubleValue(),
                    candle.high().doubleValue(),
                    candle.low().doubleValue(),
                    candle.close().doubleValue(),
                    candle.volume().doubleValue());
        }
        return builder.build();
    }

    private static String line(OracleTrade trade) {
        return trade.position().name().toLowerCase(Locale.ROOT) + " " + trade.scheduledAt() + " " + trade.openedAt()
                + " " + trade.closedAt() + " " + trade.closeReason();
    }

    private static String line(ClosedSignal closed) {
        Signal signal = closed.signal();
        return signal.position().code() + " "
                + signal.scheduledAt().map(Instant::toEpochMilli).orElse(null) + " "
                + signal.openTimestamp().orElseThrow().toEpochMilli() + " "
                + closed.closedAt().toEpochMilli() + " " + closed.reasonCode();
    }

    private static String line(OracleCancelled cancelled) {
        return cancelled.reason() + " " + cancelled.scheduledAt() + " " + cancelled.cancelledAt();
    }

    private static String line(CancelledSignal cancelled) {
        return cancelled.reasonCode() + " "
                + cancelled.signal().scheduledAt().orElseThrow().toEpochMilli() + " "
                + cancelled.cancelledAt().toEpochMilli();
    }
}
