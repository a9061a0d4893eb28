package io.backtestkit.laboratory.kill;

import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimAnswer;
import io.backtestkit.store.ClaimLostException;
import io.backtestkit.store.Claims;
import io.backtestkit.store.ProcessOwner;
import io.backtestkit.store.SignalStore;
import java.time.Duration;
import java.util.Optional;

/** What must hold whenever one owner succeeds another. */
final class Succession {

    static final String SUCCESSOR = "successor";
    static final Duration LEASE = Duration.ofHours(1);

    private static final long STALE = 999_999;

    private Succession() {}

    static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    /** Returns the claim of an owner that is dead, whose slot nobody has been given since. */
    static Claim dead(Claims claims, long epoch) {
        Claim dead =
                claims.holder(OwnerMain.KEY).orElseThrow(() -> new AssertionError("the claim of a dead owner is gone"));
        require(ProcessOwner.isDead(dead.owner()), "the owner does not count as dead: " + dead);
        require(dead.epoch() == epoch, "its epoch was not " + epoch + ": " + dead);
        ClaimAnswer answer = claims.claim(dead.key(), SUCCESSOR, LEASE);
        require(
                answer instanceof ClaimAnswer.Held && answer.claim().epoch() == epoch,
                "a slot was not held although its lease runs: " + answer);
        return dead;
    }

    /** Takes a slot over. */
    static Claim takeOver(Claims claims, Claim old) {
        ClaimAnswer answer = claims.takeOver(old, SUCCESSOR, LEASE);
        require(answer instanceof ClaimAnswer.Granted, "the slot of " + old + " was refused: " + answer);
        return successor(answer.claim(), old);
    }

    /** Throws unless the epoch has grown by one. */
    static Claim successor(Claim claim, Claim old) {
        require(claim.epoch() == old.epoch() + 1, "the epoch was " + claim.epoch() + " after " + old.epoch());
        return claim;
    }

    /** Lets the old owner try every change, late: all must be refused, and the newest owner keep the slot. */
    static void requireRefused(SignalStore store, Claim old, Claim newest) {
        Claims claims = store.claims().orElseThrow();
        State before = State.of(store, old.key());
        requireLost("write", () -> claims.write(old, Step.signal(old.key(), STALE)));
        requireLost("delete", () -> claims.delete(old));
        requireLost("end", () -> claims.end(old, Step.ended(old.key(), STALE)));
        requireLost("renew", () -> claims.renew(old, LEASE));
        claims.release(old);
        State after = State.of(store, old.key());
        require(after.equals(before), "late changes of an old owner made " + after + " of " + before);
        requireHeld(claims, newest);
    }

    private static void requireLost(String act, Runnable change) {
        try {
            change.run();
        } catch (ClaimLostException e) {
            return;
        }
        throw new AssertionError("a late " + act + " of an old owner was accepted");
    }

    /** Throws unless that claim is the slot's, whatever its lease. */
    static void requireHeld(Claims claims, Claim claim) {
        Optional<Claim> holder = claims.holder(claim.key());
        require(
                holder.filter(held -> held.owner().equals(claim.owner()) && held.epoch() == claim.epoch())
                        .isPresent(),
                "the slot has the claim " + holder + ", not " + claim);
    }
}
