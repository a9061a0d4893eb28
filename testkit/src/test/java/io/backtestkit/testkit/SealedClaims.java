package io.backtestkit.testkit;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalFormatException;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimAnswer;
import io.backtestkit.store.ClaimLostException;
import io.backtestkit.store.Claims;
import io.backtestkit.store.UnreadableSignalException;
import io.backtestkit.testkit.SealedMapStore.Place;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The claims of a {@link SealedMapStore}: a record of bytes for each slot that was ever claimed. */
class SealedClaims implements Claims {

    /** The newest epoch of a slot, and who has it; nobody if the owner is empty. */
    record Kept(long epoch, String owner, Instant until) {

        private static final Kept NONE = new Kept(0, "", Instant.EPOCH);

        byte[] seal() {
            String text = epoch + "\n" + until.toEpochMilli() + "\n" + owner + "\n";
            return (text + text.hashCode()).getBytes(StandardCharsets.UTF_8);
        }

        static Kept open(byte[] bytes) {
            String text = new String(bytes, StandardCharsets.UTF_8);
            int end = text.lastIndexOf('\n') + 1;
            String[] lines = text.split("\n", -1);
            if (lines.length != 4
                    || !text.substring(end)
                            .equals(Integer.toString(text.substring(0, end).hashCode()))) {
                throw new SignalFormatException("its claim is cut off or changed");
            }
            return new Kept(Long.parseLong(lines[0]), lines[2], Instant.ofEpochMilli(Long.parseLong(lines[1])));
        }

        Optional<Claim> claim(SignalKey key) {
            return owner.isEmpty() ? Optional.empty() : Optional.of(new Claim(key, owner, epoch, until));
        }
    }

    final SealedMapStore store;
    final Place place;

    SealedClaims(SealedMapStore store) {
        this.store = store;
        place = store.place;
    }

    /** The key under which a slot's claims are kept. */
    SignalKey slot(SignalKey key) {
        return key;
    }

    /** Returns what is kept of a slot. */
    Kept kept(String act, SignalKey key) {
        byte[] sealed = place.claims.get(slot(key));
        try {
            return sealed == null ? Kept.NONE : Kept.open(sealed);
        } catch (SignalFormatException e) {
            throw store.unreadable(act, key, e);
        }
    }

    /** Gives up what is kept of a slot, if it is damaged. */
    final boolean setAside(SignalKey key) {
        try {
            kept("set aside signal", key);
            return false;
        } catch (UnreadableSignalException e) {
            replaceDamaged(slot(key));
            return true;
        }
    }

    /** Leaves an epoch that no slot can have counted up to: the seconds since 1970. */
    void replaceDamaged(SignalKey slot) {
        place.claims.put(slot, new Kept(Instant.now().getEpochSecond(), "", Instant.EPOCH).seal());
    }

    /** Returns what the owner of a slot has in it. */
    Optional<Signal> held(String act, SignalKey key) {
        return store.open(act, key);
    }

    private Claim keep(SignalKey key, long epoch, String owner, Duration lease) {
        Instant until = Instant.now().plus(lease).truncatedTo(ChronoUnit.MILLIS);
        place.claims.put(slot(key), new Kept(epoch, owner, until).seal());
        return new Claim(key, owner, epoch, until);
    }

    private static boolean same(Claim one, @Nullable Claim other) {
        return other != null && one.epoch() == other.epoch() && one.owner().equals(other.owner());
    }

    private void require(String act, Claim claim) {
        Optional<Claim> holder = kept(act, claim.key()).claim(claim.key());
        if (!same(claim, holder.orElse(null))) {
            throw ClaimLostException.lost(act, claim, holder, store.describe());
        }
    }

    /** Refuses a change that carries no claim while a lease runs. */
    void requireUnclaimed(String act, SignalKey key) {
        kept(act, key)
                .claim(key)
                .filter(holder -> Instant.now().isBefore(holder.until()))
                .ifPresent(holder -> {
                    throw ClaimLostException.claimed(act, holder, store.describe());
                });
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
        synchronized (place) {
            Kept kept = kept("claim signal", key);
            Optional<Claim> other = kept.claim(key)
                    .filter(holder -> !holder.owner().equals(owner)
                            && Instant.now().isBefore(holder.until())
                            && !same(holder, dead));
            return other.isPresent()
                    ? new ClaimAnswer.Held(other.get())
                    : new ClaimAnswer.Granted(keep(key, kept.epoch() + 1, owner, lease));
        }
    }

    @Override
    public Claim renew(Claim claim, Duration lease) {
        Claims.requireLease(claim.key(), lease);
        synchronized (place) {
            require("renew the claim of signal", claim);
            return keep(claim.key(), claim.epoch(), claim.owner(), lease);
        }
    }

    @Override
    public void release(Claim claim) {
        synchronized (place) {
            Optional<Claim> holder = kept("release signal", claim.key()).claim(claim.key());
            if (same(claim, holder.orElse(null))) {
                place.claims.put(slot(claim.key()), new Kept(claim.epoch(), "", Instant.EPOCH).seal());
            }
        }
    }

    @Override
    public Optional<Claim> holder(SignalKey key) {
        synchronized (place) {
            return kept("read the claim of signal", key).claim(key);
        }
    }

    @Override
    public void write(Claim claim, Signal signal) {
        signal.requireKey(claim.key());
        synchronized (place) {
            require("write signal", claim);
            held("write signal", claim.key());
            store.put(claim.key(), signal);
        }
    }

    @Override
    public void delete(Claim claim) {
        synchronized (place) {
            require("delete signal", claim);
            held("delete signal", claim.key());
            place.records.remove(store.slot(claim.key()));
        }
    }

    @Override
    public void end(Claim claim, EndedSignal ended) {
        ended.signal().requireKey(claim.key());
        synchronized (place) {
            require("end signal", claim);
            Optional<Signal> held = held("end signal", claim.key());
            store.append(ended);
            if (held.filter(ended::isOf).isPresent()) {
                place.records.remove(store.slot(claim.key()));
            }
        }
    }
}
