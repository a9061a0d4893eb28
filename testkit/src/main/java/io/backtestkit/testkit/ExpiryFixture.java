package io.backtestkit.testkit;

import io.backtestkit.store.SignalStore;
import java.time.Duration;

/** How a store is opened so that it removes abandoned signals soon. */
public interface ExpiryFixture {

    /** Returns the time to live, as short as it can be set: 1 or 2 seconds where that is allowed. */
    Duration after();

    /** Opens the store on the fixture's place with that time to live. */
    SignalStore openExpiring();

    /** Returns how long an abandoned signal may still be seen, where the server looks for such ones now and then. */
    default Duration longestWait() {
        return Duration.ofSeconds(20);
    }

    /**
     * Says whether anything expires; false for an emulator that does not, and the kit asserts that nothing then does: {@link
     * Unproved#EXPIRY}.
     */
    default boolean expires() {
        return true;
    }
}
