package io.backtestkit.laboratory.history;

import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import java.time.Instant;
import java.util.Optional;

/**
 * A claim without its slot.
 *
 * @param until when its lease runs out, in milliseconds since 1970
 */
record Grant(String owner, long epoch, long until) {

    /** Stands for no claim. */
    static final Grant NONE = new Grant("", 0, 0);

    static Grant of(Claim claim) {
        return new Grant(claim.owner(), claim.epoch(), claim.until().toEpochMilli());
    }

    static Grant of(Optional<Claim> claim) {
        return claim.map(Grant::of).orElse(NONE);
    }

    static Grant parse(String text) {
        String[] parts = text.split("#|@", -1);
        return new Grant(parts[0], Long.parseLong(parts[1]), Long.parseLong(parts[2]));
    }

    Claim on(SignalKey key) {
        return new Claim(key, owner, epoch, Instant.ofEpochMilli(until));
    }

    boolean isNone() {
        return epoch == 0;
    }

    @Override
    public String toString() {
        return owner + "#" + epoch + "@" + until;
    }
}
