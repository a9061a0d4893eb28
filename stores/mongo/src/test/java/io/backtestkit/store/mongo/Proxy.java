package io.backtestkit.store.mongo;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** A network between a client and a server that fails as it is told. */
final class Proxy implements AutoCloseable {

    /** What happens to bytes. */
    enum Mode {
        PASS,
        /** Nothing gets through, and nobody is told. */
        BLACK_HOLE,
        /** Requests arrive, answers do not. */
        DROP_REPLIES,
        /** The connection is reset at the next request. */
        RESET
    }

    private final ServerSocket listening;
    private final String host;
    private final int port;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile Mode mode = Mode.PASS;
    private volatile Predicate<byte[]> concerned = bytes -> true;

    Proxy(String hostAndPort) {
        int colon = hostAndPort.lastIndexOf(':');
        host = hostAndPort.substring(0, colon);
        port = Integer.parseInt(hostAndPort.substring(colon + 1));
        try {
            listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    /** From now on does that to connections on which a request with this text is made. */
    void fail(Mode how, String text) {
        concerned = bytes -> new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1).contains(text);
        mode = how;
    }

    /** From now on does that to every connection. */
    void fail(Mode how) {
        concerned = bytes -> true;
        mode = how;
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                Socket server = new Socket(host, port);
                sockets.add(client);
                sockets.add(server);
                Link link = new Link(client, server);
                start(() -> link.pump(client, server, true));
                start(() -> link.pump(server, client, false));
            } catch (IOException e) {
                sockets.removeIf(Socket::isClosed); // the end, or one connection less
            }
        }
    }

    private final class Link {

        private final Socket client;
        private final Socket server;
        private volatile boolean failing;

        Link(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void pump(Socket from, Socket to, boolean request) {
            byte[] buffer = new byte[1 << 16];
            try (from;
                    to) {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    if (request && mode != Mode.PASS && concerned.test(java.util.Arrays.copyOf(buffer, n))) {
                        failing = true;
                    }
                    Mode now = failing ? mode : Mode.PASS;
                    if (now == Mode.RESET) {
                        client.setSoLinger(true, 0);
                        client.close();
                        server.close();
                        return;
                    }
                    if (now == Mode.PASS || (now == Mode.DROP_REPLIES && request)) {
                        out.write(buffer, 0, n);
                        out.flush();
                    }
                }
            } catch (IOException e) {
                return; // one side is gone
            }
        }
    }

    /** Cuts every connection and takes no new one. */
    void cut() {
        close();
    }

    @Override
    public void close() {
        try {
            listening.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
