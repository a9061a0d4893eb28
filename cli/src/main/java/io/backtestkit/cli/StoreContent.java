package io.backtestkit.cli;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.TradeLog;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;

/**
 * Everything a store holds: what is held, and what has ended.
 *
 * @param signals every signal held
 * @param ended every entry of the trade log, key by key, in the order of the log
 */
record StoreContent(List<Signal> signals, List<EndedSignal> ended) {

    /**
     * Reads it all.
     *
     * @throws CommandFailure if anything is damaged: what cannot be read cannot be moved, and must not be left behind unseen
     */
    static StoreContent of(SignalStore store, Progress progress) {
        List<SignalKey> held =
                Listing.keys("list the signals of", store).stream().sorted().toList();
        List<Signal> signals = new ArrayList<>();
        List<String> damaged = new ArrayList<>();
        int done = 0;
        for (SignalKey key : held) {
            for (StoredSignals.Found found : StoredSignals.read(store, List.of(key))) {
                if (found.signal() != null) {
                    signals.add(found.signal());
                } else {
                    damaged.add(key.toString());
                }
            }
            progress.at(++done, held.size());
        }
        requireReadable(store, damaged);
        // the log is read last: what ended meanwhile, or was just being freed when its program died, is not held
        List<SignalKey> logged = store.tradeLog().map(TradeLog::loggedKeys).orElse(List.of());
        List<EndedSignal> ended = new ArrayList<>();
        for (SignalKey key : logged) {
            ended.addAll(store.tradeLog().orElseThrow().trades(key));
            progress.at(++done, held.size() + logged.size());
        }
        progress.clear();
        Set<SignalIdentity> over = SignalIdentity.of(ended);
        return new StoreContent(
                signals.stream()
                        .filter(signal -> !over.contains(SignalIdentity.of(signal)))
                        .toList(),
                ended);
    }

    private static void requireReadable(SignalStore store, List<String> damaged) {
        List<StoreFinding> keyless = store.keyless();
        if (!damaged.isEmpty() || !keyless.isEmpty()) {
            String both = damaged.isEmpty() || keyless.isEmpty() ? "" : ", ";
            throw CommandFailure.runFailed("Cannot move the signals of " + store.describe() + ": damaged are "
                    + Naming.first(damaged) + both + Listing.named(keyless)
                    + ". Resolve them first, as backtest-kit store check says. Nothing was written.");
        }
    }

    /** Returns every slot that a signal or an end belongs to. */
    Set<SignalKey> slots() {
        Set<SignalKey> slots = new LinkedHashSet<>();
        signals.forEach(signal -> slots.add(signal.key()));
        ended.forEach(end -> slots.add(end.signal().key()));
        return slots;
    }

    /**
     * Writes it all into another store and reads it back. What is there already and equal is left as it is, so that a move
     * that was interrupted can be started again.
     *
     * @return what was not there before
     * @throws CommandFailure if something is in the way, see {@link MoveTarget#refuseConflicts}; then nothing is written
     */
    StoreContent writeTo(SignalStore store, boolean overwrite, Terminal terminal, Progress progress) {
        int slots = slots().size();
        int most = 2 * slots + signals.size() + ended.size();
        MoveTarget target = MoveTarget.read(store, this, read -> progress.at(read, most));
        target.refuseConflicts(overwrite);
        List<EndedSignal> toEnd = target.toEnd();
        List<Signal> written = new ArrayList<>();
        int done = 0;
        int total = signals.size() + toEnd.size();
        int all = 2 * slots + total;
        try (Interruption interruption = Interruption.watching(terminal, store.describe())) {
            interruption.at(done, total);
            for (Signal signal : signals) {
                if (write(store, signal)) {
                    written.add(signal);
                }
                interruption.at(++done, total);
                progress.at(slots + done, all);
            }
            for (EndedSignal each : toEnd) {
                store.end(each); // the target may hold the very signal
                interruption.at(++done, total);
                progress.at(slots + done, all);
            }
            verifyLog(store, read -> progress.at(slots + total + read, all));
        }
        return new StoreContent(written, target.missing());
    }

    /** Writes a signal if it is not there yet, and reads it back; false if it was there. */
    private static boolean write(SignalStore store, Signal signal) {
        Optional<Signal> wanted = Optional.of(signal);
        if (store.read(signal.key()).equals(wanted)) {
            return false;
        }
        store.write(signal.key(), signal);
        if (!store.read(signal.key()).equals(wanted)) {
            throw CommandFailure.runFailed("Cannot move signal " + signal.key() + " to " + store.describe()
                    + ": it read back otherwise than it was written. Do not trade there; report this.");
        }
        return true;
    }

    private void verifyLog(SignalStore store, IntConsumer progress) {
        MoveTarget.read(store, this, progress).missing().stream().findFirst().ifPresent(other -> {
            throw CommandFailure.runFailed("Cannot move the trade log of "
                    + other.signal().key() + " to " + store.describe() + ": signal '"
                    + other.signal().id()
                    + "' is there with another end. Compare: backtest-kit store trades --help");
        });
    }

    boolean isEmpty() {
        return signals.isEmpty() && ended.isEmpty();
    }

    /** Returns for example {@code 2 signals and 118 ended ones}. */
    String counted() {
        return Naming.counted(signals.size(), "signal", "signals") + " and "
                + Naming.counted(ended.size(), "ended one", "ended ones");
    }
}
