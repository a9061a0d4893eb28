package io.backtestkit.testkit;

import io.backtestkit.store.SignalStore;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A place where the conformance kit may open the store under test: a fresh folder, database or key prefix, empty at first.
 *
 * <p>What a store does not offer is declared here, and the kit then asserts that it truly does not. By default a store is
 * durable, lists its keys, keeps a trade log, can set a damaged record aside, cannot be damaged from outside, lives in this
 * process without a server, offers no claims, expires nothing and knows no rights. A durable store says at least {@link
 * #otherProcesses}. What the kit has then no means to show is declared as {@link #unproved}.
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

    /** Says whether {@link SignalStore#claims()} is present; not, by default. */
    default boolean offersClaims() {
        return false;
    }

    /** Says whether {@link SignalStore#setAside} is offered; if not, it must throw UnsupportedOperationException. */
    default boolean setsAside() {
        return true;
    }

    /**
     * Says whether {@link SignalStore#setAside(io.backtestkit.signal.SignalKey, io.backtestkit.signal.Signal)} leaves the slot
     * free at no moment, as it should; a store that goes by the default says false, and then that is not shown.
     */
    default boolean replacesInOneStep() {
        return true;
    }

    /**
     * Says whether {@link SignalStore#end} compares what the slot holds in the request that frees it, as it should; a store on a
     * server that goes by the default says false, and then it is not shown that an end whose request arrives late leaves the
     * next signal. {@link io.backtestkit.store.Claims#end} must compare it in any case.
     */
    default boolean endsInOneStep() {
        return true;
    }

    /** Returns what can damage stored records behind the store's back; empty if nothing can, as {@link Unproved#DAMAGE} says. */
    default Optional<Damager> damager() {
        return Optional.empty();
    }

    /**
     * Says how another process opens this place; empty if none can, which only a store that is not durable may say. Called
     * before anything was opened here: the place must then be untouched.
     */
    default Optional<OtherProcesses> otherProcesses() {
        return Optional.empty();
    }

    /**
     * Returns the server the store talks to, so that the kit can put a bad network in between; empty if there is none, or
     * if the store's client finds its servers by itself. A store without a server must work with no network at all.
     */
    default Optional<ServerFixture> server() {
        return Optional.empty();
    }

    /**
     * Returns how many keys are written to see whether all are listed, and how many trades appended: more than any page of a
     * server or client has, 1,001 by default. Fewer where a write takes long and nothing is read in pages, at least 102.
     */
    default int manyKeys() {
        return 1_001;
    }

    /** Says how the store is opened with a short time to live; empty if it expires nothing, which it must then say too. */
    default Optional<ExpiryFixture> expiry() {
        return Optional.empty();
    }

    /**
     * Opens the store where it may read this place and not change it: as a user without the right, or on a read-only
     * folder. Opening it or writing must then be refused. Empty if this backend has no such rights; then nothing may be
     * refused, and {@link Unproved#RIGHTS} is declared. Called while the store is open.
     */
    default Optional<Supplier<SignalStore>> forbidden() {
        return Optional.empty();
    }

    /**
     * Returns what the kit cannot show of this store, since this fixture does not say how; nothing, by default. It must be exactly
     * what the kit finds missing: a fixture that forgets its server or its damager fails, and is told so.
     */
    default Set<Unproved> unproved() {
        return Set.of();
    }

    /** Removes the place. Called once, after the store was closed. */
    @Override
    default void close() {}
}
