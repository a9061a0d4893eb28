package io.backtestkit.store.file;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The one thread that touches a store's files, so that no interrupt of a caller can close a file in the middle of a write.
 * A daemon; it ends after a while without work, at once after {@link #retire}, and comes back when there is some.
 */
final class StoreThread {

    private static final long IDLE_SECONDS = 30;

    private final ThreadPoolExecutor executor;

    StoreThread(String store) {
        executor = new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
            Thread thread = new Thread(null, work, "backtest-kit " + store, 0, false);
            thread.setDaemon(true);
            return thread;
        });
        executor.allowCoreThreadTimeOut(true);
    }

    /** Does that work and waits for it to end, also when interrupted; the interrupt is kept for the caller. */
    <T> T call(Callable<T> work) {
        Future<T> result = executor.submit(work);
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

    /** Says that hardly any more work will come. */
    void retire() {
        executor.setKeepAliveTime(1, TimeUnit.MILLISECONDS);
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
