package io.backtestkit.store.redis;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for another process, with a bound. */
final class Poll {

    private static final long LONGEST = TimeUnit.MINUTES.toNanos(2);

    private Poll() {}

    static void until(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + LONGEST;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("waited two minutes in vain until " + what);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }
}
