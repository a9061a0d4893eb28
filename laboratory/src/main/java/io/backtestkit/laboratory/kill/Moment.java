package io.backtestkit.laboratory.kill;

import io.backtestkit.store.StoreUnavailableException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Waiting. */
final class Moment {

    private static final long LONGEST_NANOS = Duration.ofSeconds(60).toNanos();
    private static final long PAUSE_NANOS = Duration.ofMillis(5).toNanos();

    private Moment() {}

    /** Lets so much time pass, exactly. */
    static void pass(long nanos) {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
    }

    /** Asks until there is an answer, also while the store cannot be reached, for a minute. */
    static <T> T await(String what, Supplier<Optional<T>> question) {
        long end = System.nanoTime() + LONGEST_NANOS;
        while (true) {
            String reason;
            try {
                Optional<T> answer = question.get();
                if (answer.isPresent()) {
                    return answer.get();
                }
                reason = "no";
            } catch (StoreUnavailableException e) {
                reason = e.toString();
            }
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("waited in vain until " + what + ": " + reason);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
