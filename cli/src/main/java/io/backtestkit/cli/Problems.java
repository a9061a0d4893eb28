package io.backtestkit.cli;

import io.backtestkit.event.Event;
import io.backtestkit.market.Interval;
import io.backtestkit.market.MarketView;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.strategy.Bracket;
import io.backtestkit.strategy.Strategy;
import java.util.Locale;
import java.util.Optional;

/** What went wrong in a run: counted, since it may repeat at every tick, and told in one line. Any thread may call it. */
final class Problems {

    private int count;
    private String first = "";
    private int asked;
    private int answered;

    synchronized void note(Event.Failed failed) {
        if (count == 0) {
            first = Times.minute(failed.at()) + " UTC: " + failed.message();
        }
        count++;
    }

    synchronized int count() {
        return count;
    }

    /** Returns the strategy, whose answers are counted from now on. */
    Strategy watching(Strategy strategy) {
        return new Strategy() {
            @Override
            public Optional<Bracket> decide(MarketView market) {
                asked();
                Optional<Bracket> answer = strategy.decide(market);
                if (answer != null) { // written by users: it may be null all the same
                    answered();
                }
                return answer;
            }

            @Override
            public Interval interval() {
                return strategy.interval();
            }
        };
    }

    private synchronized void asked() {
        asked++;
    }

    private synchronized void answered() {
        answered++;
    }

    /**
     * Tells of them in one line; without any, says nothing.
     *
     * @throws CommandFailure if the strategy was asked and never answered: then nothing that was found means anything
     */
    synchronized void tell(Terminal terminal, SignalKey key) {
        if (asked > 0 && answered == 0 && count > 0) {
            throw CommandFailure.runFailed(String.format(
                    Locale.ROOT,
                    "Cannot run strategy %s: of %d answers none came. The first at %s",
                    key,
                    asked,
                    first));
        }
        if (count > 0) {
            terminal.warn(count == 1 ? "1 problem, at " + first : count + " problems, the first at " + first);
        }
    }
}
