package io.backtestkit.cli;

import io.backtestkit.servers.EmulatedMongo;
import io.backtestkit.servers.PostgresServer;
import io.backtestkit.servers.RedisServer;
import io.backtestkit.servers.Server;
import java.util.Map;

/** Servers for the tests of the command: each starts when first asked for and is shared by all tests of this JVM. */
final class RealServers {

    private RealServers() {}

    static Server redis() {
        return Redis.SERVER;
    }

    static Server postgres() {
        return Postgres.SERVER;
    }

    /** An emulator, which proves nothing about a real MongoDB. */
    static Server emulatedMongo() {
        return Mongo.SERVER;
    }

    private static final class Redis {
        static final Server SERVER = new RedisServer();
    }

    private static final class Postgres {
        static final Server SERVER = new PostgresServer(Map.of());
    }

    private static final class Mongo {
        static final Server SERVER = new EmulatedMongo();
    }
}
