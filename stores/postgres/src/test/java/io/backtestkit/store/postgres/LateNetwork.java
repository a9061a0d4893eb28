package io.backtestkit.store.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Carries everything but one request, which holds a text: that arrives when it is told so, though its client is gone. */
final class LateNetwork implements AutoCloseable {

    private final int target;
    private final String text;
    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final CountDownLatch delivery = new CountDownLatch(1);
    private final CountDownLatch answer = new CountDownLatch(1);

    LateNetwork(int target, String text) throws IOException {
        this.target = target;
        this.text = text;
        start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    /** Lets the request go, and waits until the server has answered it. */
    void deliver() throws InterruptedException {
        delivery.countDown();
        if (!answer.await(1, TimeUnit.MINUTES)) {
            throw new IllegalStateException("The server did not answer the late request.");
        }
    }

    private interface Part {
        void run() throws IOException, InterruptedException;
    }

    private static void start(Part part) {
        Thread thread = new Thread(
                () -> {
                    try {
                        part.run();
                    } catch (IOException | InterruptedException e) {
                        return; // the end of one connection
                    }
                },
                "late network");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listening.accept();
            Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
            CountDownLatch sent = new CountDownLatch(1);
            start(() -> carryRequests(client, server, sent));
            start(() -> carryReplies(client, server, sent));
        }
    }

    private void carryRequests(Socket client, Socket server, CountDownLatch sent)
            throws IOException, InterruptedException {
        try (server) {
            InputStream in = client.getInputStream();
            OutputStream out = server.getOutputStream();
            byte[] bytes = new byte[1 << 16];
            for (int length = in.read(bytes); length >= 0; length = in.read(bytes)) {
                boolean late = new String(bytes, 0, length, StandardCharsets.ISO_8859_1).contains(text);
                if (late) {
                    delivery.await();
                    sent.countDown();
                }
                out.write(bytes, 0, length);
                if (late) {
                    answer.await();
                }
            }
        }
    }

    private void carryReplies(Socket client, Socket server, CountDownLatch sent) throws IOException {
        try (client) {
            InputStream in = server.getInputStream();
            OutputStream out = client.getOutputStream();
            byte[] bytes = new byte[1 << 16];
            for (int length = in.read(bytes); length >= 0; length = in.read(bytes)) {
                if (sent.getCount() == 0) {
                    answer.countDown();
                } else {
                    out.write(bytes, 0, length);
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
