package io.backtestkit.laboratory.history;

import io.backtestkit.laboratory.history.Linearizability.Verdict;
import io.backtestkit.laboratory.history.Outcome.Kind;
import io.backtestkit.signal.SignalKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What was asked of each slot of a place, and what was answered. Any thread may add to it. */
final class History {

    private final boolean endsAtOnce;
    private final Map<SignalKey, List<Event>> events = new HashMap<>();

    /**
     * Begins an empty one.
     *
     * @param endsAtOnce as of a {@link Place}
     */
    History(boolean endsAtOnce) {
        this.endsAtOnce = endsAtOnce;
    }

    synchronized void add(SignalKey key, Event event) {
        events.computeIfAbsent(key, absent -> new ArrayList<>()).add(event);
    }

    /** Returns how many calls had that outcome. */
    synchronized long count(Kind kind) {
        return events.values().stream()
                .flatMap(List::stream)
                .filter(event -> event.outcome().kind() == kind)
                .count();
    }

    /** Says what is wrong with it; empty if nothing is. */
    synchronized Optional<String> fault() {
        return events.keySet().stream()
                .sorted()
                .map(this::fault)
                .flatMap(Optional::stream)
                .findFirst();
    }

    private Optional<String> fault(SignalKey key) {
        List<Event> made = new ArrayList<>(events.getOrDefault(key, List.of()));
        made.sort(Comparator.comparingLong(event -> event.span().invokedNanos()));
        List<Interval<Step>> steps = Step.of(made, endsAtOnce);
        Verdict<SlotState> verdict = Linearizability.check(new SlotModel(made), steps);
        return verdict.linearizable()
                ? Optional.empty()
                : Optional.of(HistoryTable.of(key.toString(), made, steps, verdict));
    }
}
