package io.backtestkit.engine;

import io.backtestkit.store.StoreFailure;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.store.UnreadableSignalException;
import java.util.Set;
import java.util.function.Supplier;

/** Lets the named calls of a {@link SurvivingStore} fail. */
record Failing(Set<String> calls, boolean afterwards, Supplier<? extends RuntimeException> failure)
        implements SurvivingStore.Interference {

    private static final StoreFailure DOWN = StoreFailure.of("use", "surviving:", "the test took it down", "Wait.");

    /** Nothing is changed, and the store says so. */
    static Failing down(String... calls) {
        return new Failing(Set.of(calls), false, () -> StoreUnavailableException.notSent(DOWN, null));
    }

    /** Nothing is changed, but the store cannot tell. */
    static Failing unknownNotDone(String... calls) {
        return new Failing(Set.of(calls), false, () -> StoreUnavailableException.unknown(DOWN, null));
    }

    /** The change is made, but the store cannot tell. */
    static Failing unknownDone(String... calls) {
        return new Failing(Set.of(calls), true, () -> StoreUnavailableException.unknown(DOWN, null));
    }

    static Failing refusing(String... calls) {
        return new Failing(Set.of(calls), false, () -> new StoreRefusedException(DOWN, null));
    }

    static Failing unreadable(String... calls) {
        return new Failing(Set.of(calls), false, () -> new UnreadableSignalException(DOWN, null));
    }

    /** Throws what no store may throw, before or after the change was made. */
    static Failing foreign(boolean afterwards, String... calls) {
        return new Failing(Set.of(calls), afterwards, () -> new IllegalStateException("a driver's own exception"));
    }

    @Override
    public void before(String call) {
        if (!afterwards && calls.contains(call)) {
            throw failure.get();
        }
    }

    @Override
    public void after(String call) {
        if (afterwards && calls.contains(call)) {
            throw failure.get();
        }
    }
}
