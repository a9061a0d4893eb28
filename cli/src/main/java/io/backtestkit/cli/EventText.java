package io.backtestkit.cli;

import io.backtestkit.event.Event;
import io.backtestkit.signal.Signal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Shows an event to people: changes only, not every minute of waiting or holding. */
final class EventText {

    private EventText() {}

    /** Returns the lines to show; none for an event that changes nothing. */
    static List<String> lines(Event event) {
        String start = start(event);
        if (event instanceof Event.Scheduled scheduled) {
            return List.of(start + levels(scheduled.held()));
        }
        if (event instanceof Event.Opened opened) {
            return List.of(start + levels(opened.held()));
        }
        if (event instanceof Event.Restored restored) {
            return List.of(start + levels(restored.held()) + ", "
                    + restored.held().phase().code());
        }
        if (event instanceof Event.Closed closed) {
            return List.of(start
                    + String.format(
                            Locale.ROOT,
                            "%s at %s, %+.2f %%",
                            closed.ended().reasonCode(),
                            TradeTable.price(closed.ended().priceClose()),
                            closed.ended().pnlPercent()));
        }
        if (event instanceof Event.Cancelled cancelled) {
            return List.of(start + cancelled.ended().reasonCode());
        }
        if (event instanceof Event.Stopped stopped) {
            return List.of(start
                    + stopped.held()
                            .map(held -> "the store keeps " + named(held))
                            .orElse("nothing is held"));
        }
        if (event instanceof Event.Failed failed) {
            return Wrapping.lines(start + failed.message(), 0);
        }
        if (event instanceof Event.Warned warned) {
            return Wrapping.lines(start + warned.message(), 0);
        }
        if (event instanceof Event.ClaimLost lost) {
            return List.of(start + lost.key() + " is not ours any more; nothing is changed here");
        }
        if (event instanceof Event.StandingBy standby) {
            return Wrapping.lines(
                    start + "the slot is held by " + standby.holder().owner() + "; taking over when it is free", 0);
        }
        return event instanceof Event.Recovered recovered
                ? List.of(start + "what works again: " + recovered.activity())
                : List.of();
    }

    /**
     * Returns the lines to show when the store could not be told what changed last.
     *
     * @param ended what has ended of which the store was not told; empty if nothing has
     */
    static List<String> stoppedUnstored(Event.Stopped stopped, Optional<Signal> ended) {
        String held = stopped.held().map(signal -> named(signal) + " is held").orElse("nothing is known to be held");
        return Wrapping.lines(
                start(stopped)
                        + ended.map(signal -> named(signal) + " has ended, but the store may still show it")
                                .orElse(held + ", but the store may show something else")
                        + ": what changed last is not known to be stored",
                0);
    }

    private static String start(Event event) {
        return String.format(Locale.ROOT, "%s  %-9s  ", Times.minute(event.at()), EventJson.name(event));
    }

    private static String named(Signal signal) {
        return signal.position().code() + " " + signal.id();
    }

    /** Returns for example {@code long at 803.1, take 815.1465, stop 795.069}. */
    private static String levels(Signal signal) {
        return signal.position().code() + " at " + TradeTable.price(signal.priceOpen()) + ", take "
                + TradeTable.price(signal.effectiveTakeProfit()) + ", stop "
                + TradeTable.price(signal.effectiveStopLoss());
    }
}
