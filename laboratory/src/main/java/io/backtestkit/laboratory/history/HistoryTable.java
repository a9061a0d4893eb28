package io.backtestkit.laboratory.history;

import io.backtestkit.laboratory.history.Linearizability.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Writes out a history that is not linearizable, for people. */
final class HistoryTable {

    private HistoryTable() {}

    /** Returns one line a call, in the order they were made, and how far an order of them came. */
    static String of(String slot, List<Event> events, List<Interval<Step>> steps, Verdict<SlotState> verdict) {
        StringBuilder text = new StringBuilder();
        text.append(verdict.decided() ? "no order explains " : "no order was found in time that explains ")
                .append(slot)
                .append("; the longest comes to ")
                .append(verdict.state())
                .append("\n  from us    to us  place  client  call -> outcome\n");
        long start = events.stream()
                .mapToLong(event -> event.span().invokedNanos())
                .min()
                .orElse(0);
        for (Event event : events) {
            text.append(String.format(
                    Locale.ROOT,
                    "%9d %8s %6s  %-6s  %s -> %s%n",
                    (event.span().invokedNanos() - start) / 1000,
                    event.isUnknown() ? "?" : (event.span().returnedNanos() - start) / 1000,
                    places(event, steps, verdict.order()),
                    event.client(),
                    event.call(),
                    event.outcome()));
        }
        return text.toString();
    }

    /** Returns at which place of the order it stands; {@code STUCK} if it had to and does not. */
    private static String places(Event event, List<Interval<Step>> steps, List<Integer> order) {
        List<String> places = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            Interval<Step> step = steps.get(i);
            if (step.operation().event().equals(event)) {
                int place = order.indexOf(i);
                places.add(place >= 0 ? String.valueOf(place + 1) : step.required() ? "STUCK" : "-");
            }
        }
        return places.isEmpty() ? "-" : String.join("+", places);
    }
}
