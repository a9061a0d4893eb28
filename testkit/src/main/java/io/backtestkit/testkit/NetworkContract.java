package io.backtestkit.testkit;

import io.backtestkit.signal.SignalKey;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A group about the way between a store and its server. Where the fixture declares no server, the same changes must succeed;
 * more is not shown there, as {@link Unproved#NETWORK} says.
 */
abstract class NetworkContract extends StoreContract {

    NetworkContract(Supplier<StoreFixture> fixtures) {
        super(fixtures);
    }

    /** Checks a store behind a proxy; without a server to put one in front of, checks that changes succeed. */
    void behindProxy(Consumer<ProxiedStore> checks) {
        behindProxy(server -> server::openThrough, checks);
    }

    /** The same with a store that a slow machine does not make give up. */
    void patientlyBehindProxy(Consumer<ProxiedStore> checks) {
        behindProxy(server -> server::openPatiently, checks);
    }

    private void behindProxy(Function<ServerFixture, ProxiedStore.Opening> opening, Consumer<ProxiedStore> checks) {
        if (fixture().server().isEmpty()) {
            assertChanges();
            return;
        }
        ServerFixture server = fixture().server().get();
        try (ProxiedStore proxied = new ProxiedStore(server, store(), opening.apply(server))) {
            checks.accept(proxied);
        }
    }

    private void assertChanges() {
        for (Change change : Change.values()) {
            SignalKey key = new SignalKey("no-server", change.name());
            change.before(key).ifPresent(signal -> store().write(key, signal));
            change.make(store(), key);
            change.after(key).ifPresentOrElse(this::assertHolds, () -> assertFree(key));
        }
    }

    static SignalKey key(Change change, int number) {
        return new SignalKey("network", change + "-" + number);
    }
}
