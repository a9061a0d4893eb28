package io.backtestkit.cli;

import io.backtestkit.event.Event;
import io.backtestkit.signal.Signal;
import java.util.List;
import java.util.Locale;

/** Shows an event to people: changes only, not every minute of waiting or holding. */
final class EventText {

    private EventText() {}

    /** Returns the lines to show; none for an event that changes nothing. */
    static List<String> lines(Event event) {
        String start = String.format(Locale.ROOT, "%s  %-9s  ", Times.minute(event.at()), EventJson.name(event));
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
                            .map(held -> "the store keeps " + held.position().code() + " " + held.id())
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

    /** Returns for example {@code long at 803.1, take 815.1465, stop 795.069}. */
    private static String levels(Signal signal) {
        return signal.position().code() + " at " + TradeTable.price(signal.priceOpen()) + ", take "
                + TradeTable.price(signal.effectiveTakeProfit()) + ", stop "
                + TradeTable.price(signal.effectiveStopLoss());
    }
}
