package io.backtestkit.oracle;

import static io.backtestkit.oracle.Series.atFullHour;
import static io.backtestkit.oracle.Series.fraction;
import static io.backtestkit.oracle.Series.minute;
import static io.backtestkit.oracle.Series.minutesAfterFullHour;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RulesOracleTest {

    // ---- time and price

    @Test
    void theFirstTickIsFiveMinutesAfterTheFirstCandleAndTheLastAtTheCloseOfTheLast() {
        assertThat(run(atFullHour().flat(7, "100"), silent()).ticks())
                .containsExactly(
                        new OracleTick(minute(5), "idle", List.of()),
                        new OracleTick(minute(6), "idle", List.of()),
                        new OracleTick(minute(7), "idle", List.of()));
    }

    @Test
    void thePriceWeighsTheTypicalPriceByVolume() {
        Series series = atFullHour().flat(4, "100").candle("108", "113", "107", "110", "4");
        assertThat(RulesOracle.price(series.candles(), 5)).isEqualTo(fraction("105"));
    }

    @Test
    void thePriceLooksAtTheLastFiveCandlesOnly() {
        Series series = atFullHour().flat(1, "900").flat(5, "100");
        assertThat(RulesOracle.price(series.candles(), 6)).isEqualTo(fraction("100"));
    }

    @Test
    void withoutVolumeThePriceIsThePlainMeanOfTheCloses() {
        Series series = atFullHour();
        for (String close : List.of("100", "101", "102", "103", "109")) {
            series.candle("105", "200", "50", close, "0");
        }
        assertThat(RulesOracle.price(series.candles(), 5)).isEqualTo(fraction("103"));
    }

    @Test
    void pricesOfARecordAreRoundedHalfUpToEightPlaces() {
        Series series = atFullHour().flat(4, "100").candle("100", "100.0000001", "100", "100.0000001", "1");
        OracleTrade trade = onlyTrade(series, immediate(OraclePosition.LONG, "102", "99", 60));
        // the mean of the typical prices is 100 + 0.0000002 / 15
        assertThat(trade.priceOpen()).isEqualTo(new BigDecimal("100.00000001"));
        assertThat(fraction("1.000000005").toPrice()).isEqualTo(new BigDecimal("1.00000001"));
        assertThat(fraction("1.0000000049").toPrice()).isEqualTo(new BigDecimal("1.00000000"));
    }

    @Test
    void aLargerCandleIsSeenOnlyWhenCompleteAndTheIncompleteFirstOneNever() {
        List<List<Long>> seen = new ArrayList<>();
        run(minutesAfterFullHour(3).flat(14, "100"), each(1, moment -> {
            seen.add(moment.candles(9, 5).stream().map(OracleCandle::timestamp).toList());
            return null;
        }));
        List<Long> none = List.of();
        List<Long> one = List.of(minute(5));
        List<Long> two = List.of(minute(5), minute(10));
        assertThat(seen).containsExactly(none, none, one, one, one, one, one, two, two, two);
    }

    @Test
    void aLargerCandleJoinsItsMinutes() {
        List<OracleCandle> seen = new ArrayList<>();
        Series series = atFullHour()
                .candle("10", "12", "9", "11", "1")
                .candle("11", "15", "10", "14", "2")
                .candle("14", "14", "8", "9", "0.5")
                .flat(2, "10")
                .flat(1, "50");
        run(series, each(1, moment -> {
            seen.addAll(moment.candles(1, 3));
            return null;
        }));
        OracleCandle first = OracleCandle.of(minute(0), "10", "15", "8", "9", "3.5");
        OracleCandle second = OracleCandle.of(minute(3), "10", "50", "10", "50", "3");
        assertThat(seen).containsExactly(first, second);
    }

    @Test
    void impossibleInputIsRefused() {
        assertRefused(atFullHour().flat(4, "100").candles(), "4 candles, 5 are needed");
        assertRefused(
                atFullHour().flat(4, "100").candle("100", "99", "98", "99", "1").candles(), "an impossible candle");
        assertRefused(
                atFullHour().flat(4, "100").candle("1", "1", "0", "1", "1").candles(), "an impossible candle");
        assertRefused(
                atFullHour().flat(4, "100").candle("1", "1", "1", "1", "-1").candles(), "an impossible candle");
        assertRefused(
                atFullHour().flat(5, "100").candle("9", "9", "0.09", "9", "1").candles(), "an anomaly");
        List<OracleCandle> gap = new ArrayList<>(atFullHour().flat(9, "100").candles());
        gap.subList(5, 8).clear();
        assertRefused(gap, "the first missing minute was " + minute(5) + ", 3 missing");
    }

    @Test
    void aThousandthOfTheMedianIsStillAPrice() {
        assertThat(run(atFullHour().flat(5, "100").candle("9", "9", "0.1", "9", "1"), silent())
                        .ticks())
                .hasSize(2);
    }

    // ---- asking

    @Test
    void theStrategyIsAskedAtTheMultiplesOfItsInterval() {
        List<Long> asked = new ArrayList<>();
        run(minutesAfterFullHour(2).flat(20, "100"), each(5, moment -> {
            asked.add(moment.tick());
            return null;
        }));
        assertThat(asked).containsExactly(minute(10), minute(15), minute(20));
    }

    @Test
    void theStrategyIsNotAskedWhileSomethingIsHeld() {
        List<Long> asked = new ArrayList<>();
        run(atFullHour().flat(10, "100"), each(1, moment -> {
            asked.add(moment.tick());
            return bracket(OraclePosition.LONG, "102", "99", null, 3);
        }));
        assertThat(asked).containsExactly(minute(5), minute(9));
    }

    @Test
    void aKeyThatClosesOpensAgainAtTheNextTickAtTheEarliest() {
        OracleResult result = run(atFullHour().flat(9, "100"), immediate(OraclePosition.LONG, "102", "99", 2));
        assertThat(outcomes(result)).containsExactly("opened", "active", "closed", "opened", "active");
    }

    @Test
    void aFailingStrategyMakesAnIdleTick() {
        OracleResult result = run(atFullHour().flat(5, "100"), each(1, moment -> {
            throw new IllegalStateException("the tide is out");
        }));
        assertThat(result.ticks())
                .containsExactly(
                        new OracleTick(minute(5), "idle", List.of("java.lang.IllegalStateException: the tide is out")));
    }

    @Test
    void anEntryAlreadyReachedOpensNowAtTheEntry() {
        OracleTrade bought =
                onlyTrade(atFullHour().flat(5, "100"), waiting(OraclePosition.LONG, "110", "98", "101", 60));
        assertThat(bought.priceOpen()).isEqualByComparingTo("101");
        assertThat(bought.scheduledAt()).isNull();
        assertThat(bought.openedAt()).isEqualTo(minute(5));
        OracleTrade sold =
                onlyTrade(atFullHour().flat(5, "100"), waiting(OraclePosition.SHORT, "98", "110", "100", 60));
        assertThat(sold.priceOpen()).isEqualByComparingTo("100");
        assertThat(sold.scheduledAt()).isNull();
    }

    @Test
    void everyFaultOfABracketIsNamedAndTheTickIsIdle() {
        OracleResult result = run(atFullHour().flat(5, "100"), immediate(OraclePosition.LONG, "70", "79", 1441));
        assertThat(outcomes(result)).containsExactly("idle");
        assertThat(result.ticks().get(0).faults())
                .containsExactly(
                        "the entry is not between stop and take",
                        "the price is not between stop and take",
                        "the stop is farther than 20 percent",
                        "the time limit is not 1 to 1440 whole minutes");
    }

    @Test
    void theLimitsOfTheDistancesThemselvesAreAccepted() {
        assertThat(faults(OraclePosition.LONG, "100.5", "80", 1)).isEmpty();
        assertThat(faults(OraclePosition.LONG, "100.5", "99.5", 1440)).isEmpty();
        assertThat(faults(OraclePosition.SHORT, "99.5", "120", 1)).isEmpty();
        assertThat(faults(OraclePosition.LONG, "100.4999999999", "90", 1))
                .containsExactly("the take is nearer than 0.5 percent");
        assertThat(faults(OraclePosition.SHORT, "90", "100.4999999999", 1))
                .containsExactly("the stop is nearer than 0.5 percent");
        assertThat(faults(OraclePosition.LONG, "110", "79.9999999999", 1))
                .containsExactly("the stop is farther than 20 percent");
        assertThat(faults(OraclePosition.LONG, "110", "90", 0))
                .containsExactly("the time limit is not 1 to 1440 whole minutes");
    }

    @Test
    void anEntryThatOpensNowIsRefusedWhenThePriceIsAtItsStop() {
        OracleResult result = run(atFullHour().flat(5, "100"), waiting(OraclePosition.LONG, "110", "100", "101", 60));
        assertThat(result.ticks().get(0).faults()).containsExactly("the price is not between stop and take");
    }

    // ---- a scheduled signal

    @Test
    void aScheduledSignalOpensWhenTheCandleTouchesTheEntry() {
        Series series = atFullHour()
                .flat(6, "100")
                .candle("100", "100", "99", "100", "1")
                .flat(1, "100");
        OracleResult result = run(series, waiting(OraclePosition.LONG, "105", "97", "99", 60));
        assertThat(outcomes(result)).containsExactly("scheduled", "waiting", "opened", "active");
        OracleTrade trade = result.trades().get(0);
        assertThat(trade.scheduledAt()).isEqualTo(minute(5));
        assertThat(trade.openedAt()).isEqualTo(minute(7));
        assertThat(trade.priceOpen()).isEqualByComparingTo("99");
    }

    @Test
    void aCandleThatTouchesTheEntryAndThenTheStopHasOpenedAndLoses() {
        Series series = atFullHour()
                .flat(5, "100")
                .candle("99", "99", "90", "90", "1000")
                .flat(1, "90");
        OracleResult result = run(series, waiting(OraclePosition.LONG, "105", "97", "99", 60));
        assertThat(outcomes(result)).containsExactly("scheduled", "opened", "closed");
        assertThat(result.trades().get(0).closeReason()).isEqualTo("stop_loss");
        assertThat(result.trades().get(0).priceClose()).isEqualByComparingTo("97");
    }

    @Test
    void aCandleThatJumpedOverEntryAndStopCancels() {
        Series bought = atFullHour().flat(5, "100").candle("97", "97", "96", "96", "1");
        assertThat(run(bought, waiting(OraclePosition.LONG, "105", "97", "99", 60))
                        .cancelled())
                .containsExactly(new OracleCancelled("price_reject", minute(5), minute(6)));
        Series sold = atFullHour().flat(5, "100").candle("103", "104", "103", "103", "1");
        assertThat(run(sold, waiting(OraclePosition.SHORT, "95", "103", "101", 60))
                        .cancelled())
                .containsExactly(new OracleCancelled("price_reject", minute(5), minute(6)));
    }

    @Test
    void waitingEndsAfterTwoHoursEvenIfTheLastCandleWouldOpenOrReject() {
        OracleStrategy strategy = waiting(OraclePosition.LONG, "105", "97", "99", 60);
        for (String high : List.of("100", "97")) {
            Series series = atFullHour().flat(124, "100").candle("97", high, "96", "97", "1");
            OracleResult result = run(series, strategy);
            assertThat(result.cancelled()).containsExactly(new OracleCancelled("timeout", minute(5), minute(125)));
            assertThat(result.trades()).isEmpty();
        }
        Series oneEarlier = atFullHour().flat(123, "100").candle("97", "97", "96", "97", "1");
        assertThat(run(oneEarlier, strategy).cancelled())
                .containsExactly(new OracleCancelled("price_reject", minute(5), minute(124)));
    }

    @Test
    void aPositionIsNotTestedForExitAtTheTickThatOpensIt() {
        // the price is above the take all the time: only the candle's low is not
        Series series = atFullHour()
                .flat(5, "100")
                .candle("100", "100", "99", "100", "1")
                .flat(1, "100");
        OracleResult result = run(series, waiting(OraclePosition.LONG, "99.6", "90", "99", 60));
        assertThat(outcomes(result)).containsExactly("scheduled", "opened", "closed");
        assertThat(result.trades().get(0).closeReason()).isEqualTo("take_profit");
        assertThat(result.trades().get(0).priceClose()).isEqualByComparingTo("99.6");
    }

    // ---- an open signal

    @Test
    void aLongClosesAtItsTakeWhenThePriceIsExactlyThere() {
        OracleTrade trade =
                first(run(atFullHour().flat(5, "100").flat(5, "102"), immediate(OraclePosition.LONG, "102", "99", 60)));
        assertThat(trade.closeReason()).isEqualTo("take_profit");
        assertThat(trade.priceClose()).isEqualByComparingTo("102");
        assertThat(trade.closedAt()).isEqualTo(minute(10));
        assertThat(trade.worstMark()).isCloseTo(-0.3996003996003996, within(1e-12));
        // leaving at 101.6, the price one tick before: 1.3984 of 100.1 gained, 0.1 percent of 201.5984 of 100.1 paid
        assertThat(trade.bestMark()).isCloseTo(1.195605994005994, within(1e-12));
    }

    @Test
    void aShortClosesAtItsStopWhenThePriceIsExactlyThere() {
        OracleTrade trade = first(
                run(atFullHour().flat(5, "100").flat(5, "101"), immediate(OraclePosition.SHORT, "98", "101", 60)));
        assertThat(trade.closeReason()).isEqualTo("stop_loss");
        assertThat(trade.priceClose()).isEqualByComparingTo("101");
        assertThat(trade.closedAt()).isEqualTo(minute(10));
        assertThat(trade.bestMark()).isCloseTo(-0.4004004004004004, within(1e-12));
    }

    @Test
    void aShortTakesItsProfitAndALongItsLoss() {
        OracleTrade sold =
                first(run(atFullHour().flat(5, "100").flat(5, "90"), immediate(OraclePosition.SHORT, "98", "101", 60)));
        assertThat(sold.closeReason()).isEqualTo("take_profit");
        assertThat(sold.closedAt()).isEqualTo(minute(6));
        assertThat(sold.priceClose()).isEqualByComparingTo("98");
        OracleTrade bought =
                first(run(atFullHour().flat(5, "100").flat(5, "90"), immediate(OraclePosition.LONG, "102", "99", 60)));
        assertThat(bought.closeReason()).isEqualTo("stop_loss");
        assertThat(bought.closedAt()).isEqualTo(minute(6));
        assertThat(bought.priceClose()).isEqualByComparingTo("99");
    }

    @Test
    void timeComesBeforeTakeAndIsBookedAtThePrice() {
        OracleTrade trade = first(run(
                atFullHour().flat(5, "100").flat(4, "101").flat(1, "200"),
                immediate(OraclePosition.LONG, "102", "99", 5)));
        assertThat(trade.closeReason()).isEqualTo("time_expired");
        assertThat(trade.closedAt()).isEqualTo(minute(10));
        assertThat(trade.priceClose()).isEqualByComparingTo("120.8");
    }

    @Test
    void theTimeLimitCountsFromTheOpeningNotFromTheSchedule() {
        Series series = atFullHour()
                .flat(8, "100")
                .candle("100", "100", "99", "100", "1")
                .flat(9, "100");
        OracleTrade trade = first(run(series, waiting(OraclePosition.LONG, "105", "97", "99", 5)));
        assertThat(trade.openedAt()).isEqualTo(minute(9));
        assertThat(trade.closedAt()).isEqualTo(minute(14));
    }

    @Test
    void anOpenSignalClosesAtTheLastPriceWithTheFrame() {
        OracleResult result =
                run(atFullHour().flat(5, "100").flat(1, "101"), immediate(OraclePosition.LONG, "102", "99", 60));
        assertThat(outcomes(result)).containsExactly("opened", "active");
        OracleTrade trade = result.trades().get(0);
        assertThat(trade.closeReason()).isEqualTo("frame_end");
        assertThat(trade.priceClose()).isEqualByComparingTo("100.2");
        assertThat(trade.closedAt()).isEqualTo(minute(6));
    }

    @Test
    void aSignalOpenedAtTheLastTickClosesWithTheFrameAtItsCosts() {
        OracleTrade trade = onlyTrade(atFullHour().flat(5, "100"), immediate(OraclePosition.LONG, "102", "99", 60));
        assertThat(trade.openedAt()).isEqualTo(trade.closedAt()).isEqualTo(minute(5));
        assertThat(trade.pnlPercent()).isEqualTo(trade.bestMark()).isEqualTo(trade.worstMark());
    }

    @Test
    void aScheduledSignalIsCancelledWithTheFrame() {
        OracleResult result = run(atFullHour().flat(6, "100"), waiting(OraclePosition.LONG, "105", "97", "99", 60));
        assertThat(outcomes(result)).containsExactly("scheduled", "waiting");
        assertThat(result.cancelled()).containsExactly(new OracleCancelled("frame_end", minute(5), minute(6)));
    }

    // ---- profit and loss

    @Test
    void profitAndLossAreAsInTheRules() {
        assertThat(pnl(OraclePosition.LONG, "110")).isCloseTo(9.570439560439567, within(1e-12));
        assertThat(pnl(OraclePosition.SHORT, "90")).isCloseTo(9.629639639639656, within(1e-12));
        assertThat(pnl(OraclePosition.LONG, "100")).isCloseTo(-0.39960039960038823, within(1e-12));
        assertThat(pnl(OraclePosition.SHORT, "100")).isCloseTo(-0.40040040040038904, within(1e-12));
    }

    // ---- helpers

    private static double pnl(OraclePosition position, String close) {
        return OraclePnl.percent(position, Fraction.HUNDRED, fraction(close));
    }

    private static OracleResult run(Series series, OracleStrategy strategy) {
        return RulesOracle.run(series.candles(), strategy);
    }

    private static OracleTrade first(OracleResult result) {
        return result.trades().get(0);
    }

    private static OracleTrade onlyTrade(Series series, OracleStrategy strategy) {
        List<OracleTrade> trades = run(series, strategy).trades();
        assertThat(trades).hasSize(1);
        return trades.get(0);
    }

    private static List<String> outcomes(OracleResult result) {
        return result.ticks().stream().map(OracleTick::outcome).toList();
    }

    private static List<String> faults(OraclePosition position, String take, String stop, int minutes) {
        OracleResult result = run(atFullHour().flat(5, "100"), immediate(position, take, stop, minutes));
        return result.ticks().get(0).faults();
    }

    private static void assertRefused(List<OracleCandle> candles, String found) {
        assertThatThrownBy(() -> RulesOracle.run(candles, silent()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(found);
    }

    private static OracleStrategy silent() {
        return each(1, moment -> null);
    }

    private static OracleStrategy immediate(OraclePosition position, String take, String stop, int minutes) {
        return each(1, moment -> bracket(position, take, stop, null, minutes));
    }

    private static OracleStrategy waiting(
            OraclePosition position, String take, String stop, String entry, int minutes) {
        return each(1, moment -> bracket(position, take, stop, fraction(entry), minutes));
    }

    private static OracleBracket bracket(
            OraclePosition position, String take, String stop, @Nullable Fraction entry, int minutes) {
        return new OracleBracket(position, fraction(take), fraction(stop), entry, BigDecimal.valueOf(minutes));
    }

    private static OracleStrategy each(int minutes, Function<OracleMoment, @Nullable OracleBracket> proposal) {
        return new OracleStrategy() {
            @Override
            public int intervalMinutes() {
                return minutes;
            }

            @Override
            public @Nullable OracleBracket propose(OracleMoment moment) {
                return proposal.apply(moment);
            }
        };
    }
}
