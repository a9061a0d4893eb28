package io.backtestkit.store;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Keeps signals in the memory of this process: for tests and backtests. Nothing survives the process. */
public final class InMemorySignalStore implements SignalStore, TradeLog {

    /** Tells signals of one key apart: an id may come again after others, then with another time of creation. */
    private record Identity(String id, Instant createdAt) {}

    private final Map<SignalKey, Signal> signals = new TreeMap<>();
    private final Map<SignalKey, Map<Identity, EndedSignal>> log = new TreeMap<>();
    private final Map<SignalKey, EndedSignal> last = new TreeMap<>();
    private final InMemoryClaims claims;

    /** Makes an empty store whose leases run by the system's clock. */
    public InMemorySignalStore() {
        this(InstantSource.system());
    }

    /** Makes an empty store whose leases run by that clock. */
    public InMemorySignalStore(InstantSource clock) {
        claims = new InMemoryClaims(this, clock);
    }

    @Override
    public synchronized void write(SignalKey key, Signal signal) {
        signal.requireKey(key);
        claims.requireUnclaimed("write signal", key);
        put(signal);
    }

    synchronized void put(Signal signal) {
        signals.put(signal.key(), signal);
    }

    @Override
    public synchronized Optional<Signal> read(SignalKey key) {
        return Optional.ofNullable(signals.get(key));
    }

    @Override
    public synchronized void delete(SignalKey key) {
        claims.requireUnclaimed("delete signal", key);
        remove(key);
    }

    synchronized void remove(SignalKey key) {
        signals.remove(key);
    }

    @Override
    public synchronized void writeAll(Map<SignalKey, Signal> all) {
        all.forEach((key, signal) -> {
            signal.requireKey(key);
            claims.requireUnclaimed("write signal", key);
        });
        signals.putAll(all);
    }

    @Override
    public synchronized Set<SignalKey> keys() {
        return new TreeSet<>(signals.keySet());
    }

    @Override
    public boolean durable() {
        return false;
    }

    @Override
    public Optional<Claims> claims() {
        return Optional.of(claims);
    }

    @Override
    public Optional<TradeLog> tradeLog() {
        return Optional.of(this);
    }

    @Override
    public synchronized void end(EndedSignal ended) {
        claims.requireUnclaimed("end signal", ended.signal().key());
        moveToLog(ended);
    }

    /** Logs it, and frees its slot unless that holds another signal. */
    synchronized void moveToLog(EndedSignal ended) {
        append(ended);
        signals.computeIfPresent(ended.signal().key(), (key, held) -> ended.isOf(held) ? null : held);
    }

    @Override
    public synchronized void append(EndedSignal ended) {
        SignalKey key = ended.signal().key();
        Identity identity = new Identity(ended.signal().id(), ended.signal().createdAt());
        if (log.computeIfAbsent(key, absent -> new LinkedHashMap<>()).putIfAbsent(identity, ended) == null) {
            last.put(key, ended);
        }
    }

    @Override
    public synchronized List<EndedSignal> trades(SignalKey key, Instant from, Instant to) {
        return log.getOrDefault(key, Map.of()).values().stream()
                .filter(ended ->
                        !ended.endedAt().isBefore(from) && ended.endedAt().isBefore(to))
                .toList();
    }

    @Override
    public synchronized Optional<EndedSignal> last(SignalKey key) {
        return Optional.ofNullable(last.get(key));
    }

    @Override
    public synchronized List<SignalKey> loggedKeys() {
        return List.copyOf(log.keySet());
    }

    @Override
    public synchronized void discard(SignalKey key) {
        log.remove(key);
        last.remove(key);
    }

    /** Does nothing: there is no damage in memory. */
    @Override
    public Optional<String> setAside(SignalKey key) {
        return Optional.empty();
    }

    /** Does nothing either. */
    @Override
    public Optional<String> setAside(SignalKey key, Signal replacement) {
        replacement.requireKey(key);
        return Optional.empty();
    }

    @Override
    public String describe() {
        return "memory:";
    }

    /** Opens {@code memory:} locations, a new and empty store each time. */
    public static final class Provider implements SignalStoreProvider {

        /** For {@link java.util.ServiceLoader}. */
        public Provider() {}

        @Override
        public Set<String> schemes() {
            return Set.of("memory");
        }

        @Override
        public SignalStore open(StoreLocation location) {
            if (!location.address().isEmpty() || !location.options().isEmpty()) {
                throw new IllegalArgumentException(
                        "Cannot open store '" + location + "': memory: takes no address and no options.");
            }
            return new InMemorySignalStore();
        }
    }
}
