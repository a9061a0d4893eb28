package io.backtestkit.engine;

import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimAnswer;
import io.backtestkit.store.ClaimLostException;
import io.backtestkit.store.ClaimedSignalStore;
import io.backtestkit.store.Claims;
import io.backtestkit.store.ProcessOwner;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStoreException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The claim that one session has of its slot. On a store without claims everything succeeds and protects nothing.
 *
 * <p>Once the claim is lost it stays lost: this object never asks for the slot again. Any thread may call any method.
 */
final class SlotClaim {

    private final SignalStore store;
    private final SignalKey key;
    private final Optional<Claims> claims;
    private final String owner;
    private final Duration lease;
    private @Nullable Claim held;
    /** Whether a request under this claim may still be on its way. */
    private boolean doubtful;

    private @Nullable ClaimLostException lost;

    private SlotClaim(SignalStore store, SignalKey key, Optional<Claims> claims, String owner, Duration lease) {
        this.store = store;
        this.key = key;
        this.claims = claims;
        this.owner = owner;
        this.lease = lease;
    }

    /** Returns a claim yet to be asked for, in the name of this process. */
    static SlotClaim of(SignalStore store, SignalKey key, Duration lease) {
        return new SlotClaim(store, key, store.claims(), ProcessOwner.name(), lease);
    }

    /** Returns what stands for a claim where nobody else can reach the store. */
    static SlotClaim none(SignalStore store, SignalKey key) {
        return new SlotClaim(store, key, Optional.empty(), "", Duration.ZERO);
    }

    /** Says whether the store can keep a second process away. */
    boolean isOffered() {
        return claims.isPresent();
    }

    /** Returns how often {@link #renew} is due: three times a lease; empty if the store offers no claims. */
    Optional<Duration> renewEvery() {
        return claims.map(offered -> lease.dividedBy(3));
    }

    /** Returns how often to ask for a slot that another owner has: ten times a lease. */
    Duration askEvery() {
        return lease.dividedBy(10).plusMillis(1);
    }

    /**
     * Claims the slot unless this session has it already. From an owner that is known to be dead it is taken over at once.
     *
     * @return empty if this session has the slot now, else the claim of the owner that has it
     * @throws ClaimLostException if this session had the slot and lost it
     * @throws SignalStoreException if the store could not be asked
     */
    synchronized Optional<Claim> claim() {
        if (lost != null) {
            throw lost;
        }
        if (held != null || claims.isEmpty()) {
            return Optional.empty();
        }
        ClaimAnswer answer = claims.get().claim(key, owner, lease);
        if (answer instanceof ClaimAnswer.Held other
                && ProcessOwner.isDead(other.claim().owner())) {
            answer = claims.get().takeOver(other.claim(), owner, lease);
        }
        if (answer instanceof ClaimAnswer.Granted granted) {
            held = granted.claim();
            return Optional.empty();
        }
        return Optional.of(answer.claim());
    }

    /** Notes that the outcome of a change is unknown: it may still arrive, unless the slot is claimed anew. */
    synchronized void doubt() {
        doubtful = held != null;
    }

    /** Says whether the slot has to be claimed anew, by {@link #claimedStore}, before it is changed again. */
    synchronized boolean isDoubtful() {
        return doubtful;
    }

    /**
     * Returns the store to change the slot with, each change under the claim; claims the slot first if need be. A claim that
     * this session has already is renewed: what is read next must not be a successor's. After a doubt it is then replaced by
     * one with a larger epoch, which keeps out whatever is still on its way.
     *
     * @throws ClaimLostException if another owner has the slot
     * @throws SignalStoreException if the store could not be asked
     */
    synchronized SignalStore claimedStore() {
        if (lost != null) {
            throw lost;
        }
        renew();
        Optional<Claim> other = doubtful ? claimAnew() : claim();
        if (other.isPresent()) {
            throw ClaimLostException.claimed("trade signal", other.get(), store.describe());
        }
        return held == null ? store : new ClaimedSignalStore(store, held);
    }

    private Optional<Claim> claimAnew() {
        ClaimAnswer answer = claims.orElseThrow().claim(key, owner, lease);
        if (answer instanceof ClaimAnswer.Granted granted) {
            held = granted.claim();
            doubtful = false;
            return Optional.empty();
        }
        lose(ClaimLostException.claimed("trade signal", answer.claim(), store.describe()));
        return Optional.of(answer.claim());
    }

    /**
     * Makes the lease run from now on, if this session has the slot.
     *
     * @throws ClaimLostException if it has it no more
     * @throws SignalStoreException if the store could not be asked; the lease goes on running out
     */
    void renew() {
        Claim present;
        synchronized (this) {
            present = held;
        }
        if (present == null || claims.isEmpty()) {
            return;
        }
        try {
            claims.get().renew(present, lease); // outside the lock: a store that hangs must not keep a tick waiting
        } catch (ClaimLostException e) {
            if (!isReplaced(present)) {
                lose(e);
                throw e;
            }
        }
    }

    /** Says whether this session itself claimed the slot anew meanwhile, or may have done so without an answer. */
    private boolean isReplaced(Claim former) {
        boolean maybe;
        synchronized (this) {
            if (!former.equals(held)) {
                return held != null;
            }
            maybe = doubtful;
        }
        return maybe
                && claims.orElseThrow()
                        .holder(key)
                        .filter(claim -> claim.owner().equals(owner))
                        .isPresent();
    }

    /** Notes that the store said so. */
    synchronized void lose(ClaimLostException failure) {
        if (lost == null) {
            lost = failure;
            held = null;
            doubtful = false;
        }
    }

    /**
     * Gives the slot back, if this session has it.
     *
     * @throws SignalStoreException if the store could not be told; the lease then runs out by itself
     */
    synchronized void release() {
        if (held != null && claims.isPresent()) {
            Claim given = held;
            held = null;
            claims.get().release(given);
        }
    }
}
