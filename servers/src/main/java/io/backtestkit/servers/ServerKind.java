package io.backtestkit.servers;

import java.util.Map;

/** The servers that can be started here. */
public enum ServerKind {
    REDIS,
    POSTGRES,
    /** An emulator in this process, which proves nothing about a real server. */
    MONGO;

    /** Starts one. */
    public Server start() {
        return switch (this) {
            case REDIS -> new RedisServer();
            case POSTGRES -> new PostgresServer(Map.of());
            case MONGO -> new EmulatedMongo();
        };
    }

    /** Says whether it is a real server, that keeps what it acknowledged when it is killed. */
    public boolean isReal() {
        return this != MONGO;
    }
}
