package io.backtestkit.store.mongo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A network that keeps a request back and delivers it long after its client has given it up. */
final class LateDelivery implements AutoCloseable {

    private final ServerSocket listening;
    private final String host;
    private final int port;
    private final String text;
    private final CountDownLatch delivery = new CountDownLatch(1);
    private final CountDownLatch answered = new CountDownLatch(1);
    private volatile boolean holding;

    /** Passes everything to that server but the requests that hold this text. */
    LateDelivery(String host, int port, String text) {
        this.host = host;
        this.port = port;
        this.text = text;
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

    /** Says whether a request has come that is held. */
    boolean holds() {
        return holding;
    }

    /** Lets the held request through, and returns when the server has answered it. */
    void deliver() throws InterruptedException {
        delivery.countDown();
        if (!answered.await(1, TimeUnit.MINUTES)) {
            throw new IllegalStateException("nothing was held, or the server did not answer");
        }
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "late delivery");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                Socket server = new Socket(host, port);
                start(() -> carry(client, server, true));
                start(() -> carry(server, client, false));
            } catch (IOException e) {
                return; // the end
            }
        }
    }

    private void carry(Socket from, Socket to, boolean requests) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            for (byte[] message = message(in); message.length > 0; message = message(in)) {
                if (requests && new String(message, StandardCharsets.ISO_8859_1).contains(text)) {
                    hold(message);
                    return;
                }
                to.getOutputStream().write(message);
                to.getOutputStream().flush();
            }
        } catch (IOException e) {
            return; // one side is gone
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Sends it on a connection of its own, since the client closes the one it gave up. */
    private void hold(byte[] message) throws IOException, InterruptedException {
        holding = true;
        delivery.await();
        try (Socket late = new Socket(host, port)) {
            late.getOutputStream().write(message);
            late.getOutputStream().flush();
            if (message(late.getInputStream()).length > 0) {
                answered.countDown();
            }
        }
    }

    /** Returns the next message, which begins with its length; nothing at the end. */
    private static byte[] message(InputStream in) throws IOException {
        byte[] start = in.readNBytes(4);
        if (start.length < 4) {
            return new byte[0];
        }
        int length = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getInt();
        byte[] message = Arrays.copyOf(start, length);
        return in.readNBytes(message, 4, length - 4) == length - 4 ? message : new byte[0];
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
