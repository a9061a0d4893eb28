package io.backtestkit.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports of this machine for servers of tests: none of those that systems give to clients by themselves. So no connection
 * that some program opens takes the port of a server that is about to start, or that was killed and comes back.
 */
public final class Ports {

    private static final int FIRST = 10_000;
    private static final int COUNT = 12_000; // a server of a Redis cluster also uses the port 10,000 above
    private static final int MOST_ATTEMPTS = 1_000;
    private static final int BACKLOG = 50;

    private Ports() {}

    /**
     * Returns a port on which nobody listens. Another test may draw the same one before it is used, so a server that cannot
     * have it is to be started on another.
     */
    public static int free() {
        try (ServerSocket socket = listening()) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Listens on one of them, for this machine only. */
    static ServerSocket listening() throws IOException {
        for (int attempt = 1; ; attempt++) {
            ServerSocket socket = new ServerSocket();
            try {
                int port = FIRST + ThreadLocalRandom.current().nextInt(COUNT);
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
                return socket;
            } catch (IOException e) {
                socket.close();
                if (attempt == MOST_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }
}
