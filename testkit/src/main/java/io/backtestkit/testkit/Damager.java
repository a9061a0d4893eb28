package io.backtestkit.testkit;

import io.backtestkit.signal.SignalKey;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Reaches a stored record behind the store's back. */
public interface Damager {

    /**
     * Damages the record in that slot. If the fixture is durable, the store is closed meanwhile, unless it is the connection to
     * its server that is tried. A store of bytes writes back {@link Damage#of(byte[])} of them.
     */
    void damage(SignalKey key, Damage how);

    /** Returns the record in that slot as it is stored, in any form that shows each change of it. */
    byte[] bytes(SignalKey key);

    /**
     * Returns the damages that can happen to this backend; all of them by default. A database that checks its own pages
     * and takes only valid JSON leaves some out.
     */
    default Set<Damage> possible() {
        return EnumSet.allOf(Damage.class);
    }

    /**
     * Damages what is kept about the claims of that slot, so that it cannot be read: that it is there is still to be seen.
     * The slot was claimed before; if the fixture is durable, the store is closed meanwhile. False, as by default, if that
     * cannot happen here; then it is not proved that a damaged claim is never taken for none: {@link Unproved#DAMAGED_CLAIMS}.
     * One that finds nothing to damage throws instead.
     */
    default boolean damageClaim(SignalKey key) {
        return false;
    }

    /**
     * Damages one entry of the trade log of that slot, and no other, so that it cannot be read. The store is closed meanwhile
     * as above. False, as by default, if that cannot happen here; then it is not proved that a damaged entry is never skipped:
     * {@link Unproved#DAMAGED_TRADES}. One that finds nothing to damage throws instead.
     *
     * @param number the place of the entry, 0 for the oldest
     */
    default boolean damageTrade(SignalKey key, int number) {
        return false;
    }

    /**
     * Damages the record in that slot so that its key cannot be told any more: that a record is there is still to be seen. The
     * key is one of a name that is kept under no plain one. Called only if the store lists its keys, and closed meanwhile as
     * above. False, as by default, if a key can always be told here; then it is not proved that such damage is reported: {@link
     * Unproved#KEYLESS_DAMAGE}. One that finds nothing to damage throws instead.
     */
    default boolean damageKey(SignalKey key) {
        return false;
    }

    /**
     * Returns what {@link io.backtestkit.store.SignalStore#setAside} kept of that slot, in the form of {@link #bytes}. Called
     * once one damaged record was set aside there. Empty, as by default, if it cannot be reached; then it is not proved that
     * anything was kept: {@link Unproved#KEPT_BYTES}.
     */
    default Optional<byte[]> keptBytes(SignalKey key) {
        return Optional.empty();
    }
}
