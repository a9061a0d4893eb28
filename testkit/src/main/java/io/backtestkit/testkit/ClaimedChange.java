package io.backtestkit.testkit;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.Claims;
import java.util.Optional;

/** A change of a claimed slot that holds {@link Change#held}. */
enum ClaimedChange {
    /** A write over it. */
    WRITE {
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
    DELETE {
        @Override
        void make(Claims claims, Claim claim) {
            claims.delete(claim);
        }
    },
    /** The move to the trade log. */
    END {
        @Override
        void make(Claims claims, Claim claim) {
            claims.end(claim, SampleSignals.closed(Change.held(claim.key())));
        }
    };

    abstract void make(Claims claims, Claim claim);

    /** Returns what the slot holds once it was made. */
    Optional<Signal> after(SignalKey key) {
        return Optional.empty();
    }
}
