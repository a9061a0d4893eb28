package io.backtestkit.store;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Another owner has the slot. Stop trading it at once: what this process believes of it is out of date. */
public final class ClaimLostException extends SignalStoreException {

    private static final long serialVersionUID = 1L;

    /** Creates it with the parts of its message and the error behind it, if there is one. */
    public ClaimLostException(StoreFailure failure, @Nullable Throwable cause) {
        super(failure, cause);
    }

    /**
     * Says that a change carried a claim that is no longer the slot's.
     *
     * @param holder the newest claim; empty if it was released since
     */
    public static ClaimLostException lost(String act, Claim claim, Optional<Claim> holder, String store) {
        String found = holder.map(newer ->
                        "its epoch was " + newer.epoch() + ", held by " + newer.owner() + " until " + newer.until())
                .orElse("the claim was released");
        return new ClaimLostException(
                StoreFailure.of(
                        act,
                        claim.key(),
                        store,
                        found + "; this claim had epoch " + claim.epoch(),
                        "Stop trading it here at once."),
                null);
    }

    /** Says that a change carried no claim while the lease of another owner runs. */
    public static ClaimLostException claimed(String act, Claim holder, String store) {
        return new ClaimLostException(
                StoreFailure.of(
                        act,
                        holder.key(),
                        store,
                        "it was held by " + holder.owner() + " until " + holder.until(),
                        "Stop that owner first, or wait until its lease has run out."),
                null);
    }
}
