package io.backtestkit.testkit;

import io.backtestkit.store.SignalStore;
import java.util.Optional;

/**
 * A place where the conformance kit may open the store under test: a fresh folder, database or key prefix, empty at first.
 *
 * <p>What a store does not offer is declared here, and the kit then asserts that it truly does not. By default a store is
 * durable, lists its keys, keeps a trade log, can set a damaged record aside, and cannot be damaged from outside.
 */
public interface StoreFixture extends AutoCloseable {

    /** Returns the name of the backend, which every failure begins with; for example {@code postgresql 18}. */
    String name();

    /** Opens the store on this place. Called again, after the store was closed, to open it on the same data. */
    SignalStore open();

    /** Says what {@link SignalStore#durable()} must answer, and whether data must be there after reopening. */
    default boolean durable() {
        return true;
    }

    /** Says whether {@link SignalStore#keys()} is offered; if not, it must throw UnsupportedOperationException. */
    default boolean listsKeys() {
        return true;
    }

    /** Says whether {@link SignalStore#tradeLog()} is present. */
    default boolean keepsTradeLog() {
        return true;
    }

    /** Says whether {@link SignalStore#setAside} is offered; if not, it must throw UnsupportedOperationException. */
    default boolean setsAside() {
        return true;
    }

    /** Returns what can damage stored records behind the store's back; empty if nothing can. */
    default Optional<Damager> damager() {
        return Optional.empty();
    }

    /** Removes the place. Called once, after the store was closed. */
    @Override
    default void close() {}
}
