package io.backtestkit.testkit;

import io.backtestkit.store.StoreUnavailableException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A call that was made through a bad network, and has returned in time.
 *
 * @param failure what it threw; empty if it succeeded
 */
record Attempt(Optional<StoreUnavailableException> failure) {

    /** A call under way, on a thread of its own. */
    record UnderWay(String what, FutureTask<Boolean> task, Duration longest) {

        /** Waits for its end, which must come in time, well or with the one exception that says "not reached". */
        Attempt end() {
            try {
                task.get(longest.toMillis(), TimeUnit.MILLISECONDS);
                return new Attempt(Optional.empty());
            } catch (TimeoutException e) {
                throw new AssertionError(what + " had not returned after " + longest + ", the longest declared", e);
            } catch (ExecutionException e) {
                if (e.getCause() instanceof StoreUnavailableException unavailable) {
                    return new Attempt(Optional.of(unavailable));
                }
                throw new AssertionError(
                        what + " where the server could not be reached threw no StoreUnavailableException but "
                                + e.getCause(),
                        e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while waiting for " + what, e);
            }
        }
    }

    static UnderWay start(String what, Duration longest, Runnable call) {
        FutureTask<Boolean> task = new FutureTask<>(call, true);
        Thread thread = new Thread(task, what);
        thread.setDaemon(true); // one that hangs for ever must not keep the tests from ending
        thread.start();
        return new UnderWay(what, task, longest);
    }

    boolean succeeded() {
        return failure.isEmpty();
    }

    boolean mayHaveHappened() {
        return failure.map(StoreUnavailableException::mayHaveHappened).orElse(true);
    }
}
