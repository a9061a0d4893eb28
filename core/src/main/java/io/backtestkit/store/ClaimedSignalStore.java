package io.backtestkit.store;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Changes one slot of another store under a {@link Claim}, and no other slot. Reads pass through. Closing it does nothing:
 * neither is the claim released nor the other store closed.
 */
public final class ClaimedSignalStore implements SignalStore {

    private final SignalStore store;
    private final Claims claims;
    private final Claim claim;

    /**
     * Puts every change under that claim.
     *
     * @throws IllegalArgumentException if that store offers no claims
     */
    public ClaimedSignalStore(SignalStore store, Claim claim) {
        this.store = store;
        this.claim = claim;
        this.claims = store.claims()
                .orElseThrow(() -> new IllegalArgumentException("Cannot claim signal " + claim.key() + " in "
                        + store.describe() + ": this store offers no claims."));
    }

    private void requireClaimed(SignalKey key) {
        if (!key.equals(claim.key())) {
            throw new IllegalArgumentException("Cannot change signal " + key + " in " + describe()
                    + ": the claim was of " + claim.key() + ". Claim that signal too.");
        }
    }

    @Override
    public void write(SignalKey key, Signal signal) {
        requireClaimed(key);
        claims.write(claim, signal);
    }

    @Override
    public Optional<Signal> read(SignalKey key) {
        return store.read(key);
    }

    @Override
    public void delete(SignalKey key) {
        requireClaimed(key);
        claims.delete(claim);
    }

    @Override
    public void writeAll(Map<SignalKey, Signal> signals) {
        signals.keySet().forEach(this::requireClaimed);
        signals.forEach(this::write);
    }

    @Override
    public void end(EndedSignal ended) {
        requireClaimed(ended.signal().key());
        claims.end(claim, ended);
    }

    @Override
    public Set<SignalKey> keys() {
        return store.keys();
    }

    @Override
    public List<StoreFinding> keyless() {
        return store.keyless();
    }

    @Override
    public boolean durable() {
        return store.durable();
    }

    @Override
    public Optional<Duration> expireAbandonedAfter() {
        return store.expireAbandonedAfter();
    }

    @Override
    public void touch(SignalKey key) {
        store.touch(key);
    }

    @Override
    public Optional<TradeLog> tradeLog() {
        return store.tradeLog();
    }

    @Override
    public Optional<String> setAside(SignalKey key) {
        return store.setAside(key);
    }

    @Override
    public Optional<String> setAside(SignalKey key, Signal replacement) {
        return store.setAside(key, replacement);
    }

    @Override
    public List<StoreFinding> check() {
        return store.check();
    }

    @Override
    public String describe() {
        return store.describe();
    }
}
