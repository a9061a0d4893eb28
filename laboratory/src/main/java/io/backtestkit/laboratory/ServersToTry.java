package io.backtestkit.laboratory;

import io.backtestkit.servers.Server;
import io.backtestkit.servers.ServerKind;
import io.backtestkit.servers.SharedServers;
import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;

/** Starts the servers for commands that need a location, and keeps them until this program is ended. */
final class ServersToTry {

    private final PrintStream out;

    ServersToTry(PrintStream out) {
        this.out = out;
    }

    /** Returns when the thread is interrupted; Ctrl-C ends the program and the servers with it. */
    void run() {
        try (SharedServers servers = new SharedServers()) {
            for (ServerKind kind : ServerKind.values()) {
                Server server = servers.get(kind);
                out.println(server.name());
                out.println("    " + server.newPlace());
            }
            out.println("Try for example: ./backtest-kit bench store --store LOCATION");
            out.println("They hold nothing yet, and are gone with this program: end it with Ctrl-C.");
            out.flush();
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
