package io.backtestkit.laboratory.history;

import java.util.ArrayList;
import java.util.List;

/** A call, or one of the two steps of an end in a store that logs first and frees the slot second. */
record Step(Event event, Part part) {

    enum Part {
        WHOLE,
        LOG,
        FREE
    }

    /**
     * Returns what the checker is to put in order. Failed calls have done nothing, so they are left out: whoever finds a trace of
     * one finds what nobody has done.
     *
     * @param endsAtOnce whether an end is one step
     */
    static List<Interval<Step>> of(List<Event> events, boolean endsAtOnce) {
        List<Interval<Step>> steps = new ArrayList<>();
        for (Event event : events) {
            if (event.outcome().kind() == Outcome.Kind.FAILED) {
                continue;
            }
            boolean two = !endsAtOnce
                    && event.call().act() == Act.END
                    && event.outcome().kind() != Outcome.Kind.LOST;
            for (Part part : two ? List.of(Part.LOG, Part.FREE) : List.of(Part.WHOLE)) {
                steps.add(new Interval<>(
                        new Step(event, part), event.span().invokedNanos(), event.latestNanos(), !event.isUnknown()));
            }
        }
        return steps;
    }
}
