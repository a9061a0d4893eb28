package io.backtestkit.store.mongo;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
        RESET,
        /** Requests are kept until {@link #deliver}; that the client has given up does not stop them. */
        HOLD
    }

    private final ServerSocket listening;
    private final String host;
    private final int port;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final CountDownLatch delivery = new CountDownLatch(1);
    private final CountDownLatch delivered = new CountDownLatch(1);
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
        concerned = bytes -> new String(bytes, StandardCharsets.ISO_8859_1).contains(text);
        mode = how;
    }

    /** From now on does that to every connection. */
    void fail(Mode how) {
        concerned = bytes -> true;
        mode = how;
    }

    /** Lets the held request through, and returns when it was handed to the server and answered or cut. */
    void deliver() throws InterruptedException {
        delivery.countDown();
        if (!delivered.await(10, TimeUnit.SECONDS)) {
            throw new IllegalStateException("nothing was held");
        }
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
            try (from;
                    to) {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (byte[] message = message(in); message.length > 0; message = message(in)) {
                    if (request && mode != Mode.PASS && concerned.test(message)) {
                        failing = true;
                    }
                    Mode now = failing ? mode : Mode.PASS;
                    if (now == Mode.RESET) {
                        client.setSoLinger(true, 0);
                        client.close();
                        server.close();
                        return;
                    }
                    if (now == Mode.HOLD && request) {
                        hold(message);
                        return;
                    }
                    if (now == Mode.PASS || (now == Mode.DROP_REPLIES && request)) {
                        out.write(message);
                        out.flush();
                    }
                }
            } catch (IOException e) {
                return; // one side is gone
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        /** Sends it on a connection of its own later, since the client closes the one it gave up. */
        private void hold(byte[] message) throws IOException, InterruptedException {
            delivery.await();
            try (Socket late = new Socket(host, port)) {
                late.getOutputStream().write(message);
                late.getOutputStream().flush();
                if (message(late.getInputStream()).length > 0) {
                    delivered.countDown();
                }
            }
        }

        /** Returns the next message, which begins with its length; nothing at the end. */
        private byte[] message(InputStream in) throws IOException {
            byte[] start = in.readNBytes(4);
            if (start.length < 4) {
                return new byte[0];
            }
            int length = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getInt();
            byte[] message = Arrays.copyOf(start, length);
            return in.readNBytes(message, 4, length - 4) == length - 4 ? message : new byte[0];
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
