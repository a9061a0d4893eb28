package io.backtestkit.engine;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.ClaimLostException;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.StoreFailure;
import io.backtestkit.store.StoreUnavailableException;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * The store as one session changes its slot: every change under its claim.
 *
 * <p>When the outcome of a change is unknown, the request may still be on its way and arrive behind what is written next. So the
 * slot is claimed anew, which keeps it out; then it is looked at, and the change made again unless it is there. One thread at
 * a time uses it.
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

    /** Notes that nothing is known about the latest change. */
    void doubt() {
        claim.doubt();
    }

    Optional<Signal> read() {
        return store.read(key);
    }

    /**
     * Writes a signal.
     *
     * @param isAsBefore says of what was found after an unknown outcome whether it is what was there before
     * @throws StoreUnavailableException if the store could not be reached; it says whether the signal may have been written
     */
    void write(Signal signal, Predicate<Optional<Signal>> isAsBefore) {
        change(() -> store.write(key, signal), () -> {
            Optional<Signal> found = read();
            boolean written = found.equals(Optional.of(signal));
            if (!written && !isAsBefore.test(found)) {
                throw StoreUnavailableException.unknown(
                        StoreFailure.of(
                                "write signal", key, store.describe(), "another signal was there", "It is read again."),
                        null);
            }
            return written;
        });
    }

    void delete() {
        change(() -> store.delete(key), () -> false);
    }

    void end(EndedSignal ended) {
        change(() -> store.end(ended), () -> false);
    }

    private void change(Runnable change, BooleanSupplier isMade) {
        if (claim.isDoubtful()) {
            claim();
        }
        for (int attempt = 1; ; attempt++) {
            try {
                change.run();
                return;
            } catch (StoreUnavailableException e) {
                if (e.mayHaveHappened()) {
                    claim.doubt();
                }
                if (!claim.isDoubtful() || attempt == ATTEMPTS) {
                    throw e;
                }
                if (isMadeAfterAll(e, isMade)) {
                    return;
                }
            }
        }
    }

    private boolean isMadeAfterAll(StoreUnavailableException unknown, BooleanSupplier isMade) {
        try {
            claim();
            return isMade.getAsBoolean();
        } catch (ClaimLostException e) {
            throw e;
        } catch (SignalStoreException e) {
            unknown.addSuppressed(e);
            throw unknown;
        }
    }
}
