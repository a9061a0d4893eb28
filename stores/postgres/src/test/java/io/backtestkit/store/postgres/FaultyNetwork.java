package io.backtestkit.store.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Carries bytes between a client and a server until a request holds the text it waits for; then it does harm, once. */
final class FaultyNetwork implements AutoCloseable {

    enum Fault {
        NONE,
        /** The request gets lost and so does everything after it. */
        BLACK_HOLE,
        /** The request arrives, no reply ever does. */
        REPLIES_LOST,
        /** The connection breaks and the request with it. */
        RESET_BEFORE,
        /** The request arrives, then the connection breaks. */
        RESET_AFTER,
        /** The first bytes of the request arrive, then the connection breaks. */
        CUT_SHORT,
        /** The request arrives when {@link #deliver} is called, though nobody listens to the reply any more. */
        DELAYED
    }

    private static final int ARRIVING_BYTES = 40;

    private final ServerSocket listening;
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile Fault fault = Fault.NONE;
    private volatile String awaited = "";
    private final CountDownLatch delivery = new CountDownLatch(1);
    private final CountDownLatch answer = new CountDownLatch(1);

    FaultyNetwork(int target) throws IOException {
        this.target = target;
        listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        run("accept", this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    /** Does this to the next connection whose request holds that text. */
    void plan(Fault wanted, String text) {
        awaited = text;
        fault = wanted;
    }

    /** Lets the delayed request go, and waits until the server has answered it. */
    void deliver() throws InterruptedException {
        delivery.countDown();
        if (!answer.await(1, TimeUnit.MINUTES)) {
            throw new IllegalStateException("The server did not answer the delayed request.");
        }
    }

    private interface Part {
        void run() throws IOException, InterruptedException;
    }

    private static void run(String name, Part part) {
        Thread thread = new Thread(
                () -> {
                    try {
                        part.run();
                    } catch (IOException | InterruptedException e) {
                        // the end of a connection is what this class is about
                    }
                },
                "network " + name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listening.accept();
            Line line = new Line(client, new Socket(InetAddress.getLoopbackAddress(), target));
            run("requests", line::requests);
            run("replies", line::replies);
        }
    }

    private final class Line {
        private final Socket client;
        private final Socket server;
        private volatile Fault broken = Fault.NONE;

        Line(Socket client, Socket server) {
            this.client = client;
            this.server = server;
            sockets.add(client);
            sockets.add(server);
        }

        void requests() throws IOException, InterruptedException {
            try (server) {
                byte[] buffer = new byte[1 << 16];
                InputStream in = client.getInputStream();
                OutputStream out = server.getOutputStream();
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    Fault planned = fault;
                    if (planned != Fault.NONE && new String(buffer, 0, n, StandardCharsets.UTF_8).contains(awaited)) {
                        broken = planned;
                        fault = Fault.NONE;
                    }
                    switch (broken) {
                        case NONE, REPLIES_LOST, RESET_AFTER -> out.write(buffer, 0, n);
                        case BLACK_HOLE -> {}
                        case DELAYED -> {
                            delivery.await();
                            out.write(buffer, 0, n);
                            answer.await();
                        }
                        case CUT_SHORT -> {
                            out.write(buffer, 0, Math.min(n, ARRIVING_BYTES));
                            reset();
                        }
                        case RESET_BEFORE -> reset();
                    }
                }
            }
        }

        void replies() throws IOException {
            try (client) {
                byte[] buffer = new byte[1 << 16];
                InputStream in = server.getInputStream();
                OutputStream out = client.getOutputStream();
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    if (broken == Fault.RESET_AFTER) {
                        reset();
                    } else if (broken == Fault.DELAYED) {
                        answer.countDown();
                    } else if (broken == Fault.NONE) {
                        out.write(buffer, 0, n);
                    }
                }
            }
        }

        /** Closes without ceremony: the peer sees a reset. */
        private void reset() throws IOException {
            client.setSoLinger(true, 0);
            client.close();
            server.close();
        }
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
