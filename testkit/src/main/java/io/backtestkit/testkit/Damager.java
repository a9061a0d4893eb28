package io.backtestkit.testkit;

import io.backtestkit.signal.SignalKey;
import java.util.EnumSet;
import java.util.Set;

/** Reaches a stored record behind the store's back. */
public interface Damager {

    /**
     * Damages the record in that slot. If the fixture is durable, the store is closed meanwhile. A store of bytes writes
     * back {@link Damage#of(byte[])} of them.
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
}
