package io.backtestkit.profit;

import io.backtestkit.signal.Position;
import io.backtestkit.signal.Signal;
import java.math.BigDecimal;

/**
 * Profit and loss as a percentage of what was invested.
 *
 * <p>Slippage makes every fill worse: a long is entered at {@code o' = o(1+s)} and left at {@code c' = c(1-s)}, a short the
 * other way round. The gross result is {@code (c'-o')/o'} for a long, {@code (o'-c')/o'} for a short; the fee is paid on
 * the amount invested and on the amount left with, {@code fee(1 + c'/o')}. A position left in parts is the sum of its
 * parts, each weighted by its share of everything invested; the fee of entering is paid once, on the whole. Immutable.
 */
public final class ProfitAndLoss {

    private final Costs costs;
    private final double dearer;
    private final double cheaper;

    /** Creates it for those costs. */
    public ProfitAndLoss(Costs costs) {
        this.costs = costs;
        this.dearer = 1 + costs.slippagePercent() / 100;
        this.cheaper = 1 - costs.slippagePercent() / 100;
    }

    /** Returns the costs it reckons with. */
    public Costs costs() {
        return costs;
    }

    /**
     * Returns what a position of one entry makes if the whole of it is left at {@code priceClose}. Allocates nothing.
     *
     * @param priceOpen the price it was booked at, above 0
     * @param priceClose the price it would be left at, above 0
     */
    public double pnlPercent(Position position, double priceOpen, double priceClose) {
        return net(grossPercent(position, priceOpen, priceClose), exitRatio(position, priceOpen, priceClose));
    }

    /**
     * Returns what a signal's position makes if all that remains of it is left at {@code priceClose}, the parts already
     * left included.
     *
     * @param signal the signal; see {@link #holding(Signal)}
     */
    public double pnlPercent(Signal signal, BigDecimal priceClose) {
        return holding(signal).pnlPercent(priceClose.doubleValue());
    }

    /**
     * Works through the entries and partial closes of a signal, in the order of their times. An entry comes before a
     * partial close of the same instant. A signal without an entry, as one that is still scheduled, counts as one entry of
     * its cost at its entry price.
     *
     * @throws IllegalArgumentException if a part was left before the first entry
     */
    public Holding holding(Signal signal) {
        return Holding.of(this, signal);
    }

    double grossPercent(Position position, double priceOpen, double priceClose) {
        double in = entered(position, priceOpen);
        double out = left(position, priceClose);
        return (position == Position.LONG ? out - in : in - out) / in * 100;
    }

    double exitRatio(Position position, double priceOpen, double priceClose) {
        return left(position, priceClose) / entered(position, priceOpen);
    }

    double net(double grossPercent, double exitRatio) {
        return grossPercent - costs.feePercent() * (1 + exitRatio);
    }

    private double entered(Position position, double price) {
        return price * (position == Position.LONG ? dearer : cheaper);
    }

    private double left(Position position, double price) {
        return price * (position == Position.LONG ? cheaper : dearer);
    }
}
