package io.backtestkit.cli;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.TradeLog;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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
     * @throws CommandFailure if a record is damaged: what cannot be read cannot be moved, and must not be left behind unseen
     */
    static StoreContent of(SignalStore store, Progress progress) {
        List<SignalKey> held = store.keys().stream().sorted().toList();
        List<SignalKey> logged = store.tradeLog().map(TradeLog::loggedKeys).orElse(List.of());
        int total = held.size() + logged.size();
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
            progress.at(++done, total);
        }
        if (!damaged.isEmpty()) {
            throw CommandFailure.runFailed("Cannot move the signals of " + store.describe() + ": damaged are "
                    + Naming.first(damaged)
                    + ". Resolve them first: backtest-kit store resolve --help. Nothing was"
                    + " written.");
        }
        List<EndedSignal> ended = new ArrayList<>();
        for (SignalKey key : logged) {
            ended.addAll(store.tradeLog().orElseThrow().trades(key));
            progress.at(++done, total);
        }
        progress.clear();
        return new StoreContent(signals, ended);
    }

    /**
     * Writes it all into another store and reads it back. What is there already and equal is left as it is, so that a move
     * that was interrupted can be started again.
     *
     * @return what was not there before
     * @throws CommandFailure if another signal is in the way and may not be overwritten; then nothing is written
     */
    StoreContent writeTo(SignalStore store, boolean overwrite, Terminal terminal, Progress progress) {
        refuseConflicts(store, overwrite);
        if (!ended.isEmpty() && store.tradeLog().isEmpty()) {
            throw CommandFailure.runFailed("Cannot move "
                    + Naming.counted(ended.size(), "ended signal", "ended signals") + " to " + store.describe()
                    + ": it keeps no trade log. Nothing was written.");
        }
        List<EndedSignal> missing = missingIn(store);
        List<Signal> written = new ArrayList<>();
        int done = 0;
        int total = signals.size() + missing.size();
        try (Interruption interruption = Interruption.watching(terminal, store.describe())) {
            interruption.at(done, total);
            for (Signal signal : signals) {
                if (write(store, signal)) {
                    written.add(signal);
                }
                interruption.at(++done, total);
                progress.at(done, total);
            }
            for (EndedSignal each : missing) {
                store.tradeLog().orElseThrow().append(each);
                interruption.at(++done, total);
                progress.at(done, total);
            }
            verifyLog(store);
        }
        return new StoreContent(written, missing);
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

    /** Returns what the other store's log does not have yet, in order. */
    private List<EndedSignal> missingIn(SignalStore store) {
        Set<EndedSignal> there = logged(store);
        return ended.stream().filter(each -> !there.contains(each)).toList();
    }

    /** Returns what the other store's log has of the slots that are moved. */
    private Set<EndedSignal> logged(SignalStore store) {
        Set<EndedSignal> there = new HashSet<>();
        for (SignalKey key :
                ended.stream().map(each -> each.signal().key()).distinct().toList()) {
            there.addAll(store.tradeLog().orElseThrow().trades(key));
        }
        return there;
    }

    private void refuseConflicts(SignalStore store, boolean overwrite) {
        List<String> others = new ArrayList<>();
        for (Signal signal : signals) {
            Optional<Signal> present = store.read(signal.key());
            if (present.isPresent() && !present.get().equals(signal)) {
                others.add(signal.key().toString());
            }
        }
        if (!overwrite && !others.isEmpty()) {
            throw CommandFailure.runFailed(
                    "Cannot move signals to " + store.describe() + ": other signals are held there" + " for "
                            + Naming.first(others) + ". Add --overwrite to replace them. Nothing was written.");
        }
    }

    private void verifyLog(SignalStore store) {
        missingIn(store).stream().findFirst().ifPresent(other -> {
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
