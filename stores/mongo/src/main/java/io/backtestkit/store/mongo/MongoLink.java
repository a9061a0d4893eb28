package io.backtestkit.store.mongo;

import com.mongodb.client.MongoDatabase;

/**
 * A client of its own for the database of a location, made as a store's is: for work beside the store, such as measuring.
 * Any thread may use it.
 */
public final class MongoLink implements AutoCloseable {

    private final MongoAccess access;

    MongoLink(MongoAccess access) {
        this.access = access;
    }

    /** Returns the database, with the concerns of a store: majority and journal. */
    public MongoDatabase database() {
        return access.database();
    }

    /** Returns the requests a store makes, to be sent by this client. */
    public MongoRequests requests() {
        return new MongoRequests(access);
    }

    @Override
    public void close() {
        access.close();
    }
}
