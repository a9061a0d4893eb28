package io.backtestkit.store.redis;

import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimLostException;
import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.StoreUnavailableException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a script answered: a word, and what it says about it.
 *
 * @param kind the word, for example {@code OK}
 * @param detail the rest; after {@code OK}, {@code GRANTED}, {@code HELD}, {@code LOST} and {@code CLAIMED} the epoch, the end
 *     in milliseconds and the owner of the slot's claim, or nothing if there is none
 */
record RedisAnswer(String kind, String detail) {

    static RedisAnswer of(String text) {
        String[] parts = text.split(" ", 2);
        return new RedisAnswer(parts[0], parts.length == 1 ? "" : parts[1]);
    }

    /** Says whether the change is made, be it by an earlier arrival of the same request. */
    boolean isDone() {
        return kind.equals("OK") || kind.equals("DONE");
    }

    /**
     * Says why it is not made.
     *
     * @param claim what the request carried; null for nothing
     */
    SignalStoreException failure(String store, Request request, @Nullable Claim claim) {
        if (kind.equals("DAMAGED")) {
            return RedisFailures.unreadable(request, store, detail, null);
        }
        if (kind.equals("NO_LOG")) {
            return RedisFailures.unloggable(request, store, detail, null);
        }
        if (kind.equals("LOST") && claim != null) {
            return ClaimLostException.lost(request.act(), claim, claim(claim.key()), store);
        }
        if (kind.equals("CLAIMED")) {
            return ClaimLostException.claimed(
                    request.act(), claim(request.key().orElseThrow()).orElseThrow(), store);
        }
        return StoreUnavailableException.notSent(
                request.failed(store, "the request was changed on its way to the server", ""), null);
    }

    /** Returns the claim it tells of. */
    Optional<Claim> claim(SignalKey key) {
        if (detail.isEmpty()) {
            return Optional.empty();
        }
        String[] parts = detail.split(" ", 3);
        Instant until = Instant.ofEpochMilli(Long.parseLong(parts[1]));
        return Optional.of(new Claim(key, parts[2], Long.parseLong(parts[0]), until));
    }
}
