package io.backtestkit.store;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Passes reads on to another store and refuses every change. */
public final class ReadOnlySignalStore implements SignalStore {

    private final SignalStore store;

    /** Guards that store; closing the guard closes it. */
    public ReadOnlySignalStore(SignalStore store) {
        this.store = store;
    }

    private StoreRefusedException refused(String act, SignalKey key) {
        return new StoreRefusedException(
                StoreFailure.of(act, key, describe(), "it was opened for reading only", "Open it for writing."), null);
    }

    @Override
    public void write(SignalKey key, Signal signal) {
        throw refused("write signal", key);
    }

    @Override
    public Optional<Signal> read(SignalKey key) {
        return store.read(key);
    }

    @Override
    public void delete(SignalKey key) {
        throw refused("delete signal", key);
    }

    @Override
    public Optional<String> setAside(SignalKey key) {
        throw refused("set aside signal", key);
    }

    @Override
    public Optional<String> setAside(SignalKey key, Signal replacement) {
        throw refused("set aside signal", key);
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
        throw refused("touch signal", key);
    }

    @Override
    public Optional<Claims> claims() {
        return store.claims().map(ReadOnlyClaims::new);
    }

    @Override
    public Optional<TradeLog> tradeLog() {
        return store.tradeLog().map(ReadOnlyLog::new);
    }

    @Override
    public List<StoreFinding> check() {
        return store.check();
    }

    @Override
    public String describe() {
        return store.describe();
    }

    @Override
    public void close() {
        store.close();
    }

    private final class ReadOnlyLog implements TradeLog {

        private final TradeLog log;

        ReadOnlyLog(TradeLog log) {
            this.log = log;
        }

        @Override
        public void append(EndedSignal ended) {
            throw refused("log ended signal", ended.signal().key());
        }

        @Override
        public List<EndedSignal> trades(SignalKey key, Instant from, Instant to) {
            return log.trades(key, from, to);
        }

        @Override
        public Optional<EndedSignal> last(SignalKey key) {
            return log.last(key);
        }

        @Override
        public List<SignalKey> loggedKeys() {
            return log.loggedKeys();
        }

        @Override
        public void discard(SignalKey key) {
            throw refused("discard the trades of", key);
        }
    }

    private final class ReadOnlyClaims implements Claims {

        private final Claims claims;

        ReadOnlyClaims(Claims claims) {
            this.claims = claims;
        }

        @Override
        public ClaimAnswer claim(SignalKey key, String owner, Duration lease) {
            throw refused("claim signal", key);
        }

        @Override
        public ClaimAnswer takeOver(Claim dead, String owner, Duration lease) {
            throw refused("claim signal", dead.key());
        }

        @Override
        public Claim renew(Claim claim, Duration lease) {
            throw refused("renew the claim of signal", claim.key());
        }

        @Override
        public void release(Claim claim) {
            throw refused("release signal", claim.key());
        }

        @Override
        public Optional<Claim> holder(SignalKey key) {
            return claims.holder(key);
        }

        @Override
        public void write(Claim claim, Signal signal) {
            throw refused("write signal", claim.key());
        }

        @Override
        public void delete(Claim claim) {
            throw refused("delete signal", claim.key());
        }

        @Override
        public void end(Claim claim, EndedSignal ended) {
            throw refused("end signal", claim.key());
        }
    }
}
