package io.backtestkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.signal.ClosedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A fixture without expiry declares that nothing expires: the store then says so, and touching changes nothing. */
@Tag("expiry")
abstract class ExpiryContract extends StoreContract {

    private static final SignalKey TOUCHED = new SignalKey("held", "TOUCHED");
    private static final SignalKey WRITTEN = new SignalKey("held", "WRITTEN");
    private static final SignalKey ABANDONED = new SignalKey("abandoned", "BTCUSDT");
    private static final SignalKey LOGGED = new SignalKey("ended", "BTCUSDT");
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    ExpiryContract(Supplier<StoreFixture> fixtures) {
        super(fixtures);
    }

    private static Signal held(SignalKey key) {
        return SampleSignals.openLong(key).build();
    }

    @Test
    void nothingExpiresUnlessTheStoreWasToldSo() {
        Signal signal = held(TOUCHED);
        store().write(TOUCHED, signal);

        store().touch(TOUCHED);
        store().touch(ABANDONED);

        assertThat(store().expireAbandonedAfter()).as("expireAbandonedAfter()").isEmpty();
        assertHolds(signal);
        assertFree(ABANDONED);
        assertLists(List.of(TOUCHED));
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void anAbandonedSignalGoesAndAHeldOneStaysHoweverLongItIsOpen() {
        Optional<ExpiryFixture> expiry = fixture().expiry();
        if (expiry.isEmpty()) {
            assertThat(store().expireAbandonedAfter())
                    .as("expireAbandonedAfter() of a store declared to expire nothing")
                    .isEmpty();
            return;
        }
        ClosedSignal ended = SampleSignals.closed(held(LOGGED));
        try (SignalStore store = expiry.get().openExpiring()) {
            assertThat(store.expireAbandonedAfter())
                    .as("expireAbandonedAfter()")
                    .contains(expiry.get().after());
            store.write(LOGGED, held(LOGGED));
            store.end(ended);

            long start = System.nanoTime();
            while (!hold(store, expiry.get())) {
                assertThat(Duration.ofNanos(System.nanoTime() - start))
                        .as("how long the machine was too slow to touch it in time")
                        .isLessThan(PATIENCE);
            }
            store.tradeLog().ifPresent(log -> assertThat(log.trades(LOGGED)).containsExactly(ended));
        }
    }

    /**
     * Holds two signals for three times their time to live, and until an abandoned one is gone if it ever goes. Returns false if
     * the machine was too slow to touch them in time: then nothing was shown.
     */
    private static boolean hold(SignalStore store, ExpiryFixture expiry) {
        Duration least = expiry.after().multipliedBy(3);
        long start = System.nanoTime();
        long touched = start;
        List.of(TOUCHED, WRITTEN, ABANDONED).forEach(key -> store.write(key, held(key)));
        Duration held;
        Optional<Signal> abandoned;
        do {
            long touching = System.nanoTime();
            store.touch(TOUCHED);
            store.write(WRITTEN, held(WRITTEN));
            abandoned = store.read(ABANDONED);
            Optional<Signal> kept = store.read(TOUCHED);
            Optional<Signal> written = store.read(WRITTEN);
            LockSupport.parkNanos(PAUSE_NANOS);
            if (System.nanoTime() - touched >= expiry.after().toNanos()) {
                return false;
            }
            touched = touching;
            held = Duration.ofNanos(System.nanoTime() - start);
            assertThat(kept).as("a signal that was touched").contains(held(TOUCHED));
            assertThat(written).as("a signal that was written").contains(held(WRITTEN));
        } while (held.compareTo(least) < 0
                || (expiry.expires() && abandoned.isPresent() && held.compareTo(least.plus(expiry.longestWait())) < 0));
        assertThat(abandoned.isEmpty())
                .as("a signal nobody touched for %s is gone", expiry.after())
                .isEqualTo(expiry.expires());
        return true;
    }
}
