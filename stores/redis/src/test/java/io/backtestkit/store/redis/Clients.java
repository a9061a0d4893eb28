package io.backtestkit.store.redis;

import io.lettuce.core.RedisClient;

/** One client for everything the tests do beside the store. */
final class Clients {

    private static final RedisClient CLIENT = RedisClient.create();

    private Clients() {}

    static RedisClient client() {
        return CLIENT;
    }
}
