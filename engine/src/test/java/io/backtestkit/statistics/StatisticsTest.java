package io.backtestkit.statistics;

import static io.backtestkit.statistics.Trades.daily;
import static io.backtestkit.statistics.Trades.every;
import static io.backtestkit.statistics.Trades.lasting;
import static io.backtestkit.statistics.Trades.marked;
import static io.backtestkit.statistics.Trades.repeated;
import static io.backtestkit.statistics.Trades.spanning;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.backtestkit.signal.ClosedSignal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StatisticsTest {

    private static final double[] TEN = {2, -1, 3, -2, 1, 4, -1, 2, -3, 5};
    private static final double[] NINE = {2, -1, 3, -2, 1, 4, -1, 2, -3};

    @Test
    void tenMixedResultsGiveTheNumbersWorkedOutByHand() {
        Statistics statistics = Statistics.of(daily(TEN));
        assertThat(statistics.closed()).isEqualTo(10);
        assertThat(statistics.wins()).isEqualTo(6);
        assertThat(statistics.losses()).isEqualTo(4);
        assertThat(statistics.breakEven()).isZero();
        near(statistics.winRate(), 60);
        near(statistics.averagePnl(), 1);
        near(statistics.medianPnl(), 1.5);
        near(statistics.totalPnl(), 10);
        // squares of the distances from 1: 1 4 4 9 0 9 4 1 16 16 = 64
        near(statistics.standardDeviation(), Math.sqrt(64 / 9.0));
        near(statistics.sharpeRatio(), 1 / Math.sqrt(64 / 9.0));
        // squares of the losses: 1 4 1 9 = 15
        near(statistics.sortinoRatio(), 1 / Math.sqrt(1.5));
        near(statistics.profitFactor(), 17 / 7.0);
        near(statistics.expectancy(), 0.6 * (17 / 6.0) + 0.4 * (-7 / 4.0));
        assertThat(statistics.longestWinStreak()).hasValue(2);
        assertThat(statistics.longestLossStreak()).hasValue(1);
        near(statistics.averageDurationMinutes(), 60);
    }

    @Test
    void aFallIsMeasuredFromThePeakOfTheCompoundedEquity() {
        // 1.1, 1.1*0.8 = 0.88, 0.88*0.9 = 0.792, 0.792*1.5 = 1.188, 1.188*0.95
        Statistics statistics = Statistics.of(daily(10, -20, -10, 50, -5));
        near(statistics.maxDrawdown(), (1 - 0.792 / 1.1) * 100);
    }

    @Test
    void theFirstPeakIsTheStart() {
        near(Statistics.of(daily(-4, 10)).maxDrawdown(), 4);
    }

    @Test
    void aWorstMarkCountsBeforeTheClose() {
        Statistics statistics = Statistics.of(List.of(marked(0, 10, -1, 12), marked(1, 5, -30, 6)));
        near(statistics.maxDrawdown(), 30);
        near(statistics.averagePeak(), 9);
        near(statistics.averageWorst(), -15.5);
    }

    @Test
    void aWorstMarkAboveTheResultDoesNotHideIt() {
        near(Statistics.of(List.of(marked(0, -8, -2, 1))).maxDrawdown(), 8);
    }

    @Test
    void theTradesPerYearRunFromTheFirstOpeningToTheLastClose() {
        Statistics statistics = Statistics.of(spanning(Duration.ofDays(73), TEN));
        near(statistics.tradesPerYear(), 50);
        near(statistics.annualizedSharpeRatio(), 1 / Math.sqrt(64 / 9.0) * Math.sqrt(50));
    }

    @Test
    void theYearlyReturnCompoundsAtThePaceSoFar() {
        Statistics statistics = Statistics.of(spanning(Duration.ofDays(365), TEN));
        double equity = 1.02 * 0.99 * 1.03 * 0.98 * 1.01 * 1.04 * 0.99 * 1.02 * 0.97 * 1.05;
        near(statistics.expectedYearlyReturn(), (equity - 1) * 100);
        double deepest = statistics.maxDrawdown().orElseThrow();
        assertThat(deepest).isEqualTo(3, within(1e-9));
        near(statistics.calmarRatio(), (equity - 1) * 100 / 3);
        near(statistics.recoveryFactor(), (equity - 1) * 100 / 3);
    }

    @Test
    void theYearlyReturnOfHalfAYearIsSquared() {
        Statistics statistics = Statistics.of(spanning(Duration.ofHours(365 * 12), TEN));
        double equity = 1.02 * 0.99 * 1.03 * 0.98 * 1.01 * 1.04 * 0.99 * 1.02 * 0.97 * 1.05;
        near(statistics.expectedYearlyReturn(), (equity * equity - 1) * 100);
        near(statistics.recoveryFactor(), (equity - 1) * 100 / 3);
    }

    @Test
    void nothingClosedWithholdsEverything() {
        Statistics statistics = Statistics.of(List.of());
        assertThat(statistics.closed()).isZero();
        for (Metric metric : Metric.values()) {
            assertThat(statistics.value(metric)).as(metric.code()).isEmpty();
        }
        assertThat(statistics.withheld()).extracting(Withheld::metric).containsExactly(Metric.values());
        assertThat(statistics.withheld())
                .contains(
                        new Withheld(Metric.AVERAGE_PNL, "needs 1 closed signal, has 0"),
                        new Withheld(Metric.WIN_RATE, "needs a win or a loss, has neither"));
    }

    @Test
    void nineSignalsAreTooFewForRatiosAndTenAreEnough() {
        List<Metric> ratios = List.of(
                Metric.STANDARD_DEVIATION,
                Metric.SHARPE_RATIO,
                Metric.TRADES_PER_YEAR,
                Metric.ANNUALIZED_SHARPE_RATIO,
                Metric.SORTINO_RATIO,
                Metric.EXPECTANCY,
                Metric.EXPECTED_YEARLY_RETURN,
                Metric.CALMAR_RATIO,
                Metric.RECOVERY_FACTOR);
        Statistics nine = Statistics.of(spanning(Duration.ofDays(200), NINE));
        assertThat(nine.withheld()).extracting(Withheld::metric).containsAll(ratios);
        for (Metric metric : ratios) {
            assertThat(reason(nine, metric)).isEqualTo("needs 10 closed signals, has 9");
        }
        Statistics ten = Statistics.of(spanning(Duration.ofDays(200), TEN));
        assertThat(ten.withheld()).extracting(Withheld::metric).doesNotContainAnyElementsOf(ratios);
    }

    @Test
    void fourteenDaysAreEnoughAndAMillisecondLessIsNot() {
        assertThat(Statistics.of(spanning(Duration.ofDays(14), TEN)).tradesPerYear())
                .isPresent();
        Statistics shorter = Statistics.of(spanning(Duration.ofDays(14).minusMillis(1), TEN));
        assertThat(shorter.tradesPerYear()).isEmpty();
        assertThat(reason(shorter, Metric.TRADES_PER_YEAR)).isEqualTo("needs 14 days, has 13.9");
        assertThat(reason(shorter, Metric.ANNUALIZED_SHARPE_RATIO)).isEqualTo("needs 14 days, has 13.9");
        assertThat(reason(shorter, Metric.EXPECTED_YEARLY_RETURN)).isEqualTo("needs 14 days, has 13.9");
    }

    @Test
    void aPaceOf365AYearIsGivenAndAFasterOneIsNot() {
        double[] twenty = repeated(2, TEN);
        near(Statistics.of(spanning(Duration.ofDays(20), twenty)).tradesPerYear(), 365);
        Statistics faster = Statistics.of(spanning(Duration.ofDays(20).minusMinutes(1), twenty));
        assertThat(faster.tradesPerYear()).isEmpty();
        assertThat(reason(faster, Metric.TRADES_PER_YEAR))
                .isEqualTo("at this pace there would be more than 365 a year");
    }

    @Test
    void aYearlyReturnAboveAHundredPercentIsNoForecast() {
        double each = (Math.pow(1.999, 0.1) - 1) * 100;
        near(Statistics.of(spanning(Duration.ofDays(365), repeated(10, each))).expectedYearlyReturn(), 99.9);
        double more = (Math.pow(2.001, 0.1) - 1) * 100;
        Statistics above = Statistics.of(spanning(Duration.ofDays(365), repeated(10, more)));
        assertThat(above.tradesPerYear()).isPresent();
        assertThat(above.expectedYearlyReturn()).isEmpty();
        assertThat(reason(above, Metric.EXPECTED_YEARLY_RETURN)).isEqualTo("more than 100 % a year is no forecast");
    }

    @Test
    void resultsThatAreAllAlikeHaveNoSharpeRatio() {
        Statistics alike = Statistics.of(daily(repeated(12, 0.1)));
        assertThat(alike.standardDeviation().orElseThrow()).isLessThanOrEqualTo(1e-9);
        assertThat(alike.sharpeRatio()).isEmpty();
        assertThat(reason(alike, Metric.SHARPE_RATIO)).isEqualTo("needs results that differ, all are alike");
        assertThat(Statistics.of(daily(repeated(6, 0.1, 0.1 + 1e-8))).sharpeRatio())
                .isPresent();
    }

    @Test
    void winsOnlyHaveNoProfitFactorNoSortinoRatioAndNoDrawdown() {
        Statistics wins = Statistics.of(daily(repeated(6, 1, 2)));
        near(wins.winRate(), 100);
        near(wins.expectancy(), 1.5);
        assertThat(wins.maxDrawdown()).hasValue(0);
        assertThat(wins.longestWinStreak()).hasValue(12);
        assertThat(wins.longestLossStreak()).hasValue(0);
        assertThat(reason(wins, Metric.PROFIT_FACTOR)).isEqualTo("needs a loss, has none");
        assertThat(reason(wins, Metric.SORTINO_RATIO)).isEqualTo("needs a loss, has none");
        assertThat(reason(wins, Metric.CALMAR_RATIO)).isEqualTo("needs a drawdown, has none");
        assertThat(reason(wins, Metric.RECOVERY_FACTOR)).isEqualTo("needs a drawdown, has none");
    }

    @Test
    void lossesOnlyHaveNoProfitFactor() {
        Statistics losses = Statistics.of(daily(repeated(5, -1, -2)));
        near(losses.winRate(), 0);
        near(losses.expectancy(), -1.5);
        assertThat(losses.longestLossStreak()).hasValue(10);
        assertThat(reason(losses, Metric.PROFIT_FACTOR)).isEqualTo("needs a win, has none");
        near(losses.sortinoRatio(), -1.5 / Math.sqrt(2.5));
        near(losses.recoveryFactor(), -1);
    }

    @Test
    void aResultOfZeroIsNeitherWinNorLossAndEndsAStreak() {
        Statistics statistics = Statistics.of(daily(1, 1, 0, 1, -1));
        assertThat(statistics.breakEven()).isEqualTo(1);
        near(statistics.winRate(), 75);
        assertThat(statistics.longestWinStreak()).hasValue(2);
        assertThat(Statistics.of(daily(0, 0)).winRate()).isEmpty();
    }

    @Test
    void onceAllIsLostItStaysLost() {
        double[] ruined = TEN.clone();
        ruined[3] = -130;
        Statistics statistics = Statistics.of(spanning(Duration.ofDays(100), ruined));
        near(statistics.maxDrawdown(), 100);
        assertThat(statistics.expectedYearlyReturn()).isEmpty();
        assertThat(reason(statistics, Metric.EXPECTED_YEARLY_RETURN)).isEqualTo("all was lost on the way");
        assertThat(statistics.calmarRatio()).isEmpty();
        near(statistics.recoveryFactor(), -1);
    }

    @Test
    void numbersTooLargeToWorkWithAreWithheld() {
        Statistics statistics = Statistics.of(daily(repeated(5, 1e308, -1e308)));
        assertThat(statistics.standardDeviation()).isEmpty();
        assertThat(reason(statistics, Metric.SHARPE_RATIO)).isEqualTo("the numbers are too large to work it out");
        for (Number number : statistics.asMap().values()) {
            assertThat(number == null || Double.isFinite(number.doubleValue())).isTrue();
        }
    }

    @Test
    void durationsAreAveraged() {
        Statistics statistics =
                Statistics.of(List.of(lasting(0, Duration.ofMinutes(30)), lasting(1, Duration.ofSeconds(90))));
        near(statistics.averageDurationMinutes(), 15.75);
    }

    @Test
    void theOrderOfTheListDoesNotMatter() {
        Random random = new Random(5);
        for (int round = 0; round < 50; round++) {
            double[] returns = random.doubles(10 + random.nextInt(60), -5, 6).toArray();
            List<ClosedSignal> trades = new ArrayList<>(every(Duration.ofHours(13), returns));
            Statistics ordered = Statistics.of(trades);
            Collections.shuffle(trades, random);
            assertThat(Statistics.of(trades).asMap()).isEqualTo(ordered.asMap());
        }
    }

    @Test
    void theMapNamesEverythingInOrderAndKeepsWithheldOnesAsNull() {
        Statistics statistics = Statistics.of(daily(NINE));
        assertThat(statistics.asMap().keySet())
                .containsExactly(
                        "closed",
                        "wins",
                        "losses",
                        "breakEven",
                        "winRate",
                        "averagePnl",
                        "medianPnl",
                        "totalPnl",
                        "standardDeviation",
                        "sharpeRatio",
                        "tradesPerYear",
                        "annualizedSharpeRatio",
                        "sortinoRatio",
                        "profitFactor",
                        "expectancy",
                        "maxDrawdown",
                        "expectedYearlyReturn",
                        "calmarRatio",
                        "recoveryFactor",
                        "averageDurationMinutes",
                        "longestWinStreak",
                        "longestLossStreak",
                        "averagePeak",
                        "averageWorst");
        assertThat(statistics.asMap())
                .containsEntry("closed", 9)
                .containsEntry("longestWinStreak", 2)
                .containsEntry("medianPnl", 1.0)
                .containsEntry("sharpeRatio", null)
                .containsEntry("averagePeak", null);
    }

    @Test
    void aWithheldNumberReadsAsASentence() {
        assertThat(Statistics.of(daily(NINE)).withheld().get(0))
                .hasToString("standardDeviation: needs 10 closed signals, has 9");
    }

    private static String reason(Statistics statistics, Metric metric) {
        return statistics.withheld().stream()
                .filter(withheld -> withheld.metric() == metric)
                .map(Withheld::reason)
                .findFirst()
                .orElse("given");
    }

    private static void near(OptionalDouble actual, double expected) {
        assertThat(actual).isPresent();
        assertThat(actual.orElseThrow()).isEqualTo(expected, within(1e-9));
    }
}
