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
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The store that a content is moved to, looked at before anything is written. */
final class MoveTarget {

    private final SignalStore store;
    private final StoreContent content;
    /** Which of the signals have ended, as the content says. */
    private final Set<SignalIdentity> ended;
    /** What the target holds in the slots that are moved. */
    private final Map<SignalKey, Signal> held = new HashMap<>();
    /** What the target's log has of them. */
    private final Set<EndedSignal> logged = new HashSet<>();

    private final Set<SignalIdentity> loggedSignals = new HashSet<>();
    /** When the last of them ended, of each slot. */
    private final Map<SignalKey, Instant> lastEnds = new HashMap<>();

    private MoveTarget(SignalStore store, StoreContent content) {
        this.store = store;
        this.content = content;
        ended = SignalIdentity.of(content.ended());
    }

    /**
     * Reads what is there, and tells how many slots it has read.
     *
     * @throws io.backtestkit.store.UnreadableSignalException if a record in one of the slots is damaged
     */
    static MoveTarget read(SignalStore store, StoreContent content, IntConsumer progress) {
        MoveTarget target = new MoveTarget(store, content);
        int done = 0;
        for (SignalKey key : content.slots()) {
            store.read(key).ifPresent(signal -> target.held.put(key, signal));
            store.tradeLog().ifPresent(log -> log.trades(key).forEach(target::note));
            progress.accept(++done);
        }
        return target;
    }

    private void note(EndedSignal end) {
        logged.add(end);
        loggedSignals.add(SignalIdentity.of(end));
        lastEnds.merge(end.signal().key(), end.endedAt(), (one, other) -> one.isAfter(other) ? one : other);
    }

    /** Returns which ends the target's log does not have yet, in the order in which they are to come: of their times. */
    List<EndedSignal> missing() {
        return ordered(end -> !logged.contains(end));
    }

    /** Returns those and the ones whose signal is still held, as when its program died just before it freed the slot. */
    List<EndedSignal> toEnd() {
        return ordered(end -> !logged.contains(end)
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
                        .map(SignalIdentity::of)
                        .filter(signal -> ended.contains(signal) || loggedSignals.contains(signal))
                        .map(SignalIdentity::key),
                "these have ended, as the trade log says: %s. Held again they would be positions that nobody has; leave"
                        + " them out.");
        if (!overwrite) {
            refuse(
                    "signals",
                    content.signals().stream().filter(this::isInTheWayOf).map(Signal::key),
                    "other signals are held there for %s. Add --overwrite to replace them.");
        }
        List<EndedSignal> missing = missing();
        refuse(
                "ended signals",
                missing.stream()
                        .map(SignalIdentity::of)
                        .filter(loggedSignals::contains)
                        .map(SignalIdentity::key),
                "the trade log there tells other ends of signals of %s. Compare: backtest-kit store trades --help.");
        refuse(
                "ended signals",
                missing.stream().filter(this::isOlderThanWhatIsLogged).map(end -> end.signal()
                        .key()),
                "the trade log there knows of later ends already for %s, and keeps the order in which they come. Move the"
                        + " older history to an empty place first, then the newer one.");
    }

    private boolean isInTheWayOf(Signal signal) {
        Signal present = held.get(signal.key());
        return present != null && !present.equals(signal) && !ended.contains(SignalIdentity.of(present));
    }

    /** What ended last in a slot is what was logged last. */
    private boolean isOlderThanWhatIsLogged(EndedSignal end) {
        Instant last = lastEnds.get(end.signal().key());
        return last != null && last.isAfter(end.endedAt());
    }

    private void refuse(String what, Stream<SignalKey> wrong, String why) {
        List<String> keys = wrong.distinct().map(SignalKey::toString).toList();
        if (!keys.isEmpty()) {
            throw refused(what, String.format(why, Naming.first(keys)));
        }
    }

    private CommandFailure refused(String what, String why) {
        return CommandFailure.runFailed(
                "Cannot move " + what + " to " + store.describe() + ": " + why + " Nothing was written.");
    }
}
