package io.backtestkit.testkit;

import io.backtestkit.store.StoreUnavailableException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Calls of a store with short time-outs where nothing is wrong with its network: on a busy machine such a store may give up all
 * the same, and is asked again.
 */
public final class Patiently {

    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private Patiently() {}

    /** Makes the call until the store can be reached, for a minute. */
    public static <T> T get(Supplier<T> call) {
        return get(LONGEST, call);
    }

    /** Makes a change that may be made twice, until the store can be reached, for a minute. */
    public static void run(Runnable call) {
        get(() -> {
            call.run();
            return true;
        });
    }

    static <T> T get(Duration longest, Supplier<T> call) {
        long end = System.nanoTime() + longest.toNanos();
        while (true) {
            try {
                return call.get();
            } catch (StoreUnavailableException e) {
                if (System.nanoTime() - end > 0) {
                    throw new AssertionError(
                            "the network is well for " + longest + ", and the store still cannot be reached", e);
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }
}
