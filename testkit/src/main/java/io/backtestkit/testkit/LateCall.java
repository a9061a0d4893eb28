package io.backtestkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.store.StoreUnavailableException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A call under way, on a thread of its own, that its slot does not wait for: what is there by then must stay. */
abstract class LateCall {

    private static final int PATIENCE = 4;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final FutureTask<Boolean> call;
    private final CountDownLatch begun = new CountDownLatch(1);
    private final Duration longest;

    /**
     * Prepares it.
     *
     * @param longest how long a call may take
     */
    LateCall(Duration longest) {
        this.longest = longest;
        call = new FutureTask<>(
                () -> {
                    begun.countDown();
                    make();
                },
                true);
    }

    /** Makes the call. */
    abstract void make();

    /** Has the slot go on without waiting for the call. */
    abstract void overtake();

    /** Checks that the slot is as it was left when it had gone on. */
    abstract void assertChangedNothing();

    /** Says whether success may be told of a call that had not ended before the slot went on. */
    abstract boolean mayBeToldDone();

    /** Says whether the call may fail with that. */
    boolean mayThrow(Throwable failure) {
        return failure instanceof StoreUnavailableException;
    }

    /** Makes the call on a thread of its own. */
    final void begin() {
        start(call);
    }

    private void start(FutureTask<?> task) {
        Thread thread = new Thread(task, toString());
        thread.setDaemon(true); // one that hangs for ever must not keep the tests from ending
        thread.start();
    }

    /** Waits until the call is made. */
    final void awaitBeginning() {
        try {
            begun.await();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    final boolean isDone() {
        return call.isDone();
    }

    /** Waits, as long as a call may take, until something is so; says whether it is. */
    final boolean await(BooleanSupplier state) {
        return await(state, longest);
    }

    static boolean await(BooleanSupplier state, Duration atMost) {
        long end = System.nanoTime() + atMost.toNanos();
        while (!state.getAsBoolean() && System.nanoTime() < end) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return state.getAsBoolean();
    }

    /** Tries {@link #overtake} on another thread: a store may make others wait for a change that has begun. */
    final boolean isOvertakenSoon() {
        FutureTask<?> overtaking = new FutureTask<>(this::overtake, true);
        start(overtaking);
        if (!await(overtaking::isDone)) {
            return false;
        }
        try {
            overtaking.get();
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StoreUnavailableException) {
                return false; // it gave up waiting
            }
            throw new AssertionError("who did not wait for " + this + " failed: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Waits for the end of the call, and says whether its caller was told that it was made. */
    final boolean wasToldDone() {
        try {
            return call.get(PATIENCE * longest.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError(this + " had not returned after " + longest.multipliedBy(PATIENCE), e);
        } catch (ExecutionException e) {
            assertThat(e.getCause()).as("what %s threw", this).matches(this::mayThrow, "one of what it may throw");
            return false;
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static AssertionError interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new AssertionError("interrupted while waiting", e);
    }
}
