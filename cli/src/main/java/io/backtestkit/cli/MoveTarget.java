package io.backtestkit.cli;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The store that a content is moved to, looked at before anything is written. */
final class MoveTarget {

    private final SignalStore store;
    private final StoreContent content;
    /** What the target holds in the slots that are moved. */
    private final Map<SignalKey, Signal> held = new HashMap<>();
    /** What the target's log has of them. */
    private final Map<SignalKey, List<EndedSignal>> logged = new HashMap<>();

    /**
     * Reads what is there.
     *
     * @throws io.backtestkit.store.UnreadableSignalException if a record in one of the slots is damaged
     */
    MoveTarget(SignalStore store, StoreContent content) {
        this.store = store;
        this.content = content;
        Stream.concat(content.signals().stream(), content.ended().stream().map(EndedSignal::signal))
                .map(Signal::key)
                .distinct()
                .forEach(key -> {
                    store.read(key).ifPresent(signal -> held.put(key, signal));
                    store.tradeLog().ifPresent(log -> logged.put(key, log.trades(key)));
                });
    }

    /** Returns which ends the target's log does not have yet, in the order in which they are to come: of their times. */
    List<EndedSignal> missing() {
        Set<EndedSignal> there = new HashSet<>();
        logged.values().forEach(there::addAll);
        return ordered(end -> !there.contains(end));
    }

    /** Returns those and the ones whose signal is still held, as when its program died just before it freed the slot. */
    List<EndedSignal> toEnd() {
        Set<EndedSignal> missing = new HashSet<>(missing());
        return ordered(end -> missing.contains(end)
                || Optional.ofNullable(held.get(end.signal().key()))
                        .filter(end::isOf)
                        .isPresent());
    }

    private List<EndedSignal> ordered(Predicate<EndedSignal> wanted) {
        return content.ended().stream()
                .filter(wanted)
                .sorted(Comparator.comparing(EndedSignal::endedAt))
                .toList();
    }

    /**
     * Looks for what must not be written.
     *
     * @throws CommandFailure if a signal has ended, another is in its way and may not be replaced, or an end would come into the
     *     log behind a later one or beside another of the same signal; nothing was written
     */
    void refuseConflicts(boolean overwrite) {
        if (!content.ended().isEmpty() && store.tradeLog().isEmpty()) {
            throw refused(
                    Naming.counted(content.ended().size(), "ended signal", "ended signals"), "it keeps no trade log.");
        }
        refuse(
                "signals",
                content.signals().stream()
                        .filter(signal -> content.tellsEndOf(signal)
                                || logged(signal.key()).stream().anyMatch(end -> end.isOf(signal))),
                "these have ended, as the trade log says: %s. Held again they would be positions that nobody has; leave"
                        + " them out.");
        if (!overwrite) {
            refuse(
                    "signals",
                    content.signals().stream().filter(this::isInTheWayOf),
                    "other signals are held there for %s. Add --overwrite to replace them.");
        }
        refuse(
                "ended signals",
                missing().stream()
                        .filter(end -> logged(end.signal().key()).stream().anyMatch(end::sameSignalAs))
                        .map(EndedSignal::signal),
                "the trade log there tells other ends of signals of %s. Compare: backtest-kit store trades --help.");
        refuse(
                "ended signals",
                missing().stream().filter(this::isOlderThanWhatIsLogged).map(EndedSignal::signal),
                "the trade log there knows of later ends already for %s, and keeps the order in which they come. Move the"
                        + " older history to an empty place first, then the newer one.");
    }

    private boolean isInTheWayOf(Signal signal) {
        Signal present = held.get(signal.key());
        return present != null && !present.equals(signal) && !content.tellsEndOf(present);
    }

    /** What ended last in a slot is what was logged last. */
    private boolean isOlderThanWhatIsLogged(EndedSignal end) {
        Instant endedAt = end.endedAt();
        return logged(end.signal().key()).stream()
                .anyMatch(there -> there.endedAt().isAfter(endedAt));
    }

    private List<EndedSignal> logged(SignalKey key) {
        return logged.getOrDefault(key, List.of());
    }

    private void refuse(String what, Stream<Signal> wrong, String why) {
        List<String> keys =
                wrong.map(signal -> signal.key().toString()).distinct().toList();
        if (!keys.isEmpty()) {
            throw refused(what, String.format(why, Naming.first(keys)));
        }
    }

    private CommandFailure refused(String what, String why) {
        return CommandFailure.runFailed(
                "Cannot move " + what + " to " + store.describe() + ": " + why + " Nothing was written.");
    }
}
