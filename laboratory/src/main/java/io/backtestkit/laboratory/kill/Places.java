package io.backtestkit.laboratory.kill;

import io.backtestkit.servers.Server;
import io.backtestkit.servers.SharedServers;
import io.backtestkit.testkit.StoreOpener;

/** Places on servers that are started when the first is asked for. Any thread may use it. */
final class Places implements AutoCloseable {

    private final Class<? extends StoreOpener> opener;
    private final SharedServers servers = new SharedServers();

    /** The places will be opened by that class. */
    Places(Class<? extends StoreOpener> opener) {
        this.opener = opener;
    }

    /** Makes an empty place. */
    Place make(StoreKind kind) {
        return kind == StoreKind.FILES ? Place.inFiles(opener) : on(servers.get(kind.server()), kind);
    }

    /** Makes an empty place on that server. */
    Place on(Server server, StoreKind kind) {
        return new Place(kind, kind.newPlace(server), opener);
    }

    @Override
    public void close() {
        servers.close();
    }
}
