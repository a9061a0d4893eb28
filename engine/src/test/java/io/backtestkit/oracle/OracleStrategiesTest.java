package io.backtestkit.oracle;

import static io.backtestkit.oracle.Series.atFullHour;
import static io.backtestkit.oracle.Series.fraction;
import static io.backtestkit.oracle.Series.minute;
import static io.backtestkit.oracle.Series.minutesAfterFullHour;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

class OracleStrategiesTest {

    @Test
    void bracketPutsTakeAndStopOnTheProperSides() {
        OracleMoment moment = new OracleMoment(minute(5), fraction("200"), List.of());
        BigDecimal minutes = new BigDecimal("60");
        assertThat(OracleBracketStrategy.defaults(OraclePosition.LONG).propose(moment))
                .isEqualTo(new OracleBracket(OraclePosition.LONG, fraction("204"), fraction("198"), null, minutes));
        assertThat(OracleBracketStrategy.defaults(OraclePosition.SHORT).propose(moment))
                .isEqualTo(new OracleBracket(OraclePosition.SHORT, fraction("196"), fraction("202"), null, minutes));
    }

    @Test
    void bracketClosesAfterAnHourOfNothingAndOpensOneTickLater() {
        List<OracleTrade> trades = RulesOracle.run(
                        atFullHour().flat(70, "100").candles(), OracleBracketStrategy.defaults(OraclePosition.LONG))
                .trades();
        assertThat(trades).extracting(OracleTrade::openedAt).containsExactly(minute(5), minute(66));
        assertThat(trades).extracting(OracleTrade::closedAt).containsExactly(minute(65), minute(70));
        assertThat(trades).extracting(OracleTrade::closeReason).containsExactly("time_expired", "frame_end");
    }

    @Test
    void dipBuyerMeasuresTakeAndStopFromItsEntry() {
        OracleMoment moment = new OracleMoment(minute(15), fraction("400"), List.of());
        assertThat(OracleDipBuyer.defaults().propose(moment))
                .isEqualTo(new OracleBracket(
                        OraclePosition.LONG,
                        fraction("403.97"),
                        fraction("390.04"),
                        fraction("398"),
                        new BigDecimal("720")));
    }

    @Test
    void dipBuyerWaitsFromAQuarterOfAnHourOn() {
        OracleResult result = RulesOracle.run(
                minutesAfterFullHour(7)
                        .flat(9, "400")
                        .candle("400", "400", "398", "400", "1")
                        .candles(),
                OracleDipBuyer.defaults());
        assertThat(result.ticks())
                .extracting(OracleTick::outcome)
                .containsExactly("idle", "idle", "idle", "scheduled", "waiting", "opened");
        assertThat(result.trades().get(0).scheduledAt()).isEqualTo(minute(15));
        assertThat(result.trades().get(0).openedAt()).isEqualTo(minute(17));
    }

    @Test
    void smaCrossBuysWhenTheFastAverageRisesAboveTheSlow() {
        // closes of 5m candles: 100 100 100 101; equal one candle earlier, above now
        OracleTrade trade = onlyTrade(atFullHour().flat(15, "100").flat(5, "101"));
        assertThat(trade.position()).isEqualTo(OraclePosition.LONG);
        assertThat(trade.openedAt()).isEqualTo(minute(20));
        assertThat(trade.priceOpen()).isEqualByComparingTo("101");
        assertThat(trade.priceTakeProfit()).isEqualByComparingTo("103.02");
        assertThat(trade.priceStopLoss()).isEqualByComparingTo("99.99");
    }

    @Test
    void smaCrossSellsWhenTheFastAverageFallsBelowTheSlow() {
        OracleTrade trade = onlyTrade(atFullHour().flat(15, "100").flat(5, "99"));
        assertThat(trade.position()).isEqualTo(OraclePosition.SHORT);
        assertThat(trade.openedAt()).isEqualTo(minute(20));
    }

    @Test
    void smaCrossNeedsOneCandleMoreThanTheSlowAverage() {
        assertThat(RulesOracle.run(atFullHour().flat(10, "100").flat(5, "101").candles(), crossOfTwoAndThree())
                        .trades())
                .isEmpty();
        // one minute of the first candle is missing, so only three are complete at the crossing
        assertThat(RulesOracle.run(
                                minutesAfterFullHour(1)
                                        .flat(14, "100")
                                        .flat(5, "101")
                                        .candles(),
                                crossOfTwoAndThree())
                        .trades())
                .isEmpty();
    }

    @Test
    void smaCrossIgnoresAveragesThatStayApart() {
        assertThat(RulesOracle.run(
                                atFullHour()
                                        .flat(5, "100")
                                        .flat(5, "101")
                                        .flat(5, "102")
                                        .flat(5, "103")
                                        .flat(5, "104")
                                        .candles(),
                                crossOfTwoAndThree())
                        .trades())
                .isEmpty();
    }

    @Test
    void smaCrossRefusesAFastAverageThatIsNotFaster() {
        assertThatThrownBy(() -> new OracleSmaCross(3, 3, BigDecimal.ONE, BigDecimal.ONE, BigDecimal.TEN))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static OracleSmaCross crossOfTwoAndThree() {
        return new OracleSmaCross(2, 3, new BigDecimal("2"), new BigDecimal("1"), new BigDecimal("240"));
    }

    private static OracleTrade onlyTrade(Series series) {
        List<OracleTrade> trades =
                RulesOracle.run(series.candles(), crossOfTwoAndThree()).trades();
        assertThat(trades).hasSize(1);
        return trades.get(0);
    }
}
