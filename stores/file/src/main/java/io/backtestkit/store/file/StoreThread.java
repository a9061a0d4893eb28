package io.backtestkit.store.file;

import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.file.FileFault.Stage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The one thread that touches a store's files, so that no interrupt of a caller can close a file in the middle of a write.
 * Callers wait for it, also when interrupted; the interrupt is kept for them. A daemon; it ends after a while without work,
 * soon after {@link #close}, and comes back when there is some.
 */
final class StoreThread {

    /** Work on files that returns something. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws FileFault, IOException;
    }

    /** Work on files. */
    @FunctionalInterface
    interface Act {
        void run() throws FileFault, IOException;
    }

    private static final long IDLE_SECONDS = 30;

    private final String store;
    private final Path place;
    private final long patienceNanos;
    private final ThreadPoolExecutor executor;
    private final AtomicBoolean closed = new AtomicBoolean();
    private long deadline;

    /**
     * Makes the thread of a store.
     *
     * @param store how it is named in messages
     * @param place where its files are
     * @param patience how long a call may wait for the folder's lock, its time in the queue included
     */
    StoreThread(String store, Path place, Duration patience) {
        this.store = store;
        this.place = place;
        this.patienceNanos = patience.toNanos();
        executor = new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
            Thread thread = new Thread(null, work, "backtest-kit " + store, 0, false);
            thread.setDaemon(true);
            return thread;
        });
        executor.allowCoreThreadTimeOut(true);
    }

    /** Returns until when the present call may wait, as in {@link System#nanoTime}. Only for that call's work. */
    long deadline() {
        return deadline;
    }

    /** Does work on one slot. */
    <T> T call(String act, SignalKey key, Work<T> work) {
        return onThread(() -> {
            try {
                return unlessClosed(work);
            } catch (FileFault e) {
                throw e.whileDoing(act, key, store);
            }
        });
    }

    /** Does work on the whole store. */
    <T> T call(String act, Work<T> work) {
        return onThread(() -> {
            try {
                return unlessClosed(work);
            } catch (FileFault e) {
                throw e.whileDoing(act, store);
            }
        });
    }

    private <T> T unlessClosed(Work<T> work) throws FileFault {
        if (closed.get()) {
            throw FileFault.refused("the store was closed", "Open it again.");
        }
        try {
            return work.run();
        } catch (IOException e) {
            throw FileFault.of(e, Stage.BEFORE, place);
        }
    }

    /** Does work on one slot that returns nothing. */
    void run(String act, SignalKey key, Act work) {
        call(act, key, () -> {
            work.run();
            return true;
        });
    }

    /** Does that last work after all other, and refuses all later. A second call does nothing. */
    void close(Runnable work) {
        if (closed.compareAndSet(false, true)) {
            onThread(() -> {
                work.run();
                return true;
            });
            executor.setKeepAliveTime(1, TimeUnit.MILLISECONDS);
        }
    }

    private <T> T onThread(Callable<T> work) {
        long latest = System.nanoTime() + patienceNanos;
        Future<T> result = executor.submit(() -> {
            deadline = latest;
            return work.call();
        });
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return result.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw unwrapped(e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static RuntimeException unwrapped(ExecutionException e) {
        Throwable cause = e.getCause();
        if (cause instanceof RuntimeException failure) {
            return failure;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return new IllegalStateException("Cannot happen: file work throws no checked exception.", cause);
    }
}
