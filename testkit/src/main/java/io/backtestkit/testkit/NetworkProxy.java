package io.backtestkit.testkit;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a client and its server on a port of this machine, and fails as it is told; at first it passes
 * everything. A plan holds, for the connections that are there and for new ones, until the next is made. Any thread may
 * tell it.
 */
public final class NetworkProxy implements AutoCloseable {

    private static final long LONGEST_BINDING_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final int BACKLOG = 50;

    private final String serverHost;
    private final int serverPort;
    private final Set<ProxyLine> lines = ConcurrentHashMap.newKeySet();
    private final Object changed = new Object();
    private volatile NetworkPlan plan = NetworkPlan.pass();
    private volatile ServerSocket listening;
    private volatile Thread accepting;
    private volatile @Nullable HeldRequest held;

    /** Listens on a free port, for a server that need not be there yet. */
    public NetworkProxy(String serverHost, int serverPort) {
        this.serverHost = serverHost;
        this.serverPort = serverPort;
        listening = listenOnAny();
        accepting = startAccepting(listening);
    }

    /** Returns the address to connect to instead of the server's. */
    public String host() {
        return InetAddress.getLoopbackAddress().getHostAddress();
    }

    /** Returns the port to connect to instead of the server's; always the same. */
    public int port() {
        return listening.getLocalPort();
    }

    /** Passes everything, also on connections that were failing; takes connections again after {@link #refuse}. */
    public void pass() {
        follow(NetworkPlan.pass());
        if (listening.isClosed()) {
            listening = listenOn(port());
            accepting = startAccepting(listening);
        }
    }

    /** Fails on every connection, at once. */
    public void fail(NetworkFault fault) {
        fail(fault, 0);
    }

    /** Fails on every connection, each after so many more requests, or replies if the fault strikes those, have passed. */
    public void fail(NetworkFault fault, int passing) {
        follow(NetworkPlan.everywhere(fault, passing));
    }

    /** Fails on the connection on which so many more messages have passed first, and on no other. */
    public void failOnce(NetworkFault fault, int passing) {
        follow(NetworkPlan.once(fault, passing));
    }

    /** Fails on the next connection on which a request holds that text, beginning with that request, and on no other. */
    public void failOnce(NetworkFault fault, String text) {
        follow(NetworkPlan.once(fault, text));
    }

    /**
     * Keeps the next request that holds that text, and what follows it on that connection, until {@link #deliver}. That its
     * client has given up meanwhile does not stop it.
     */
    public void holdOnce(String text) {
        held = new HeldRequest(text, 0);
    }

    /** As {@link #holdOnce(String)}: keeps the next request after so many more, counted over all connections. */
    public void holdOnce(int passing) {
        held = new HeldRequest("", passing);
    }

    /** Holds nothing any more, and lets what is held go without waiting. */
    public void holdNothing() {
        HeldRequest request = held;
        held = null;
        if (request != null) {
            request.release();
        }
    }

    /** Says whether the request that was to be held has come, and is held or was delivered. */
    public boolean holds() {
        HeldRequest request = held;
        return request != null && request.isTaken();
    }

    /**
     * Lets the held request go, and waits until the server has answered it or closed the connection.
     *
     * @throws IllegalStateException if that was not so within a minute, or nothing was held
     */
    public void deliver() throws InterruptedException {
        HeldRequest request = held;
        if (request == null || !request.deliver()) {
            throw new IllegalStateException(
                    "Cannot deliver a held request: none came, or the server did not answer it.");
        }
    }

    /** Resets every connection once so many more bytes of requests have passed on it; at least 1. */
    public void cutAfter(long bytes) {
        follow(NetworkPlan.cutAfter(bytes));
    }

    /** Holds every reply back for that long. */
    public void delay(Duration delay) {
        follow(NetworkPlan.delayed(delay));
    }

    /** Resets every connection and refuses new ones, as a machine does on which the server does not run. */
    public void refuse() {
        closeQuietly(listening);
        awaitEndOfAccepting();
        reset();
    }

    /** The system refuses nobody as long as a thread is still waiting in the closed socket. */
    private void awaitEndOfAccepting() {
        try {
            accepting.join(TimeUnit.NANOSECONDS.toMillis(LONGEST_BINDING_NANOS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Resets every connection that is there; new ones are taken. */
    public void reset() {
        lines.forEach(ProxyLine::reset);
    }

    /** Returns how many messages the present plan has harmed so far. */
    public long struckMessages() {
        return plan.struckMessages();
    }

    NetworkPlan plan() {
        return plan;
    }

    @Nullable
    HeldRequest held() {
        return held;
    }

    /** Has nothing to do with that connection any more. */
    void forget(ProxyLine line) {
        lines.remove(line);
    }

    private void follow(NetworkPlan next) {
        synchronized (changed) {
            plan = next;
            changed.notifyAll();
        }
    }

    private Thread startAccepting(ServerSocket socket) {
        return start("accept", () -> accept(socket));
    }

    /** Listens on a free port of this machine, which nobody is likely to take while the proxy refuses. */
    static ServerSocket listenOnAny() {
        try {
            return Ports.listening();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot listen on any port of this machine.", e);
        }
    }

    /** Listens on a port of this machine, as soon as the system has let go of its last user. */
    static ServerSocket listenOn(int port) {
        long end = System.nanoTime() + LONGEST_BINDING_NANOS;
        while (true) {
            try {
                ServerSocket socket = new ServerSocket();
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
                return socket;
            } catch (IOException e) {
                if (System.nanoTime() > end) {
                    throw new UncheckedIOException("Cannot listen on port " + port + " of this machine.", e);
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private static Thread start(String name, Runnable work) {
        Thread thread = new Thread(work, "network proxy " + name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void accept(ServerSocket socket) {
        while (!socket.isClosed()) {
            try {
                connect(socket.accept());
            } catch (IOException e) {
                lines.removeIf(ProxyLine::isOver); // the end of listening, or of one client
            }
        }
    }

    private void connect(Socket client) throws IOException {
        Socket server;
        try {
            server = new Socket(serverHost, serverPort);
        } catch (IOException e) {
            abort(client); // as the server's own machine would answer
            throw e;
        }
        ProxyLine line = new ProxyLine(this, client, server);
        lines.add(line);
        if (listening.isClosed()) {
            line.reset();
        }
        start("requests", line::carryRequests);
        start("replies", line::carryReplies);
    }

    /** Waits as long as the plan delays replies, or until it is replaced. */
    void holdBack() throws InterruptedException {
        synchronized (changed) {
            NetworkPlan present = plan;
            long end = System.nanoTime() + present.delay().toNanos();
            long left = end - System.nanoTime();
            while (plan == present && left > 0) {
                changed.wait(left / 1_000_000 + 1);
                left = end - System.nanoTime();
            }
        }
    }

    /** Closes without ceremony: the other side sees a reset. */
    static void abort(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            return; // it is closed
        }
    }

    static void closeQuietly(Closeable socket) {
        try {
            socket.close();
        } catch (IOException e) {
            return; // what is being thrown away need not end well
        }
    }

    /** Takes no more connections and resets those there are. */
    @Override
    public void close() {
        refuse();
    }
}
