package io.backtestkit.profit;

import static io.backtestkit.profit.Positions.buy;
import static io.backtestkit.profit.Positions.leave;
import static io.backtestkit.profit.Positions.signal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.backtestkit.signal.Entry;
import io.backtestkit.signal.PartialClose;
import io.backtestkit.signal.Position;
import java.math.BigDecimal;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ProfitAndLossTest {

    private final ProfitAndLoss profitAndLoss = new ProfitAndLoss(Costs.DEFAULT);

    @Test
    void aLongThatRisesGainsLessTheCosts() {
        assertThat(profitAndLoss.pnlPercent(Position.LONG, 100, 110)).isEqualTo(9.570439560439567, within(1e-9));
    }

    @Test
    void aShortThatFallsGainsLessTheCosts() {
        assertThat(profitAndLoss.pnlPercent(Position.SHORT, 100, 90)).isEqualTo(9.629639639639656, within(1e-9));
    }

    @Test
    void leavingALongAtItsEntryCostsTheCosts() {
        assertThat(profitAndLoss.pnlPercent(Position.LONG, 100, 100)).isEqualTo(-0.39960039960038823, within(1e-9));
    }

    @Test
    void leavingAShortAtItsEntryCostsTheCosts() {
        assertThat(profitAndLoss.pnlPercent(Position.SHORT, 100, 100)).isEqualTo(-0.40040040040038904, within(1e-9));
    }

    @Test
    void twoEntriesAreOneAtTheirHarmonicMean() {
        Holding holding = holding(Position.LONG, List.of(buy(0, 100, 100), buy(1, 80, 100)), List.of());
        assertThat(holding.effectiveEntry()).isEqualTo(800.0 / 9, within(1e-9));
        assertThat(holding.pnlPercent(95)).isEqualTo(6.454802072927095, within(1e-9));
    }

    @Test
    void aHalfLeftEarlyCountsByItsShare() {
        Holding holding = holding(Position.LONG, List.of(buy(0, 100, 100)), List.of(leave(1, 50, 110)));
        assertThat(holding.closedPercent()).isEqualTo(50);
        assertThat(holding.pnlPercent(120)).isEqualTo(14.555459540459546, within(1e-9));
    }

    @Test
    void entriesAndPartialClosesInterleaveByTime() {
        Holding holding = holding(
                Position.LONG,
                List.of(buy(0, 100, 100), buy(1, 80, 100), buy(3, 70, 100)),
                List.of(leave(2, 40, 100), leave(4, 50, 105)));
        assertThat(holding.effectiveEntry()).isEqualTo(79.17737789203085, within(1e-9));
        assertThat(holding.closedPercent()).isEqualTo(190.0 / 3, within(1e-9));
        assertThat(holding.invested()).isEqualTo(300);
        assertThat(holding.remainingBasis()).isEqualTo(110, within(1e-9));
        assertThat(holding.pnlPercent(98)).isEqualTo(23.536803871128885, within(1e-9));
    }

    @Test
    void aShortLeftInPartsIsTheSumOfItsParts() {
        Holding holding = holding(Position.SHORT, List.of(buy(0, 100, 200)), List.of(leave(1, 25, 104)));
        assertThat(holding.pnlPercent(95)).isEqualTo(2.357860610610631, within(1e-9));
    }

    @Test
    void aSignalIsReckonedAtTheGivenClose() {
        assertThat(profitAndLoss.pnlPercent(
                        signal(Position.LONG, List.of(buy(0, 100, 100), buy(1, 80, 100)), List.of()),
                        new BigDecimal("95.00")))
                .isEqualTo(6.454802072927095, within(1e-9));
    }

    @Test
    void oneEntryLeftWholeIsTheSimpleFormulaToTheLastBit() {
        Random random = new Random(17);
        for (int i = 0; i < 2_000; i++) {
            Position position = random.nextBoolean() ? Position.LONG : Position.SHORT;
            double open = cents(random);
            double close = cents(random);
            Holding holding = holding(position, List.of(buy(0, open, cents(random))), List.of());
            assertThat(holding.effectiveEntry()).isEqualTo(open);
            assertThat(holding.pnlPercent(close)).isEqualTo(profitAndLoss.pnlPercent(position, open, close));
        }
    }

    @Test
    void leavingInPartsAtOnePriceIsLeavingAtOnce() {
        Random random = new Random(18);
        for (int i = 0; i < 2_000; i++) {
            Position position = random.nextBoolean() ? Position.LONG : Position.SHORT;
            double open = 50 + cents(random) / 100;
            double close = 50 + cents(random) / 100;
            Holding inParts = holding(
                    position,
                    List.of(buy(0, open, 100)),
                    List.of(leave(1, 1 + random.nextInt(99), close), leave(2, 1 + random.nextInt(99), close)));
            assertThat(inParts.pnlPercent(close))
                    .isEqualTo(profitAndLoss.pnlPercent(position, open, close), within(1e-10));
        }
    }

    @Test
    void severalEntriesAtOnePriceAreOneEntry() {
        Holding holding =
                holding(Position.SHORT, List.of(buy(0, 33.3, 10), buy(1, 33.3, 20), buy(2, 33.3, 5)), List.of());
        assertThat(holding.pnlPercent(31)).isEqualTo(profitAndLoss.pnlPercent(Position.SHORT, 33.3, 31), within(1e-10));
    }

    @Test
    void anEntryComesBeforeAPartialCloseOfTheSameInstant() {
        List<Entry> entries = List.of(buy(0, 100, 100), buy(1, 80, 100));
        Holding together = holding(Position.LONG, entries, List.of(leave(1, 40, 100)));
        Holding after = holding(Position.LONG, entries, List.of(leave(2, 40, 100)));
        assertThat(together.remainingBasis()).isEqualTo(120);
        assertThat(together.pnlPercent(97)).isEqualTo(after.pnlPercent(97));
    }

    @Test
    void whatWasLeftWhollyNoLongerFollowsThePrice() {
        Holding holding = holding(Position.LONG, List.of(buy(0, 100, 100)), List.of(leave(1, 100, 110)));
        assertThat(holding.remainingBasis()).isZero();
        assertThat(holding.closedPercent()).isEqualTo(100);
        assertThat(holding.pnlPercent(1))
                .isEqualTo(holding.pnlPercent(1_000))
                .isEqualTo(profitAndLoss.pnlPercent(Position.LONG, 100, 110), within(1e-10));
    }

    @Test
    void aSignalWithoutEntriesCountsAsOneOfItsCost() {
        Holding holding = holding(Position.LONG, List.of(), List.of());
        assertThat(holding.invested()).isEqualTo(100);
        assertThat(holding.pnlPercent(110)).isEqualTo(profitAndLoss.pnlPercent(Position.LONG, 100, 110));
    }

    @Test
    void aPartLeftBeforeTheFirstEntryIsRefused() {
        List<PartialClose> closes = List.of(leave(1, 50, 110));
        assertThatThrownBy(() -> holding(Position.LONG, List.of(buy(2, 100, 100)), closes))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("before the first entry");
    }

    @Test
    void withoutCostsOnlyThePriceCounts() {
        ProfitAndLoss free = new ProfitAndLoss(Costs.NONE);
        assertThat(free.pnlPercent(Position.LONG, 100, 110)).isEqualTo(10, within(1e-12));
        assertThat(free.pnlPercent(Position.SHORT, 100, 110)).isEqualTo(-10, within(1e-12));
    }

    @Test
    void costsThatCannotBeAreRefused() {
        assertThatThrownBy(() -> new Costs(-0.1, 100))
                .hasMessage("Cannot reckon with these costs: the slippage was -0.1 % and the fee 100.0 %."
                        + " Both must be at least 0 and below 100.");
        assertThatThrownBy(() -> new Costs(Double.NaN, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    private Holding holding(Position position, List<Entry> entries, List<PartialClose> closes) {
        return profitAndLoss.holding(signal(position, entries, closes));
    }

    private static double cents(Random random) {
        return (1 + random.nextInt(1_000_000)) / 100.0;
    }
}
