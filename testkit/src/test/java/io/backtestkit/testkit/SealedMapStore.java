package io.backtestkit.testkit;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalEnvelope;
import io.backtestkit.signal.SignalFormatException;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.StoreFailure;
import io.backtestkit.store.TradeLog;
import io.backtestkit.store.UnreadableSignalException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A correct store over a map that outlives it. The wrong stores of the tests each change one thing in it. */
class SealedMapStore implements SignalStore, TradeLog {

    /** What survives closing. */
    static final class Place {
        final Map<SignalKey, byte[]> records = new TreeMap<>();
        final List<EndedSignal> trades = new ArrayList<>();
        final Map<SignalKey, Long> touched = new TreeMap<>();
        long calls;
    }

    /** How long an untouched signal is kept, once {@link #expiring} was called; its clock counts the calls. */
    static final long CALLS_TO_LIVE = 60;

    static final Duration EXPIRES_AFTER = Duration.ofMillis(300);

    final Place place;
    private boolean expiring;

    SealedMapStore(Place place) {
        this.place = place;
    }

    /** Switches on that abandoned signals are removed. */
    SealedMapStore expiring() {
        expiring = true;
        return this;
    }

    /** How long a signal is kept that was touched last at that call. */
    boolean isAbandoned(SignalKey key, long touched) {
        return place.calls - touched > CALLS_TO_LIVE;
    }

    private void expire() {
        place.calls++;
        if (expiring) {
            place.records.keySet().removeIf(key -> isAbandoned(key, place.touched.getOrDefault(key, place.calls)));
        }
    }

    @Override
    public Optional<Duration> expireAbandonedAfter() {
        return expiring ? Optional.of(EXPIRES_AFTER) : Optional.empty();
    }

    @Override
    public void touch(SignalKey key) {
        synchronized (place) {
            place.touched.put(slot(key), place.calls);
        }
    }

    /** The key under which a record is kept. */
    SignalKey slot(SignalKey key) {
        return key;
    }

    /** What is kept of a signal. */
    Signal kept(Signal signal) {
        return signal;
    }

    boolean isLogged(EndedSignal ended) {
        return allTrades().stream().anyMatch(ended::sameSignalAs);
    }

    UnreadableSignalException unreadable(String act, SignalKey key, SignalFormatException cause) {
        return new UnreadableSignalException(
                StoreFailure.of(act, key, describe(), String.valueOf(cause.getMessage()), "Set it aside."), cause);
    }

    private Optional<Signal> open(String act, SignalKey key) {
        expire();
        byte[] sealed = place.records.get(slot(key));
        if (sealed == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(SignalEnvelope.open(sealed).signal());
        } catch (SignalFormatException e) {
            throw unreadable(act, key, e);
        }
    }

    @Override
    public void write(SignalKey key, Signal signal) {
        signal.requireKey(key);
        synchronized (place) {
            open("write signal", key);
            put(key, signal);
        }
    }

    final void put(SignalKey key, Signal signal) {
        synchronized (place) {
            place.records.put(slot(key), new SignalEnvelope(kept(signal), 0).seal());
            place.touched.put(slot(key), place.calls);
        }
    }

    @Override
    public Optional<Signal> read(SignalKey key) {
        synchronized (place) {
            return open("read signal", key);
        }
    }

    @Override
    public void delete(SignalKey key) {
        synchronized (place) {
            open("delete signal", key);
            place.records.remove(slot(key));
        }
    }

    @Override
    public Set<SignalKey> keys() {
        synchronized (place) {
            return new TreeSet<>(place.records.keySet());
        }
    }

    @Override
    public Optional<String> setAside(SignalKey key) {
        synchronized (place) {
            try {
                open("set aside signal", key);
                return Optional.empty();
            } catch (UnreadableSignalException e) {
                place.records.remove(slot(key));
                return Optional.of("memory of " + key);
            }
        }
    }

    @Override
    public Optional<TradeLog> tradeLog() {
        return Optional.of(this);
    }

    @Override
    public void append(EndedSignal ended) {
        synchronized (place) {
            if (!isLogged(ended)) {
                place.trades.add(ended);
            }
        }
    }

    final List<EndedSignal> allTrades() {
        synchronized (place) {
            return List.copyOf(place.trades);
        }
    }

    @Override
    public List<EndedSignal> trades(SignalKey key, Instant from, Instant to) {
        return allTrades().stream()
                .filter(ended -> ended.signal().key().equals(key))
                .filter(ended ->
                        !ended.endedAt().isBefore(from) && ended.endedAt().isBefore(to))
                .toList();
    }

    @Override
    public List<SignalKey> loggedKeys() {
        return allTrades().stream()
                .map(ended -> ended.signal().key())
                .distinct()
                .toList();
    }

    @Override
    public String describe() {
        return "sealed map";
    }
}
