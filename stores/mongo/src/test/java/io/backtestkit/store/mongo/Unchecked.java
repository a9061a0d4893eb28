package io.backtestkit.store.mongo;

/** Opens stores on servers that the preflight refuses: does what opening does, but for the preflight. */
final class Unchecked {

    private Unchecked() {}

    static MongoSignalStore open(String location) {
        return open(TestServer.connection(location));
    }

    static MongoSignalStore open(MongoConnection connection) {
        MongoPreflight preflight = new MongoPreflight(connection);
        MongoAccess access = connection.access();
        boolean open = false;
        try {
            new OwnCollections(preflight.options()).make(access);
            MongoSignalStore store = new MongoSignalStore(access, preflight);
            store.settle();
            open = true;
            return store;
        } finally {
            if (!open) {
                access.close();
            }
        }
    }
}
