package io.backtestkit.cli;

import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.ClaimAnswer;
import io.backtestkit.store.Claims;
import io.backtestkit.store.ProcessOwner;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.SignalStores;
import io.backtestkit.store.TradeLog;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A place for one signal key in somebody's own store: nothing may be there before, and nothing is left there afterwards. */
final class TrialStore implements AutoCloseable {

    private static final long CHILD_SECONDS = 10;
    private static final Duration LEASE = Duration.ofSeconds(30);

    private final String location;
    private final String shown;
    private final SignalKey key;
    private final Thread hook = new Thread(this::removeAtExit, "remove trial signals");

    private TrialStore(String location, String shown, SignalKey key) {
        this.location = location;
        this.shown = shown;
        this.key = key;
    }

    /**
     * Checks that the store can be used and knows nothing of the key yet.
     *
     * @throws CommandFailure if it is not so
     */
    static TrialStore open(String location, SignalKey key) {
        try (SignalStore opened = StoreOption.at(location).openOrMake()) {
            boolean used = opened.read(key).isPresent()
                    || opened.tradeLog().map(log -> log.last(key).isPresent()).orElse(false);
            if (used || !opened.durable()) {
                throw CommandFailure.wrongUse(
                        "Cannot trade on trial in " + opened.describe()
                                + (used
                                        ? ": it has signals of " + key + " already. Name another --seed or --store."
                                        : " since it does not survive a kill. Name another --store, for example file:./demo-data."));
            }
            requireRemovable(opened, key);
            TrialStore store = new TrialStore(location, opened.describe(), key);
            Runtime.getRuntime().addShutdownHook(store.hook);
            return store;
        }
    }

    private static void requireRemovable(SignalStore opened, SignalKey key) {
        try {
            opened.tradeLog().ifPresent(log -> log.discard(key)); // there is nothing yet, but the rights are looked at
        } catch (SignalStoreException | UnsupportedOperationException e) {
            throw CommandFailure.runFailed(
                    "Cannot trade on trial in " + opened.describe()
                            + ": its trades could not be removed afterwards, since" + " the program was told: "
                            + e.getMessage() + " Name another --store, or a user who may.",
                    e);
        }
    }

    /** Returns the location without any secret. */
    String shown() {
        return shown;
    }

    /** Removes what the trial left. @throws CommandFailure if that cannot be done; it names what is still there */
    @Override
    public void close() {
        if (ShutdownHooks.remove(hook).isEmpty()) {
            remove();
        }
    }

    private void removeAtExit() {
        try {
            awaitChildren();
            remove();
        } catch (CommandFailure e) {
            System.err.println(e.getMessage());
        }
    }

    /** The child is being killed at the same moment; while it lives, it may hold the store. */
    private static void awaitChildren() {
        ProcessHandle.current().children().forEach(child -> {
            child.destroyForcibly();
            try {
                child.onExit().get(CHILD_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException | TimeoutException e) {
                // then removing fails, and says what is left
            }
        });
    }

    private void remove() {
        try (SignalStore opened = SignalStores.open(location)) {
            free(opened);
            opened.tradeLog().ifPresent(this::discard);
        } catch (SignalStoreException | UnsupportedOperationException e) {
            throw CommandFailure.runFailed(
                    "Cannot clean up after the trial: " + key + " is still in " + shown
                            + ", since the program was told: " + e.getMessage()
                            + " It does no harm there; no other trial uses that name unless --seed says so.",
                    e);
        }
    }

    /** A child that was killed may still have the slot claimed. */
    private void free(SignalStore opened) {
        Optional<Claims> claims = opened.claims();
        if (claims.isEmpty()) {
            opened.delete(key);
            return;
        }
        ClaimAnswer answer = claims.get().claim(key, ProcessOwner.name(), LEASE);
        if (answer instanceof ClaimAnswer.Held held
                && ProcessOwner.isDead(held.claim().owner())) {
            answer = claims.get().takeOver(held.claim(), ProcessOwner.name(), LEASE);
        }
        if (answer instanceof ClaimAnswer.Granted granted) {
            claims.get().delete(granted.claim());
            claims.get().release(granted.claim());
        } else {
            opened.delete(key); // refused, in the store's own words
        }
    }

    private void discard(TradeLog log) {
        log.discard(key);
    }
}
