package io.backtestkit.store.redis;

import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.store.StoreUnavailableException;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.protocol.RedisCommand;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one connection of a store. A broken one is replaced at the next call, once for all threads; so is one on which
 * nothing was answered for the socket time-out, in a cluster nothing about one slot, and one whose server has become a
 * replica. A request waits for a connection for connect and command time-out together at most, then for its answer for the
 * command time-out; a script that the server does not know is a second request. None is sent twice from here.
 *
 * <p>An interrupt does not end the waiting, since the outcome would then be unknown without need; the thread stays
 * interrupted.
 */
final class SharedConnection implements AutoCloseable {

    private static final int FIRST_CONNECTIONS = 4;

    /** A connection and its commands; the same for one server and for a cluster. */
    record Session(StatefulConnection<String, byte[]> connection, RedisClusterAsyncCommands<String, byte[]> commands) {}

    private final String store;
    private final boolean clustered;
    private final Supplier<? extends CompletionStage<Session>> connector;
    private final RedisOptions options;
    private final Runnable release;
    private @Nullable CompletableFuture<Session> current;
    private boolean closed;

    /** Whether the connection is gone, though the client may take it for open, or its server is none that takes changes. */
    private volatile boolean gone;

    /** Whether anything was answered on this connection. */
    private volatile boolean answered;

    /** When the oldest request without any answer since was sent; by slot in a cluster, whose servers fall silent one by one. */
    private final Map<Optional<SignalKey>, Long> unansweredSince = new ConcurrentHashMap<>();

    /** Connects when first used. {@code release} runs once, at closing. */
    SharedConnection(
            String store,
            Supplier<? extends CompletionStage<Session>> connector,
            RedisOptions options,
            Runnable release) {
        this.store = store;
        clustered = RedisFailures.isOfCluster(store);
        this.connector = connector;
        this.options = options;
        this.release = release;
    }

    String store() {
        return store;
    }

    /** Sends one request and returns its answer. */
    <T> T call(
            Request request, Function<RedisClusterAsyncCommands<String, byte[]>, ? extends CompletionStage<T>> asking) {
        return asFirst(() -> {
            Session session = session(request);
            return answer(request, asking.apply(session.commands()).toCompletableFuture());
        });
    }

    /**
     * Asks; and again while the connection turns out closed before it has ever answered, as may happen on a busy machine
     * right after connecting. Only if the client rejected what was asked, so that nothing was sent, within the connect
     * time-out, and on four connections at most.
     */
    <T> T asFirst(Supplier<T> asking) {
        long start = System.nanoTime();
        for (int connections = 1; ; connections++) {
            try {
                return asking.get();
            } catch (StoreUnavailableException e) {
                boolean enough = connections == FIRST_CONNECTIONS
                        || System.nanoTime() - start > options.connectTimeout().toNanos();
                if (e.mayHaveHappened() || answered || !gone || enough) {
                    throw e;
                }
            }
        }
    }

    /** Sends a command without waiting for it; its future is then to be given to {@link #answer}. */
    void send(Request request, RedisCommand<String, byte[], ?> command) {
        send(request, connection -> connection.dispatch(command));
    }

    /** Sends several commands in one go, without waiting for any; their futures are then to be given to {@link #answer}. */
    void send(Request request, Collection<? extends RedisCommand<String, byte[], ?>> commands) {
        send(request, connection -> {
            if (clustered) { // together it would wait for the servers they go to, one after the other
                commands.forEach(connection::dispatch);
            } else {
                connection.dispatch(commands);
            }
        });
    }

    private void send(Request request, Consumer<StatefulConnection<String, byte[]>> sending) {
        Session session = session(request);
        try {
            sending.accept(session.connection());
        } catch (RuntimeException e) {
            throw RedisFailures.of(request, store, e);
        }
    }

    /** Waits for the answer, at most for the command time-out. */
    <T> T answer(Request request, Future<T> future) {
        return answer(request, future, options.commandTimeout());
    }

    /** Waits for the answer, at most that long. */
    <T> T answer(Request request, Future<T> future, Duration longest) {
        CompletableFuture<Session> asked = current();
        Optional<SignalKey> slot = clustered ? request.key() : Optional.empty();
        unansweredSince.putIfAbsent(slot, System.nanoTime());
        try {
            T answer = awaited(future, longest);
            unansweredSince.remove(slot);
            answered = true;
            return answer;
        } catch (TimeoutException e) {
            future.cancel(true);
            replaceIfSilent(slot);
            throw RedisFailures.of(request, store, e);
        } catch (ExecutionException e) {
            Throwable cause = RedisFailures.unwrapped(e);
            if (RedisFailures.code(cause) != null) {
                unansweredSince.remove(slot);
                answered = true;
            }
            if (RedisFailures.isRejected(cause) || RedisFailures.isFromReplica(cause)) {
                replace(asked);
            }
            throw RedisFailures.of(request, store, e);
        }
    }

    Session session(Request request) {
        long start = System.nanoTime();
        Duration longest = options.connectTimeout().plus(options.commandTimeout());
        try {
            Session session = awaited(connecting(request), longest);
            if (session.connection().isOpen()) {
                return session;
            }
            // it was closed while it was handed over: nothing was sent on it by this call
            return awaited(connecting(request), longest.minusNanos(System.nanoTime() - start));
        } catch (TimeoutException | ExecutionException e) {
            throw NoConnection.of(request, store, e);
        }
    }

    private synchronized CompletableFuture<Session> connecting(Request request) {
        if (closed) {
            throw closedFailure(request);
        }
        if (current == null || isOver(current) || gone) {
            CompletableFuture<Void> unused = drop();
            gone = false;
            unansweredSince.clear();
            answered = false;
            current = connector.get().toCompletableFuture();
        }
        return current;
    }

    private SignalStoreException closedFailure(Request request) {
        return new StoreRefusedException(request.failed(store, "the store was closed", "Open it again."), null);
    }

    private static boolean isOver(CompletableFuture<Session> session) {
        return session.isDone()
                && (session.isCompletedExceptionally()
                        || !session.join().connection().isOpen());
    }

    private synchronized @Nullable CompletableFuture<Session> current() {
        return current;
    }

    /** Has the connection made anew at the next call, unless it was since: others may wait for answers on that one. */
    private synchronized void replace(@Nullable CompletableFuture<Session> asked) {
        gone |= current == asked;
    }

    private synchronized void replaceIfSilent(Optional<SignalKey> slot) {
        Long since = unansweredSince.get(slot);
        if (since != null
                && System.nanoTime() - since >= options.socketTimeout().toNanos()) {
            CompletableFuture<Void> unused = drop();
        }
    }

    private synchronized CompletableFuture<Void> drop() {
        CompletableFuture<Session> before = current;
        current = null;
        return before == null
                ? CompletableFuture.completedFuture(null)
                : before.thenCompose(session -> session.connection().closeAsync());
    }

    static <T> T awaited(Future<T> future, Duration longest) throws TimeoutException, ExecutionException {
        long end = System.nanoTime() + longest.toNanos();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return future.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (CancellationException e) { // by the client, whose connection was given up
                    throw new ExecutionException(e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Closes after a failure and returns it: closing must not hide it. */
    RuntimeException closedAfter(RuntimeException failure) {
        try {
            close();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
        return failure;
    }

    @Override
    public void close() {
        CompletableFuture<Void> closing;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            closing = drop();
        }
        try {
            awaited(closing, options.connectTimeout());
        } catch (TimeoutException | ExecutionException e) {
            // there is no connection to close, or it does not matter that it would not
        } finally {
            release.run();
        }
    }
}
