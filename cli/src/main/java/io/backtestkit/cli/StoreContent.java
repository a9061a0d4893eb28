package io.backtestkit.cli;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.TradeLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
    static StoreContent of(SignalStore store) {
        List<Signal> signals = new ArrayList<>();
        List<String> damaged = new ArrayList<>();
        for (StoredSignals.Found found :
                StoredSignals.read(store, store.keys().stream().sorted().toList())) {
            if (found.signal() != null) {
                signals.add(found.signal());
            } else {
                damaged.add(found.key().toString());
            }
        }
        if (!damaged.isEmpty()) {
            throw CommandFailure.runFailed("Cannot move the signals of " + store.describe() + ": damaged are "
                    + String.join(", ", damaged)
                    + ". Resolve them first: backtest-kit store resolve --help. Nothing was"
                    + " written.");
        }
        List<EndedSignal> ended = new ArrayList<>();
        Optional<TradeLog> log = store.tradeLog();
        if (log.isPresent()) {
            for (SignalKey key : log.get().loggedKeys()) {
                ended.addAll(log.get().trades(key));
            }
        }
        return new StoreContent(signals, ended);
    }

    /**
     * Writes it all into another store and reads it back. What is there already and equal is left as it is, so that a move
     * that was interrupted can be started again.
     *
     * @return how many signals and entries were written anew
     * @throws CommandFailure if another signal is in the way and may not be overwritten; then nothing is written
     */
    int writeTo(SignalStore store, boolean overwrite, Progress progress) {
        refuseConflicts(store, overwrite);
        if (!ended.isEmpty() && store.tradeLog().isEmpty()) {
            throw CommandFailure.runFailed("Cannot move " + ended.size() + " ended signals to " + store.describe()
                    + ": it keeps no trade log. Nothing was written.");
        }
        int written = 0;
        int done = 0;
        int total = signals.size() + ended.size();
        for (Signal signal : signals) {
            Optional<Signal> wanted = Optional.of(signal);
            if (!store.read(signal.key()).equals(wanted)) {
                store.write(signal.key(), signal);
                written++;
            }
            if (!store.read(signal.key()).equals(wanted)) {
                throw CommandFailure.runFailed("Cannot move signal " + signal.key() + " to " + store.describe()
                        + ": it read back otherwise than it was written. Do not trade there; report this.");
            }
            progress.at(++done, total);
        }
        for (EndedSignal each : ended) {
            store.tradeLog().orElseThrow().append(each);
            progress.at(++done, total);
        }
        verifyLog(store);
        return written;
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
                            + String.join(", ", others) + ". Add --overwrite to replace them. Nothing was written.");
        }
    }

    private void verifyLog(SignalStore store) {
        for (SignalKey key :
                ended.stream().map(each -> each.signal().key()).distinct().toList()) {
            List<EndedSignal> there = store.tradeLog().orElseThrow().trades(key);
            for (EndedSignal each : ended) {
                if (each.signal().key().equals(key) && !there.contains(each)) {
                    throw CommandFailure.runFailed("Cannot move the trade log of " + key + " to " + store.describe()
                            + ": signal '" + each.signal().id() + "' is there with another end. Compare: backtest-kit"
                            + " store trades --help");
                }
            }
        }
    }

    /** Returns for example {@code 2 signals and 118 ended ones}. */
    String counted() {
        return signals.size() + (signals.size() == 1 ? " signal" : " signals") + " and " + ended.size() + " ended "
                + (ended.size() == 1 ? "one" : "ones");
    }
}
