package io.backtestkit.laboratory.kill;

import io.backtestkit.servers.Server;
import io.backtestkit.testkit.StoreOpener;
import java.util.EnumMap;
import java.util.Map;

/** Places on servers that are started when the first is asked for. Any thread may use it. */
final class Places implements AutoCloseable {

    private final Class<? extends StoreOpener> opener;
    private final Map<StoreKind, Server> servers = new EnumMap<>(StoreKind.class);

    /** The places will be opened by that class. */
    Places(Class<? extends StoreOpener> opener) {
        this.opener = opener;
    }

    /** Makes an empty place. */
    Place make(StoreKind kind) {
        return kind == StoreKind.FILES ? Place.inFiles(opener) : on(server(kind), kind);
    }

    /** Makes an empty place on that server. */
    Place on(Server server, StoreKind kind) {
        return new Place(kind, kind.newPlace(server), opener);
    }

    private synchronized Server server(StoreKind kind) {
        return servers.computeIfAbsent(kind, StoreKind::start);
    }

    @Override
    public synchronized void close() {
        servers.values().forEach(Server::close);
        servers.clear();
    }
}
