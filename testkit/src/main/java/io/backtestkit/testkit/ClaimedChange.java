package io.backtestkit.testkit;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.Claims;
import java.util.Optional;

/** A change of a claimed slot that holds {@link Change#held}, or of its claim. */
enum ClaimedChange {
    /** A write over it. */
    WRITE(true) {
        @Override
        void make(Claims claims, Claim claim) {
            claims.write(claim, Change.next(claim.key()));
        }

        @Override
        Optional<Signal> after(SignalKey key) {
            return Optional.of(Change.next(key));
        }
    },
    /** The freeing of the slot. */
    DELETE(true) {
        @Override
        void make(Claims claims, Claim claim) {
            claims.delete(claim);
        }
    },
    /** The move to the trade log. */
    END(true) {
        @Override
        void make(Claims claims, Claim claim) {
            claims.end(claim, SampleSignals.closed(Change.held(claim.key())));
        }
    },
    /** A new end of the lease, with the signal as it is. */
    RENEW(false) {
        @Override
        void make(Claims claims, Claim claim) {
            claims.renew(claim, LateChange.LEASE.multipliedBy(2));
        }
    },
    /** The giving back of the claim, with the signal as it is. Of a claim that is lost it does nothing, and tells no more. */
    RELEASE(false) {
        @Override
        void make(Claims claims, Claim claim) {
            claims.release(claim);
        }
    };

    private final boolean changesTheSlot;

    ClaimedChange(boolean changesTheSlot) {
        this.changesTheSlot = changesTheSlot;
    }

    abstract void make(Claims claims, Claim claim);

    /** Returns what the slot holds once it was made. */
    Optional<Signal> after(SignalKey key) {
        return changesTheSlot ? Optional.empty() : Optional.of(Change.held(key));
    }

    /** Says whether the slot, and not the claim alone, tells that it was made. */
    boolean changesTheSlot() {
        return changesTheSlot;
    }
}
