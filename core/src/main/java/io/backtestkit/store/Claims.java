package io.backtestkit.store;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import java.time.Duration;
import java.util.Optional;

/**
 * Lets one owner at a time change a slot. A store that can keep this promise returns it from {@link SignalStore#claims}.
 *
 * <p><b>The promise.</b> A slot has at most one claim in force. Each claim has a larger epoch than every one before it, also
 * when the signal was deleted and another written since, and the store was closed and opened again. A change that carries a
 * claim is refused by the store itself, with {@link ClaimLostException} and changing nothing, once the slot has a newer epoch
 * or the claim was released; both its epoch and its owner must be the slot's. So an owner that was paused for an hour cannot
 * harm its successor, whatever it still has to say. An owner whose lease has run out but whom nobody has succeeded may still
 * change and renew.
 *
 * <p><b>Time</b> is the store's own: the clock of the database server, of the host for files. The owners' clocks do not
 * matter.
 *
 * <p><b>Changes without a claim</b> ({@link SignalStore#write} and its like) are refused with {@link ClaimLostException} while
 * the lease of a claim runs, and accepted otherwise. They protect nobody; live trading always claims.
 *
 * <p>Every change here is durable when it returns. All methods block; any number of threads may call any of them at once.
 * After a {@link StoreUnavailableException} that may have happened, claim again under the same owner.
 */
public interface Claims {

    /** The longest lease. */
    Duration LONGEST_LEASE = Duration.ofDays(1);

    /**
     * Asks for a slot. It is granted if nobody has it, the lease has run out, or the same owner has it; then under a new and
     * larger epoch, and what the older ones still want to change is refused.
     *
     * @param owner names who asks; another text is another owner
     * @param lease for how long; at least a millisecond, at most {@link #LONGEST_LEASE}
     * @throws IllegalArgumentException if owner or lease cannot be
     * @throws StoreUnavailableException if the store could not be reached; it says whether the claim may have been given
     * @throws StoreRefusedException if the store will not take it
     * @throws UnreadableSignalException if what the store keeps about the slot's claims is damaged
     */
    ClaimAnswer claim(SignalKey key, String owner, Duration lease);

    /**
     * Asks for a slot whose owner is known to be dead, without waiting for the lease to run out. Granted if that claim is
     * still the newest of the slot, or {@link #claim} would grant it; then as there.
     *
     * @throws SignalStoreException as for {@link #claim}
     * @throws IllegalArgumentException as for {@link #claim}
     */
    ClaimAnswer takeOver(Claim dead, String owner, Duration lease);

    /**
     * Makes the lease run from now on, by the store's clock. The epoch stays.
     *
     * @return the claim with its new end
     * @throws ClaimLostException if the slot has a newer epoch, or the claim was released
     * @throws SignalStoreException as for {@link #claim}
     * @throws IllegalArgumentException if the lease cannot be
     */
    Claim renew(Claim claim, Duration lease);

    /**
     * Gives the slot back; the next owner need not wait. If the claim is lost or released already, do nothing.
     *
     * @throws SignalStoreException as for {@link #claim}
     */
    void release(Claim claim);

    /**
     * Returns the newest claim of a slot, also if its lease has run out; empty if there never was one, or it was released.
     *
     * @throws SignalStoreException as for {@link SignalStore#read}
     */
    Optional<Claim> holder(SignalKey key);

    /**
     * Stores a signal in the claimed slot, as {@link SignalStore#write} does.
     *
     * @throws ClaimLostException if the slot has a newer epoch, or the claim was released; nothing was written
     * @throws SignalStoreException as for {@link SignalStore#write}
     * @throws IllegalArgumentException if the signal belongs to another key
     */
    void write(Claim claim, Signal signal);

    /**
     * Frees the claimed slot, as {@link SignalStore#delete} does. The claim stays.
     *
     * @throws ClaimLostException if the slot has a newer epoch, or the claim was released; nothing was deleted
     * @throws SignalStoreException as for {@link SignalStore#delete}
     */
    void delete(Claim claim);

    /**
     * Moves an ended signal from the claimed slot to the trade log, as {@link SignalStore#end} does. The claim stays.
     *
     * @throws ClaimLostException if the slot has a newer epoch, or the claim was released; nothing was logged or deleted
     * @throws SignalStoreException as for {@link SignalStore#end}
     * @throws IllegalArgumentException if the signal belongs to another key
     */
    void end(Claim claim, EndedSignal ended);

    /**
     * Checks how long a claim is to last.
     *
     * @throws IllegalArgumentException if that is less than a millisecond or more than {@link #LONGEST_LEASE}
     */
    static void requireLease(SignalKey key, Duration lease) {
        if (lease.compareTo(Duration.ofMillis(1)) < 0 || lease.compareTo(LONGEST_LEASE) > 0) {
            throw new IllegalArgumentException("Cannot claim signal " + key + ": the lease was " + lease
                    + ". Use at least a millisecond and at most " + LONGEST_LEASE.toHours() + " hours.");
        }
    }
}
