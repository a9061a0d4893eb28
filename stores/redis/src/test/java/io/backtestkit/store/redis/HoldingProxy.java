package io.backtestkit.store.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Stands between the store and its server, and holds requests back that later arrive all the same. */
final class HoldingProxy implements AutoCloseable {

    private final ServerSocket listening;
    private final int server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean holding;
    private volatile boolean held;

    HoldingProxy(int server) {
        this.server = server;
        try {
            listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon(this::accept);
    }

    String location() {
        return "redis://127.0.0.1:" + listening.getLocalPort();
    }

    /** Keeps every request from now on. */
    void hold() {
        holding = true;
    }

    /** Waits until there is a request that is kept. */
    void awaitHeld() {
        Poll.until("a request is held", () -> held);
    }

    /** Lets the requests that were kept arrive, though their sender may have given them up. */
    void release() {
        holding = false;
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                Socket behind = new Socket(InetAddress.getLoopbackAddress(), server);
                open.add(client);
                open.add(behind);
                daemon(() -> carry(client, behind, true));
                daemon(() -> carry(behind, client, false));
            } catch (IOException e) {
                return; // it is closed
            }
        }
    }

    private void carry(Socket from, Socket to, boolean requests) {
        byte[] bytes = new byte[1 << 16];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(bytes); length >= 0; length = in.read(bytes)) {
                while (requests && holding) {
                    held = true;
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                }
                out.write(bytes, 0, length);
            }
        } catch (IOException e) {
            return; // one side is gone; what was sent before stays sent
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "holding proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            listening.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        holding = false; // not before: what is held must not slip through
    }
}
