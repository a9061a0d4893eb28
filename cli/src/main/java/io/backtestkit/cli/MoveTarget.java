package io.backtestkit.cli;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The store that a content is moved to, looked at before anything is written. */
final class MoveTarget {

    private final SignalStore store;
    private final StoreContent content;
    /** What the target's log has of the slots that are moved, by slot. */
    private final Map<SignalKey, List<EndedSignal>> logged = new HashMap<>();

    private final List<EndedSignal> missing;

    MoveTarget(SignalStore store, StoreContent content) {
        this.store = store;
        this.content = content;
        store.tradeLog().ifPresent(log -> keys(content).forEach(key -> logged.put(key, log.trades(key))));
        Set<EndedSignal> there = logged.values().stream().flatMap(List::stream).collect(Collectors.toSet());
        this.missing =
                content.ended().stream().filter(each -> !there.contains(each)).toList();
    }

    private static Stream<SignalKey> keys(StoreContent content) {
        return Stream.concat(
                        content.signals().stream(), content.ended().stream().map(EndedSignal::signal))
                .map(Signal::key)
                .distinct();
    }

    /** Returns which ends the target's log does not have yet, in order. */
    List<EndedSignal> missing() {
        return missing;
    }

    /**
     * Looks for what must not be written.
     *
     * @throws CommandFailure if a signal has ended, another is in its way and may not be replaced, or an end would come into the
     *     log behind a later one; nothing was written
     */
    void refuseConflicts(boolean overwrite) {
        if (!content.ended().isEmpty() && store.tradeLog().isEmpty()) {
            throw refused(
                    Naming.counted(content.ended().size(), "ended signal", "ended signals"), "it keeps no trade log.");
        }
        refuseEndedSignals();
        if (!overwrite) {
            refuseOtherSignals();
        }
        refuseOlderEnds();
    }

    /** A position that was closed must not come back. */
    private void refuseEndedSignals() {
        List<String> ended = content.signals().stream()
                .filter(signal -> content.tellsEndOf(signal)
                        || logged(signal.key()).stream().anyMatch(end -> end.isOf(signal)))
                .map(signal -> signal.key().toString())
                .toList();
        if (!ended.isEmpty()) {
            throw refused(
                    "signals",
                    "these have ended, as the trade log says: " + Naming.first(ended)
                            + ". Held again they would be positions that nobody has; leave them out.");
        }
    }

    private void refuseOtherSignals() {
        List<String> others = new ArrayList<>();
        for (Signal signal : content.signals()) {
            Optional<Signal> present = store.read(signal.key());
            if (present.isPresent() && !present.get().equals(signal) && !content.tellsEndOf(present.get())) {
                others.add(signal.key().toString());
            }
        }
        if (!others.isEmpty()) {
            throw refused(
                    "signals",
                    "other signals are held there for " + Naming.first(others) + ". Add --overwrite to replace them.");
        }
    }

    /** What ended last in a slot is what was logged last. */
    private void refuseOlderEnds() {
        Map<SignalKey, Instant> latest = new HashMap<>();
        logged.forEach((key, ends) -> ends.forEach(
                end -> latest.merge(key, end.endedAt(), (one, other) -> one.isAfter(other) ? one : other)));
        Set<String> older = new LinkedHashSet<>();
        for (EndedSignal end : missing) {
            SignalKey key = end.signal().key();
            if (latest.getOrDefault(key, Instant.MIN).isAfter(end.endedAt())) {
                older.add(key.toString());
            }
        }
        if (!older.isEmpty()) {
            throw refused(
                    "ended signals",
                    "the trade log there knows of later ends already for " + Naming.first(older)
                            + ", and keeps the order in which they come. Move the older history to an empty place"
                            + " first, then the newer one.");
        }
    }

    private List<EndedSignal> logged(SignalKey key) {
        return logged.getOrDefault(key, List.of());
    }

    private CommandFailure refused(String what, String why) {
        return CommandFailure.runFailed(
                "Cannot move " + what + " to " + store.describe() + ": " + why + " Nothing was written.");
    }
}
