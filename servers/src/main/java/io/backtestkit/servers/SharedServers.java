package io.backtestkit.servers;

import java.util.EnumMap;
import java.util.Map;

/** One server of each kind, started when it is first asked for. Any thread may use it. */
public final class SharedServers implements AutoCloseable {

    private final Map<ServerKind, Server> started = new EnumMap<>(ServerKind.class);

    /** Starts none yet. */
    public SharedServers() {}

    /** Returns the server of that kind. */
    public synchronized Server get(ServerKind kind) {
        return started.computeIfAbsent(kind, ServerKind::start);
    }

    /** Stops them; otherwise they stop with this process. */
    @Override
    public synchronized void close() {
        started.values().forEach(Server::close);
        started.clear();
    }
}
