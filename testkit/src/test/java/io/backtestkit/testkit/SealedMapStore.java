package io.backtestkit.testkit;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalCodec;
import io.backtestkit.signal.SignalEnvelope;
import io.backtestkit.signal.SignalFormatException;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claims;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.StoreFailure;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.TradeLog;
import io.backtestkit.store.UnreadableSignalException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A correct store over a map that outlives it. The wrong stores of the tests each change one thing in it. */
class SealedMapStore implements SignalStore, TradeLog {

    /** What survives closing. */
    static final class Place {
        final Map<SignalKey, byte[]> records = new TreeMap<>();
        final Map<SignalKey, List<byte[]>> trades = new TreeMap<>();
        final Set<String> logged = new HashSet<>();
        final Map<SignalKey, byte[]> claims = new TreeMap<>();
        final Map<SignalKey, byte[]> aside = new TreeMap<>();
        final List<byte[]> keyless = new ArrayList<>();
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
        return place.logged.contains(identity(ended));
    }

    private static String identity(EndedSignal ended) {
        Signal signal = ended.signal();
        return signal.key() + "\n" + signal.id() + "\n" + signal.createdAt();
    }

    /** Checks that a record is of the slot it was found in. */
    void requireOf(SignalKey key, Signal signal) {
        if (!slot(signal.key()).equals(slot(key))) {
            throw new SignalFormatException("it is the signal of " + signal.key());
        }
    }

    UnreadableSignalException unreadable(String act, SignalKey key, SignalFormatException cause) {
        return new UnreadableSignalException(
                StoreFailure.of(act, key, describe(), String.valueOf(cause.getMessage()), "Set it aside."), cause);
    }

    final Optional<Signal> open(String act, SignalKey key) {
        expire();
        byte[] sealed = place.records.get(slot(key));
        if (sealed == null) {
            return Optional.empty();
        }
        try {
            Signal signal = SignalEnvelope.open(sealed).signal();
            requireOf(key, signal);
            return Optional.of(signal);
        } catch (SignalFormatException e) {
            throw unreadable(act, key, e);
        }
    }

    @Override
    public void write(SignalKey key, Signal signal) {
        signal.requireKey(key);
        synchronized (place) {
            sealedClaims().requireUnclaimed("write signal", key);
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
            sealedClaims().requireUnclaimed("delete signal", key);
            open("delete signal", key);
            place.records.remove(slot(key));
        }
    }

    @Override
    public void end(EndedSignal ended) {
        synchronized (place) {
            sealedClaims().requireUnclaimed("end signal", ended.signal().key());
            SignalStore.super.end(ended);
        }
    }

    SealedClaims sealedClaims() {
        return new SealedClaims(this);
    }

    @Override
    public Optional<Claims> claims() {
        return Optional.of(sealedClaims());
    }

    @Override
    public Set<SignalKey> keys() {
        synchronized (place) {
            return new TreeSet<>(place.records.keySet());
        }
    }

    @Override
    public List<StoreFinding> keyless() {
        synchronized (place) {
            return place.keyless.stream().map(SealedMapStore::nobodys).toList();
        }
    }

    static StoreFinding nobodys(byte[] record) {
        return StoreFinding.damaged("record of " + record.length + " bytes", "no key leads to it", "Look into it.");
    }

    @Override
    public Optional<String> setAside(SignalKey key) {
        return settled(key, null);
    }

    @Override
    public Optional<String> setAside(SignalKey key, Signal replacement) {
        replacement.requireKey(key);
        return settled(key, replacement);
    }

    private Optional<String> settled(SignalKey key, @Nullable Signal replacement) {
        synchronized (place) {
            boolean kept = sealedClaims().setAside(key);
            sealedClaims().requireUnclaimed("set aside signal", key);
            try {
                open("set aside signal", key);
            } catch (UnreadableSignalException e) {
                keepAside(slot(key), place.records.remove(slot(key)));
                if (replacement != null) {
                    put(key, replacement);
                }
                kept = true;
            }
            return kept ? Optional.of("memory of " + key) : Optional.empty();
        }
    }

    void keepAside(SignalKey slot, byte[] damaged) {
        place.aside.put(slot, damaged);
    }

    @Override
    public Optional<TradeLog> tradeLog() {
        return Optional.of(this);
    }

    @Override
    public void append(EndedSignal ended) {
        synchronized (place) {
            if (!isLogged(ended)) {
                log(ended);
            }
        }
    }

    /** Adds it to the log, whatever is there. */
    final void log(EndedSignal ended) {
        synchronized (place) {
            place.trades
                    .computeIfAbsent(ended.signal().key(), absent -> new ArrayList<>())
                    .add(entry(ended));
            place.logged.add(identity(ended));
        }
    }

    /** What the log keeps of it. */
    static byte[] entry(EndedSignal ended) {
        return SignalCodec.encodeEnded(ended).getBytes(StandardCharsets.UTF_8);
    }

    final List<EndedSignal> allTrades() {
        synchronized (place) {
            return place.trades.keySet().stream()
                    .flatMap(key -> trades(key).stream())
                    .toList();
        }
    }

    /** Returns what an entry says; none if it is to be left out. */
    Optional<EndedSignal> trade(SignalKey key, byte[] entry) {
        try {
            return Optional.of(SignalCodec.decodeEnded(new String(entry, StandardCharsets.UTF_8)));
        } catch (SignalFormatException e) {
            throw unreadable("read the trades of", key, e);
        }
    }

    @Override
    public List<EndedSignal> trades(SignalKey key, Instant from, Instant to) {
        synchronized (place) {
            return place.trades.getOrDefault(key, List.of()).stream()
                    .flatMap(entry -> trade(key, entry).stream())
                    .filter(ended ->
                            !ended.endedAt().isBefore(from) && ended.endedAt().isBefore(to))
                    .toList();
        }
    }

    @Override
    public List<SignalKey> loggedKeys() {
        synchronized (place) {
            return List.copyOf(place.trades.keySet());
        }
    }

    @Override
    public void discard(SignalKey key) {
        synchronized (place) {
            trades(key).forEach(ended -> place.logged.remove(identity(ended)));
            place.trades.remove(key);
        }
    }

    @Override
    public String describe() {
        return "sealed map";
    }
}
