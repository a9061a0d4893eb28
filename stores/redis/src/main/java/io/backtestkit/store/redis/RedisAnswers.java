package io.backtestkit.store.redis;

import io.backtestkit.store.ClaimLostException;
import io.backtestkit.store.StoreUnavailableException;

/** Reads what a script answered. */
final class RedisAnswers {

    private RedisAnswers() {}

    /** Returns if the change is made, also by an earlier arrival of the same request; else throws. */
    static void check(String store, Request request, String answer) {
        String kind = answer.split(" ", 2)[0];
        String detail = answer.substring(Math.min(answer.length(), kind.length() + 1));
        switch (kind) {
            case "OK", "DONE" -> {}
            case "DAMAGED" -> throw RedisFailures.unreadable(request, store, detail, null);
            case "LOST" ->
                throw new ClaimLostException(
                        request.failed(
                                store,
                                "another process owns it since epoch " + detail,
                                "Stop trading it here; the other process goes on."),
                        null);
            default ->
                throw StoreUnavailableException.notSent(
                        request.failed(store, "the request was changed on its way to the server", ""), null);
        }
    }
}
