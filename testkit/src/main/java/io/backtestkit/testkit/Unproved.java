package io.backtestkit.testkit;

/**
 * What the kit cannot show of a store, since its fixture does not say how. A fixture names it in {@link StoreFixture#unproved};
 * one that does not implement a method and does not say so fails.
 */
public enum Unproved {
    /** That damage of any kind is noticed: no damager, or one that can do none of the damages. */
    DAMAGE("damager() is empty, or can do no damage"),
    /** That a damaged claim is not taken for none. */
    DAMAGED_CLAIMS("damageClaim of the damager returned false"),
    /** That a damaged trade is not skipped. */
    DAMAGED_TRADES("damageTrade of the damager returned false"),
    /** That damage of which no key can be told is reported: {@link io.backtestkit.store.SignalStore#keyless}. */
    KEYLESS_DAMAGE("damageKey of the damager returned false"),
    /** That the bytes set aside are kept. */
    KEPT_BYTES("keptBytes of the damager is empty"),
    /**
     * What a bad network, a slow server and a restart do, and how late a change may arrive. A store that has no server names
     * it, too: the kit cannot tell it from one whose server was forgotten.
     */
    NETWORK("server() is empty"),
    /** That what was acknowledged survives a kill of the server. */
    RESTART("restart() of the server is empty"),
    /** That abandoned signals go: an emulator keeps them. */
    EXPIRY("expires() of the expiry is false"),
    /** That what is forbidden is refused. */
    RIGHTS("forbidden() is empty");

    private final String reason;

    Unproved(String reason) {
        this.reason = reason;
    }

    /** Returns the name and what of the fixture is missing. */
    @Override
    public String toString() {
        return name() + ": " + reason;
    }
}
