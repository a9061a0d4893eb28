package io.backtestkit.store.redis;

import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.StoreFailure;
import java.util.Optional;

/**
 * What the server is asked, for the message should it fail.
 *
 * @param act what is tried, for example {@code write signal}
 * @param key the slot, if one is concerned
 * @param changes whether it changes anything: only then can it matter that it may have been done
 */
record Request(String act, Optional<SignalKey> key, boolean changes) {

    static Request reading(String act, SignalKey key) {
        return new Request(act, Optional.of(key), false);
    }

    static Request changing(String act, SignalKey key) {
        return new Request(act, Optional.of(key), true);
    }

    static Request ofStore(String act) {
        return new Request(act, Optional.empty(), false);
    }

    StoreFailure failed(String store, String found, String advice) {
        return new StoreFailure(act, key, store, found, advice);
    }
}
