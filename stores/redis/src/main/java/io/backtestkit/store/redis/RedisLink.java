package io.backtestkit.store.redis;

import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;

/**
 * A connection to the server or cluster of a location, made as a store's own is: for work beside the store, such as
 * measuring. Any thread may use it. Once broken it stays so.
 */
public final class RedisLink implements AutoCloseable {

    private final SharedConnection shared;
    private final SharedConnection.Session session;
    private final RedisRequests requests;

    RedisLink(SharedConnection shared, boolean clustered, RedisOptions options) {
        this.shared = shared;
        try {
            session = shared.session(Request.ofStore("connect to"));
        } catch (RuntimeException e) {
            throw shared.closedAfter(e);
        }
        requests = new RedisRequests(session, shared, new RedisNames(clustered), options);
    }

    /** Returns the connection; names are text, values are bytes. */
    public StatefulConnection<String, byte[]> connection() {
        return session.connection();
    }

    /** Returns what can be asked on it. */
    public RedisClusterAsyncCommands<String, byte[]> commands() {
        return session.commands();
    }

    /** Returns the requests a store makes, to be sent on this connection. */
    public RedisRequests requests() {
        return requests;
    }

    @Override
    public void close() {
        shared.close();
    }
}
