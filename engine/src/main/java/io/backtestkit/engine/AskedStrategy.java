package io.backtestkit.engine;

import io.backtestkit.market.Interval;
import io.backtestkit.market.MarketView;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.strategy.Bracket;
import io.backtestkit.strategy.Strategy;
import java.util.Optional;

/** A strategy as its runner sees it: asked when its interval is over, and whatever it throws is reported and no answer. */
final class AskedStrategy {

    private static final String ASK_STRATEGY = "ask the strategy";

    private final SignalKey key;
    private final StrategyCaller caller;
    private final long intervalMillis;
    private final TickReport report;

    /** @throws IllegalArgumentException if the strategy's interval is none of {@link Strategy#INTERVALS} */
    AskedStrategy(SignalKey key, Strategy strategy, StrategyCaller caller, TickReport report) {
        this.key = key;
        this.caller = caller;
        this.intervalMillis = checkedInterval(key, strategy);
        this.report = report;
    }

    private static long checkedInterval(SignalKey key, Strategy strategy) {
        Interval interval = strategy.interval();
        // written by users: it may be null all the same
        if (interval == null || !Strategy.INTERVALS.contains(interval)) {
            throw new IllegalArgumentException("Cannot run " + key + ": the strategy's interval was "
                    + (interval == null ? "null" : interval.code()) + ". It must be 1m, 3m, 5m, 15m, 30m or 1h.");
        }
        return interval.millis();
    }

    /** Says whether it is asked in the tick of that time. */
    boolean isDue(long time) {
        return Math.floorMod(time, intervalMillis) == 0;
    }

    /** Asks it; empty if it proposes nothing, or did not answer, which is reported. */
    Optional<Bracket> ask(MarketView market) {
        try {
            Optional<Bracket> proposal = caller.ask(market);
            if (proposal == null) {
                throw new NullPointerException("it returned null instead of an empty Optional");
            }
            return proposal;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (OutOfMemoryError e) {
            throw e;
        } catch (Exception e) {
            return unanswered(market.time(), e, e);
        } catch (Error e) { // recursion without end, a class that cannot be loaded: the strategy's fault like any other
            return unanswered(market.time(), e, new IllegalStateException(e));
        }
    }

    private Optional<Bracket> unanswered(long time, Throwable thrown, Exception cause) {
        report.fault(
                time,
                ASK_STRATEGY,
                "Cannot ask strategy " + key + ": it threw " + thrown + ". Nothing was opened; mend the strategy.",
                cause);
        return Optional.empty();
    }
}
