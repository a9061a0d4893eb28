package io.backtestkit.store.postgres;

import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.StoreFailure;
import io.backtestkit.store.StoreUnavailableException;
import java.util.Optional;

/** What is being tried, for messages; and whether it could change anything. */
record Act(String name, Optional<SignalKey> key, boolean changes) {

    /** Said of this attempt alone: of an earlier one nobody may know. */
    static final String AGAIN = "This attempt changed nothing: try again.";

    static Act reading(String name, SignalKey key) {
        return new Act(name, Optional.of(key), false);
    }

    static Act reading(String name) {
        return new Act(name, Optional.empty(), false);
    }

    static Act changing(String name, SignalKey key) {
        return new Act(name, Optional.of(key), true);
    }

    static Act changing(String name) {
        return new Act(name, Optional.empty(), true);
    }

    StoreFailure failure(String store, String found, String advice) {
        return new StoreFailure(name, key, store, found, advice);
    }

    /** Says that it was given up because others changed the same slot all the time. */
    StoreUnavailableException restless(String store, int times) {
        return StoreUnavailableException.notSent(
                failure(store, "others changed it " + times + " times meanwhile", AGAIN), null);
    }
}
