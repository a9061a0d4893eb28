package io.backtestkit.testkit;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claims;
import io.backtestkit.store.InMemorySignalStore;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.TradeLog;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** A store in memory whose claims may have a mistake planted in them. */
record ClaimedFixture(String name, UnaryOperator<Claims> planted) implements StoreFixture {

    @Override
    public SignalStore open() {
        return new Store(new InMemorySignalStore(), planted);
    }

    @Override
    public boolean durable() {
        return false;
    }

    @Override
    public Set<Unproved> unproved() {
        return EnumSet.of(Unproved.DAMAGE, Unproved.NETWORK, Unproved.RIGHTS);
    }

    @Override
    public boolean offersClaims() {
        return true;
    }

    private record Store(InMemorySignalStore memory, UnaryOperator<Claims> planted) implements SignalStore {

        @Override
        public void write(SignalKey key, Signal signal) {
            memory.write(key, signal);
        }

        @Override
        public Optional<Signal> read(SignalKey key) {
            return memory.read(key);
        }

        @Override
        public void delete(SignalKey key) {
            memory.delete(key);
        }

        @Override
        public Optional<Claims> claims() {
            return memory.claims().map(planted);
        }

        @Override
        public Set<SignalKey> keys() {
            return memory.keys();
        }

        @Override
        public void end(EndedSignal ended) {
            memory.end(ended);
        }

        @Override
        public Optional<TradeLog> tradeLog() {
            return memory.tradeLog();
        }

        @Override
        public Optional<String> setAside(SignalKey key) {
            return memory.setAside(key);
        }

        @Override
        public boolean durable() {
            return false;
        }

        @Override
        public String describe() {
            return "claimed";
        }
    }
}
