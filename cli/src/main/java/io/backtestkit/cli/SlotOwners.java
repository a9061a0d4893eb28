package io.backtestkit.cli;

import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claims;
import io.backtestkit.store.ProcessOwner;
import io.backtestkit.store.SignalStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Who trades the slots of a store. Leases are judged by this machine's clock, since no store tells its own. */
final class SlotOwners {

    private SlotOwners() {}

    /**
     * Looks for owners whose lease runs; one whose process is known to be dead is none.
     *
     * @throws CommandFailure if there are any: moved while it is traded, a position would be held in two stores
     */
    static void requireNone(SignalStore store, Collection<SignalKey> keys) {
        Optional<Claims> claims = store.claims();
        if (claims.isEmpty()) {
            return;
        }
        Instant now = Instant.now();
        List<String> traded = new ArrayList<>();
        for (SignalKey key : keys) {
            claims.get()
                    .holder(key)
                    .filter(claim -> claim.until().isAfter(now) && !ProcessOwner.isDead(claim.owner()))
                    .ifPresent(claim -> traded.add(key + " by " + claim.owner() + " until " + claim.until()));
        }
        if (!traded.isEmpty()) {
            throw CommandFailure.runFailed(
                    "Cannot copy the signals of " + store.describe() + ": traded at this moment is "
                            + Naming.first(traded)
                            + ". Stop that owner first, or wait until its lease has run out. Nothing was written.");
        }
    }
}
