package io.backtestkit.store;

import io.backtestkit.signal.SignalKey;
import java.time.Instant;

/**
 * The right of one owner to change one slot, given by {@link Claims}.
 *
 * @param key the slot
 * @param owner who has it, as told when it was claimed
 * @param epoch the fencing token: each claim of a slot has a larger one than every claim before it; at least 1
 * @param until when the lease runs out, by the store's clock, to the millisecond; another owner may have the slot from then on
 */
public record Claim(SignalKey key, String owner, long epoch, Instant until) {

    /** The longest text that may name an owner, in characters. */
    public static final int LONGEST_OWNER = 200;

    /**
     * Checks the owner and the epoch.
     *
     * @throws IllegalArgumentException if the owner is blank, longer than {@link #LONGEST_OWNER}, or has a control character
     *     or half a character in it, or the epoch is below 1
     */
    public Claim {
        requireOwner(key, owner);
        if (epoch < 1) {
            throw new IllegalArgumentException(
                    "Cannot make a claim of " + key + ": the epoch was " + epoch + ". Use 1 or more.");
        }
    }

    /**
     * Checks a text that is to name an owner.
     *
     * @throws IllegalArgumentException as for the constructor
     */
    public static void requireOwner(SignalKey key, String owner) {
        boolean odd = owner.codePoints().anyMatch(c -> Character.isISOControl(c) || (c >= 0xD800 && c <= 0xDFFF));
        if (owner.isBlank() || owner.length() > LONGEST_OWNER || odd) {
            throw new IllegalArgumentException("Cannot claim signal " + key + ": the owner was '" + owner
                    + "'. Name it with up to " + LONGEST_OWNER + " printable characters.");
        }
    }
}
