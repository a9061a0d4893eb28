package io.backtestkit.cli;

import io.backtestkit.servers.Server;
import io.backtestkit.servers.ServerKind;
import io.backtestkit.servers.SharedServers;
import java.time.Duration;

/** The servers that all tests of the command share in this JVM. */
final class RealServers {

    private static final SharedServers SERVERS = new SharedServers();

    private RealServers() {}

    static Server redis() {
        return SERVERS.get(ServerKind.REDIS);
    }

    static Server postgres() {
        return SERVERS.get(ServerKind.POSTGRES);
    }

    /** An emulator, which proves nothing about a real MongoDB. */
    static Server emulatedMongo() {
        return SERVERS.get(ServerKind.MONGO);
    }

    /** Returns the location of an empty place there, with time-outs that also a slow machine keeps. */
    static String patientPlace(Server server) {
        return server.through(server.port(), server.newPlace(), Duration.ofSeconds(30));
    }
}
