package io.backtestkit.profit;

import io.backtestkit.signal.Entry;
import io.backtestkit.signal.PartialClose;
import io.backtestkit.signal.Position;
import io.backtestkit.signal.Signal;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What of a position is held, what was left of it early, and what leaving the rest would make. Immutable; worked out once
 * after each entry or partial close, then asked at every tick.
 *
 * <p>Entries average by cost, harmonically: {@code sum(cost) / sum(cost/price)}, which is the price at which the same money
 * buys the same amount. A partial close takes its percentage of the remaining basis and leaves the effective entry alone;
 * later entries average against what remains.
 */
public final class Holding {

    private final ProfitAndLoss profitAndLoss;
    private final Position position;
    private final double effectiveEntry;
    private final double invested;
    private final double remainingBasis;
    private final double grossTaken;
    private final double exitRatioTaken;

    private Holding(ProfitAndLoss profitAndLoss, Position position, Ledger ledger) {
        this.profitAndLoss = profitAndLoss;
        this.position = position;
        this.effectiveEntry = ledger.effectiveEntry;
        this.invested = ledger.invested;
        this.remainingBasis = ledger.remaining;
        this.grossTaken = ledger.grossTimesBasis / ledger.invested;
        this.exitRatioTaken = ledger.exitRatioTimesBasis / ledger.invested;
    }

    static Holding of(ProfitAndLoss profitAndLoss, Signal signal) {
        Position position = signal.position();
        Ledger ledger = new Ledger(profitAndLoss, position);
        if (signal.entries().isEmpty()) {
            ledger.enter(signal.priceOpen().doubleValue(), signal.cost().doubleValue());
        }
        Iterator<PartialClose> closes = signal.partialCloses().iterator();
        @Nullable PartialClose close = next(closes);
        List<Entry> entries = signal.entries();
        for (Entry entry : entries) {
            while (close != null && close.at().isBefore(entry.at())) {
                ledger.leave(close);
                close = next(closes);
            }
            ledger.enter(entry.price().doubleValue(), entry.cost().doubleValue());
        }
        while (close != null) {
            ledger.leave(close);
            close = next(closes);
        }
        return new Holding(profitAndLoss, position, ledger);
    }

    private static @Nullable PartialClose next(Iterator<PartialClose> closes) {
        return closes.hasNext() ? closes.next() : null;
    }

    /** Returns the price at which one entry would have made the same position; the last one if nothing remains. */
    public double effectiveEntry() {
        return effectiveEntry;
    }

    /** Returns everything ever spent on entries, in quote units. */
    public double invested() {
        return invested;
    }

    /** Returns the part of it that is still held, in quote units; 0 if nothing remains. */
    public double remainingBasis() {
        return remainingBasis;
    }

    /** Returns the share of everything invested that was left early, in percent. */
    public double closedPercent() {
        return (invested - remainingBasis) / invested * 100;
    }

    /**
     * Returns what the whole position makes, in percent of everything invested, if the rest is left at {@code priceClose}:
     * for one entry and nothing left early, to the last bit what {@link ProfitAndLoss#pnlPercent(Position, double, double)}
     * returns. Allocates nothing.
     */
    public double pnlPercent(double priceClose) {
        double weight = remainingBasis / invested;
        return profitAndLoss.net(
                grossTaken + weight * profitAndLoss.grossPercent(position, effectiveEntry, priceClose),
                exitRatioTaken + weight * profitAndLoss.exitRatio(position, effectiveEntry, priceClose));
    }

    /** Follows the position from its first entry on. */
    private static final class Ledger {

        private final ProfitAndLoss profitAndLoss;
        private final Position position;
        private double effectiveEntry;
        private double invested;
        private double remaining;
        private double grossTimesBasis;
        private double exitRatioTimesBasis;

        Ledger(ProfitAndLoss profitAndLoss, Position position) {
            this.profitAndLoss = profitAndLoss;
            this.position = position;
        }

        void enter(double price, double cost) {
            // the first entry is taken as it is: cost / (cost / price) may miss the price by a bit
            effectiveEntry = remaining == 0 ? price : (remaining + cost) / (remaining / effectiveEntry + cost / price);
            invested += cost;
            remaining += cost;
        }

        void leave(PartialClose close) {
            if (invested == 0) {
                throw new IllegalArgumentException("Cannot work out the position: a part was left at " + close.at()
                        + ", before the first entry. Check the entries of the signal.");
            }
            double fraction = close.percent().doubleValue() / 100;
            double basis = remaining * fraction;
            double price = close.price().doubleValue();
            grossTimesBasis += basis * profitAndLoss.grossPercent(position, effectiveEntry, price);
            exitRatioTimesBasis += basis * profitAndLoss.exitRatio(position, effectiveEntry, price);
            remaining -= basis;
        }
    }
}
