package io.backtestkit.engine;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.ClaimLostException;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.StoreUnavailableException;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The store as one session changes its slot: every change under its claim.
 *
 * <p>When the outcome of a change is unknown, the request may still be on its way and arrive behind what is written next. So the
 * slot is claimed anew, which keeps it out; then it is looked at, and the change made again unless it is there. That is so, too,
 * before the next change, if it could not be done at once: another owner may have come and gone. One thread at a time uses it.
 */
final class SlotStore {

    /** How often a change is made while its outcome is unknown each time. */
    private static final int ATTEMPTS = 3;

    private final SignalKey key;
    private final SlotClaim claim;
    /** Changes the slot under the claim, once there is one. */
    private SignalStore store;

    SlotStore(SignalStore store, SignalKey key, SlotClaim claim) {
        this.store = store;
        this.key = key;
        this.claim = claim;
    }

    /**
     * Claims the slot, or makes sure that it is claimed.
     *
     * @throws ClaimLostException if another owner has it
     * @throws SignalStoreException if the store could not be asked
     */
    void claim() {
        store = claim.claimedStore();
    }

    Optional<Signal> read() {
        return store.read(key);
    }

    /**
     * Writes a signal.
     *
     * @param isAsBefore says of what was found after an unknown outcome whether it is what was there before
     * @return whether it is written; false if another one was found: another owner came and went, so read what there is now
     * @throws StoreUnavailableException if the store could not be reached; it says whether the signal may have been written
     */
    boolean write(Signal signal, Predicate<Optional<Signal>> isAsBefore) {
        return change(() -> store.write(key, signal), () -> {
            Optional<Signal> found = read();
            if (found.equals(Optional.of(signal))) {
                return Found.MADE;
            }
            return isAsBefore.test(found) ? Found.NOT_MADE : Found.OTHERWISE;
        });
    }

    void delete() {
        change(() -> store.delete(key), () -> Found.NOT_MADE);
    }

    void end(EndedSignal ended) {
        change(() -> store.end(ended), () -> Found.NOT_MADE);
    }

    /** What is found of a change after its outcome was unknown. */
    private enum Found {
        MADE,
        NOT_MADE,
        OTHERWISE
    }

    private boolean change(Runnable change, Supplier<Found> look) {
        Found found = claim.isDoubtful() ? lookAnew(look) : Found.NOT_MADE;
        for (int attempt = 1; found == Found.NOT_MADE; attempt++) {
            try {
                change.run();
                found = Found.MADE;
            } catch (StoreUnavailableException e) {
                if (e.mayHaveHappened()) {
                    claim.doubt();
                }
                if (!claim.isDoubtful() || attempt == ATTEMPTS) {
                    throw e;
                }
                found = lookAfter(e, look);
            } catch (SignalStoreException e) {
                throw e;
            } catch (RuntimeException e) { // what no store may throw: nothing is known about the outcome
                claim.doubt();
                throw e;
            }
        }
        return found == Found.MADE;
    }

    /** Claims the slot anew and looks at it; until it was looked at, it stays in doubt. */
    private Found lookAnew(Supplier<Found> look) {
        claim();
        try {
            return look.get();
        } catch (RuntimeException e) {
            claim.doubt();
            throw e;
        }
    }

    private Found lookAfter(StoreUnavailableException unknown, Supplier<Found> look) {
        try {
            return lookAnew(look);
        } catch (ClaimLostException e) {
            throw e;
        } catch (SignalStoreException e) {
            unknown.addSuppressed(e);
            throw unknown;
        }
    }
}
