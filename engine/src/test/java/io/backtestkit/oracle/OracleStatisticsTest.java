package io.backtestkit.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OracleStatisticsTest {
    private static final long DAY = 1440 * RulesOracle.MINUTE;

    @Test
    void nothingIsSaidOfNoTrades() {
        assertThat(OracleStatistics.of(List.of()))
                .hasSize(20)
                .allSatisfy((name, value) -> assertThat(value).as(name).isNull());
    }

    @Test
    void fewTradesHaveAveragesButNoRatios() {
        Map<String, @Nullable Double> values = OracleStatistics.of(spaced(DAY, 10, -20, 0, 30));
        assertValue(values, "winRate", 200.0 / 3);
        assertValue(values, "averagePnl", 5);
        assertValue(values, "medianPnl", 5);
        assertValue(values, "totalPnl", 20);
        assertValue(values, "profitFactor", 2);
        assertValue(values, "averageDurationMinutes", 60);
        assertValue(values, "averagePeakMark", 11);
        assertValue(values, "averageWorstMark", -11);
        assertValue(values, "longestWinStreak", 1);
        assertValue(values, "longestLossStreak", 1);
        // 1.1, then 1.1 * (1 - 0.41): the mark comes before the close
        assertValue(values, "maxDrawdown", 41);
        assertThat(values)
                .containsEntry("standardDeviation", null)
                .containsEntry("sharpeRatio", null)
                .containsEntry("tradesPerYear", null)
                .containsEntry("annualizedSharpeRatio", null)
                .containsEntry("sortinoRatio", null)
                .containsEntry("expectancy", null)
                .containsEntry("expectedYearlyReturn", null)
                .containsEntry("calmarRatio", null)
                .containsEntry("recoveryFactor", null);
    }

    @Test
    void tenTradesHaveEverything() {
        Map<String, @Nullable Double> values = OracleStatistics.of(spaced(10 * DAY, 1, 1, 1, -1, -1, 1, 1, 1, 1, -1));
        double equity = Math.pow(1.01, 7) * Math.pow(0.99, 3);
        double days = 90 + 1.0 / 24;
        double deviation = Math.sqrt((7 * 0.36 + 3 * 1.96) / 9);
        double yearly = (Math.pow(equity, 365 / days) - 1) * 100;
        assertValue(values, "averagePnl", 0.4);
        assertValue(values, "standardDeviation", deviation);
        assertValue(values, "sharpeRatio", 0.4 / deviation);
        assertValue(values, "tradesPerYear", 3650 / days);
        assertValue(values, "annualizedSharpeRatio", 0.4 / deviation * Math.sqrt(3650 / days));
        assertValue(values, "sortinoRatio", 0.4 / Math.sqrt(0.3));
        assertValue(values, "profitFactor", 7.0 / 3);
        assertValue(values, "expectancy", 0.4);
        assertValue(values, "expectedYearlyReturn", yearly);
        // two losses in a row, the second from 0.99 to a mark of -3
        double drawdown = (1 - 0.99 * 0.97) * 100;
        assertValue(values, "maxDrawdown", drawdown);
        assertValue(values, "calmarRatio", yearly / drawdown);
        assertValue(values, "recoveryFactor", (equity - 1) * 100 / drawdown);
        assertValue(values, "longestWinStreak", 4);
        assertValue(values, "longestLossStreak", 2);
    }

    @Test
    void aShortFrameOrTooManyTradesSayNothingOfAYear() {
        double[] ten = {1, 1, 1, 1, 1, -1, 1, 1, 1, 1};
        assertThat(OracleStatistics.of(spaced(DAY, ten)))
                .containsEntry("tradesPerYear", null)
                .containsEntry("calmarRatio", null)
                .containsEntry("annualizedSharpeRatio", null);
        double[] many = new double[40];
        assertThat(OracleStatistics.of(spaced(DAY / 2, many))).containsEntry("tradesPerYear", null);
    }

    @Test
    void equalTradesHaveNoSharpeAndNoLossNoSortino() {
        Map<String, @Nullable Double> values = OracleStatistics.of(spaced(10 * DAY, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2));
        assertValue(values, "standardDeviation", 0);
        assertValue(values, "expectancy", 2);
        assertThat(values)
                .containsEntry("sharpeRatio", null)
                .containsEntry("sortinoRatio", null)
                .containsEntry("profitFactor", null);
    }

    @Test
    void onlyBreakEvenTradesHaveNoWinRate() {
        assertThat(OracleStatistics.of(spaced(DAY, 0, 0))).containsEntry("winRate", null);
    }

    private static void assertValue(Map<String, @Nullable Double> values, String name, double expected) {
        assertThat(values.get(name)).as(name).isNotNull().isEqualTo(expected, offset(1e-9));
    }

    /** Make trades of one hour, with the best mark 1 above a gain or 0 and the worst 1 below double a loss or 0. */
    private static List<OracleTrade> spaced(long step, double... pnls) {
        List<OracleTrade> trades = new ArrayList<>();
        for (int index = 0; index < pnls.length; index++) {
            long opened = index * step;
            trades.add(trade(opened, opened + 60 * RulesOracle.MINUTE, pnls[index]));
        }
        return trades;
    }

    private static OracleTrade trade(long opened, long closed, double pnl) {
        BigDecimal price = BigDecimal.ONE;
        double best = Math.max(0, pnl) + 1;
        double worst = 2 * Math.min(0, pnl) - 1;
        return new OracleTrade(
                OraclePosition.LONG, price, price, price, null, opened, closed, "take_profit", price, pnl, best, worst);
    }
}
