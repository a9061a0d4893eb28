package io.backtestkit.store;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The claims of an {@link InMemorySignalStore}, under the same lock. */
final class InMemoryClaims implements Claims {

    private final InMemorySignalStore store;
    private final InstantSource clock;
    private final Map<SignalKey, Claim> held = new TreeMap<>();
    private final Map<SignalKey, Long> epochs = new TreeMap<>();

    InMemoryClaims(InMemorySignalStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    @Override
    public ClaimAnswer claim(SignalKey key, String owner, Duration lease) {
        return claim(key, null, owner, lease);
    }

    @Override
    public ClaimAnswer takeOver(Claim dead, String owner, Duration lease) {
        return claim(dead.key(), dead, owner, lease);
    }

    private ClaimAnswer claim(SignalKey key, @Nullable Claim dead, String owner, Duration lease) {
        Claim.requireOwner(key, owner);
        Claims.requireLease(key, lease);
        synchronized (store) {
            Claim holder = held.get(key);
            if (holder != null && inForce(holder) && !holder.owner().equals(owner) && !same(holder, dead)) {
                return new ClaimAnswer.Held(holder);
            }
            Claim granted = new Claim(key, owner, epochs.merge(key, 1L, Long::sum), end(lease));
            held.put(key, granted);
            return new ClaimAnswer.Granted(granted);
        }
    }

    @Override
    public Claim renew(Claim claim, Duration lease) {
        Claims.requireLease(claim.key(), lease);
        synchronized (store) {
            require("renew the claim of signal", claim);
            Claim renewed = new Claim(claim.key(), claim.owner(), claim.epoch(), end(lease));
            held.put(claim.key(), renewed);
            return renewed;
        }
    }

    @Override
    public void release(Claim claim) {
        synchronized (store) {
            if (same(claim, held.get(claim.key()))) {
                held.remove(claim.key());
            }
        }
    }

    @Override
    public Optional<Claim> holder(SignalKey key) {
        synchronized (store) {
            return Optional.ofNullable(held.get(key));
        }
    }

    @Override
    public void write(Claim claim, Signal signal) {
        signal.requireKey(claim.key());
        synchronized (store) {
            require("write signal", claim);
            store.put(signal);
        }
    }

    @Override
    public void delete(Claim claim) {
        synchronized (store) {
            require("delete signal", claim);
            store.remove(claim.key());
        }
    }

    @Override
    public void end(Claim claim, EndedSignal ended) {
        ended.signal().requireKey(claim.key());
        synchronized (store) {
            require("end signal", claim);
            store.moveToLog(ended);
        }
    }

    /** Refuses a change that carries no claim while a lease runs. */
    void requireUnclaimed(String act, SignalKey key) {
        Claim holder = held.get(key);
        if (holder != null && inForce(holder)) {
            throw ClaimLostException.claimed(act, holder, store.describe());
        }
    }

    private void require(String act, Claim claim) {
        Claim holder = held.get(claim.key());
        if (!same(claim, holder)) {
            throw ClaimLostException.lost(act, claim, Optional.ofNullable(holder), store.describe());
        }
    }

    private static boolean same(Claim one, @Nullable Claim other) {
        return other != null && one.epoch() == other.epoch() && one.owner().equals(other.owner());
    }

    private boolean inForce(Claim claim) {
        return clock.instant().isBefore(claim.until());
    }

    private Instant end(Duration lease) {
        return clock.instant().plus(lease).truncatedTo(ChronoUnit.MILLIS);
    }
}
