package io.backtestkit.strategy;

import io.backtestkit.market.Candles;
import io.backtestkit.market.Interval;
import io.backtestkit.market.MarketView;
import io.backtestkit.signal.Position;
import java.util.Optional;

/**
 * {@code sma-cross}: follows a crossing of two simple moving averages of the closes of complete 5-minute candles. Goes long
 * when the fast one was at or below the slow one a candle ago and is above it now, short the other way round; immediate
 * entry, levels in percent of the engine price. Parameters: {@code fast=20}, {@code slow=50}, {@code take=2},
 * {@code stop=1}, {@code minutes=240}. Needs {@code slow + 1} candles.
 */
public final class SmaCrossStrategy implements Strategy {

    private final int fast;
    private final int slow;
    private final double take;
    private final double stop;
    private final int minutes;

    /** Reads its parameters. */
    public SmaCrossStrategy(Parameters parameters) {
        fast = parameters.whole("fast", 20, 1, 10_000);
        slow = parameters.whole("slow", 50, 2, 10_000);
        take = parameters.number("take", 2, 0.5, 99);
        stop = parameters.number("stop", 1, 0.5, 20);
        minutes = parameters.whole("minutes", 240, 1, 1440);
        parameters.require(fast < slow, "fast was " + fast + " and slow " + slow + ", fast must be below slow");
    }

    @Override
    public Interval interval() {
        return Interval.FIVE_MINUTES;
    }

    @Override
    public Optional<Bracket> decide(MarketView market) {
        Candles candles = market.candles(Interval.FIVE_MINUTES, slow + 1);
        int size = candles.size();
        if (size < slow + 1) {
            return Optional.empty();
        }
        int before = sideOfFast(candles, size - 1);
        int now = sideOfFast(candles, size);
        if (before <= 0 && now > 0) {
            return enter(Position.LONG, market.price());
        }
        if (before >= 0 && now < 0) {
            return enter(Position.SHORT, market.price());
        }
        return Optional.empty();
    }

    /** Returns 1 if the fast average of the candles before {@code end} is above the slow one, -1 if below, 0 if equal. */
    private int sideOfFast(Candles candles, int end) {
        double fastMean = candles.meanClose(end - fast, end);
        double slowMean = candles.meanClose(end - slow, end);
        // sums of doubles: in a market that stands still the two means are equal but for their last digits
        if (Math.abs(fastMean - slowMean) <= slowMean * 1e-12) {
            return 0;
        }
        return fastMean > slowMean ? 1 : -1;
    }

    private Optional<Bracket> enter(Position side, double price) {
        return Optional.of(Percent.bracket(side, price, take, stop, minutes).build());
    }
}
