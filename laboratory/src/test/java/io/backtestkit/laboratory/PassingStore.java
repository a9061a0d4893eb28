package io.backtestkit.laboratory;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claims;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.TradeLog;
import java.util.Optional;
import java.util.Set;

/** Passes everything on to a store with claims and a log; made wrong by those below. */
public class PassingStore implements SignalStore {

    private final SignalStore store;

    /** Passes on to that. */
    public PassingStore(SignalStore store) {
        this.store = store;
    }

    @Override
    public void write(SignalKey key, Signal signal) {
        store.write(key, signal);
    }

    @Override
    public Optional<Signal> read(SignalKey key) {
        return store.read(key);
    }

    @Override
    public void delete(SignalKey key) {
        store.delete(key);
    }

    @Override
    public Set<SignalKey> keys() {
        return store.keys();
    }

    @Override
    public String describe() {
        return store.describe();
    }

    @Override
    public Optional<Claims> claims() {
        return store.claims();
    }

    @Override
    public Optional<TradeLog> tradeLog() {
        return store.tradeLog();
    }

    @Override
    public void close() {
        store.close();
    }
}
