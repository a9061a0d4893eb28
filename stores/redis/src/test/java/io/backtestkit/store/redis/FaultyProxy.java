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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Stands between the store and its server, and fails as told. */
final class FaultyProxy implements AutoCloseable {

    /** What becomes of the bytes. */
    enum Fault {
        /** They pass. */
        NONE,
        /** They vanish, both ways; connections stay. */
        BLACK_HOLE,
        /** Requests pass, replies vanish. */
        DROP_REPLIES,
        /** Requests pass; at the first reply the connection is reset. */
        RESET_ON_REPLY,
        /** Requests pass; at the first reply the connection is closed in good order, and later ones are well. */
        CLOSE_ON_REPLY,
        /** The connection is reset after some bytes of a request. */
        CUT_REQUEST,
        /** Requests wait here until another fault is set, and then pass. */
        HOLD_REQUESTS
    }

    private final ServerSocket listening;
    private final int target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger bytesToPass = new AtomicInteger();
    private volatile Fault fault = Fault.NONE;

    FaultyProxy(int target) {
        this.target = target;
        try {
            listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    String location() {
        return "redis://127.0.0.1:" + port();
    }

    void set(Fault next) {
        fault = next;
    }

    void cutAfter(int bytes) {
        bytesToPass.set(bytes);
        set(Fault.CUT_REQUEST);
    }

    /** Resets every connection there is. */
    void reset() {
        open.forEach(FaultyProxy::abort);
        open.clear();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                open.add(client);
                open.add(server);
                daemon(() -> pump(client, server, true));
                daemon(() -> pump(server, client, false));
            } catch (IOException e) {
                // the server is down, or this is closed: the client sees a closed connection
            }
        }
    }

    private void pump(Socket from, Socket to, boolean requests) {
        byte[] buffer = new byte[8192];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (fault == Fault.CLOSE_ON_REPLY && !requests) {
                    fault = Fault.NONE;
                    to.close();
                    from.close();
                    return;
                }
                while (requests && fault == Fault.HOLD_REQUESTS && !listening.isClosed()) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                }
                int passed = passed(read, requests);
                if (passed < 0) {
                    break;
                }
                out.write(buffer, 0, passed);
                out.flush();
                if (passed < read && fault == Fault.CUT_REQUEST) {
                    break;
                }
            }
        } catch (IOException e) {
            // one side is gone; so the other must go
        } finally {
            abort(from);
            abort(to);
        }
    }

    /** Returns how many bytes may pass; negative to reset the connection. */
    private int passed(int read, boolean requests) {
        switch (fault) {
            case BLACK_HOLE -> {
                return 0;
            }
            case DROP_REPLIES -> {
                return requests ? read : 0;
            }
            case RESET_ON_REPLY -> {
                return requests ? read : -1;
            }
            case CUT_REQUEST -> {
                return requests ? Math.min(read, bytesToPass.get()) : read;
            }
            default -> {
                return read;
            }
        }
    }

    private static void abort(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // it is closed
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        reset();
    }
}
