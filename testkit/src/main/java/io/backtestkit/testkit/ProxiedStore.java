package io.backtestkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.StoreUnavailableException;
import java.util.Optional;
import java.util.function.Supplier;

/** A store opened through a proxy, beside the same store opened without one. */
final class ProxiedStore implements AutoCloseable {

    private static final int CALLS_UNTIL_BACK = 4;

    final ServerFixture server;
    final NetworkProxy proxy;
    final SignalStore direct;
    final SignalStore store;

    /** A way to open the store at an address. */
    interface Opening {
        SignalStore at(String host, int port);
    }

    ProxiedStore(ServerFixture server, SignalStore direct, Opening opening) {
        this.server = server;
        this.direct = direct;
        proxy = new NetworkProxy(server.host(), server.port());
        boolean open = false;
        try {
            store = soon(() -> opening.at(proxy.host(), proxy.port()));
            open = true;
        } finally {
            if (!open) {
                proxy.close();
            }
        }
    }

    /** Begins a call of the store behind the proxy. */
    Attempt.UnderWay start(String what, Runnable call) {
        return Attempt.start(what, server.longestCall(), call);
    }

    /** Makes a call of the store behind the proxy, which must end in time and by type. */
    Attempt attempt(String what, Runnable call) {
        return start(what, call).end();
    }

    /** Makes a change through the proxy. A failure must name the key and the store. */
    Attempt attempt(Change change, SignalKey key) {
        return attempt(change, key, store);
    }

    /** The same by a store that passes the change on to the one behind the proxy. */
    Attempt attempt(Change change, SignalKey key, SignalStore passing) {
        Attempt attempt = attempt(change + " of " + key, () -> change.make(passing, key));
        attempt.failure().ifPresent(e -> assertNames(change, key, e));
        return attempt;
    }

    private static void assertNames(Change change, SignalKey key, StoreUnavailableException e) {
        assertThat(e.store()).as("the store it carries").isNotBlank();
        assertThat(e.found()).as("what it says was found").isNotBlank();
        assertThat(e.getMessage()).contains(e.store());
        if (change.isOfOneSlot()) {
            assertThat(e.key()).as("the key that '%s' carries", e.getMessage()).contains(key);
            assertThat(e.getMessage()).contains(key.toString());
        }
    }

    /** Puts the slot in the state the change begins with, and has the store use its connection. */
    void prepare(Change change, SignalKey key) {
        change.before(key).ifPresentOrElse(signal -> direct.write(key, signal), () -> direct.delete(key));
        assertThat(readOnceBack(key)).as("read of %s, undisturbed", key).isEqualTo(change.before(key));
    }

    /** Mends the network, and reads with the same store as soon as it can. */
    Optional<Signal> readOnceBack(SignalKey key) {
        proxy.pass();
        return readSoon(store, key);
    }

    /** Reads as soon as the store can, which must be within the longest time of four calls. */
    Optional<Signal> readSoon(SignalStore store, SignalKey key) {
        return soon(() -> store.read(key));
    }

    /** Makes a call over a mended network, as soon as the store can. If it is a change, it may be made twice. */
    void soon(Runnable call) {
        soon(() -> {
            call.run();
            return true;
        });
    }

    <T> T soon(Supplier<T> call) {
        return Patiently.get(server.longestCall().multipliedBy(CALLS_UNTIL_BACK), call);
    }

    /** Checks, over a mended network, that the outcome was told truly. Returns whether the change was made. */
    boolean assertToldTruly(Change change, SignalKey key, Attempt attempt) {
        Optional<Signal> found = readOnceBack(key);
        assertThat(found)
                .as("read back after %s, which told: %s", change, told(attempt))
                .isIn(change.before(key), change.after(key));
        assertThat(direct.read(key)).as("read by another store").isEqualTo(found);
        boolean made = found.equals(change.after(key));
        if (attempt.succeeded()) {
            assertThat(found).as("read back after a successful %s", change).isEqualTo(change.after(key));
        } else if (made && change.isOfOneSlot()) {
            assertThat(attempt.mayHaveHappened())
                    .as("mayHaveHappened() of a %s that was made; it told: %s", change, told(attempt))
                    .isTrue();
        }
        return made;
    }

    private static String told(Attempt attempt) {
        return attempt.failure().map(Throwable::getMessage).orElse("it is done");
    }

    @Override
    public void close() {
        try {
            proxy.reset(); // a call that hangs must not keep the store from closing
            proxy.pass();
            store.close();
        } finally {
            proxy.close();
        }
    }
}
