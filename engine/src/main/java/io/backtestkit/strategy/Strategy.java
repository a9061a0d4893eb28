package io.backtestkit.strategy;

import io.backtestkit.market.Interval;
import io.backtestkit.market.MarketView;
import java.util.Optional;
import java.util.Set;

/**
 * Looks at the market and may propose a bracket. The same object's code runs in a backtest and live.
 *
 * <p>For results that repeat, decide from the view alone: no clock, no random numbers, no state of your own that a restart
 * would lose (use the memo). An exception is reported as an event and counts as no proposal. The engine calls from one
 * thread at a time.
 */
@FunctionalInterface
public interface Strategy {

    /** The intervals a strategy may have. */
    Set<Interval> INTERVALS = Set.of(
            Interval.ONE_MINUTE,
            Interval.THREE_MINUTES,
            Interval.FIVE_MINUTES,
            Interval.FIFTEEN_MINUTES,
            Interval.THIRTY_MINUTES,
            Interval.ONE_HOUR);

    /**
     * Proposes a bracket, or nothing. Called at ticks that are multiples of {@link #interval()} and at which nothing is
     * held.
     */
    Optional<Bracket> decide(MarketView market);

    /** Returns how often the strategy is asked: one of {@link #INTERVALS}. One minute by default. */
    default Interval interval() {
        return Interval.ONE_MINUTE;
    }
}
