package io.backtestkit.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** Hands everything on between whoever connects and a server on this machine, until it is cut. */
final class Relay implements AutoCloseable {

    private final int server;
    private final ServerSocket listening;
    private final List<Socket> open = new ArrayList<>();
    private boolean isCut;

    Relay(int server) throws IOException {
        this.server = server;
        listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "relay");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (true) {
            try {
                Socket near = listening.accept();
                Socket far = new Socket(InetAddress.getLoopbackAddress(), server);
                keep(near);
                keep(far);
                start(() -> hand(near, far));
                start(() -> hand(far, near));
            } catch (IOException e) {
                return; // it was cut
            }
        }
    }

    private synchronized void keep(Socket socket) throws IOException {
        open.add(socket);
        if (isCut) {
            socket.close();
        }
    }

    private static void hand(Socket from, Socket to) {
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        } catch (IOException e) {
            // either side has gone: both are closed
        }
    }

    /** Breaks every connection and lets no new one in. */
    synchronized void cut() throws IOException {
        isCut = true;
        listening.close();
        for (Socket socket : open) {
            socket.close();
        }
    }

    @Override
    public void close() throws IOException {
        cut();
    }
}
