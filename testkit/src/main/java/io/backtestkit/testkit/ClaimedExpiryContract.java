package io.backtestkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.signal.ClosedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.Claims;
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

/**
 * Under a claim, signals expire as they do without one; the claim itself does not. Whether an abandoned signal goes while a lease
 * still runs is the store's to say.
 */
@Tag("claimed-expiry")
abstract class ClaimedExpiryContract extends StoreContract {

    private static final Duration LEASE = Duration.ofMinutes(30);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    ClaimedExpiryContract(Supplier<StoreFixture> fixtures) {
        super(fixtures);
    }

    private static Signal held(SignalKey key) {
        return SampleSignals.openLong(key).build();
    }

    @Test
    void nothingExpiresUnlessTheStoreWasToldSo() {
        withClaims(claims -> {
            Claim claim = granted(claims.claim(KEY, "owner", LEASE));
            claims.write(claim, held(KEY));

            store().touch(KEY);
            store().touch(OTHER);

            assertThat(store().expireAbandonedAfter())
                    .as("expireAbandonedAfter()")
                    .isEmpty();
            assertHolds(held(KEY));
            assertFree(OTHER);
            assertThat(claims.holder(KEY)).contains(claim);
        });
    }

    @Test
    @Timeout(value = 8, unit = TimeUnit.MINUTES)
    void underAClaimAnAbandonedSignalGoesAndAHeldOneStays() {
        withClaims(unused -> {
            Optional<ExpiryFixture> expiry = fixture().expiry();
            if (expiry.isEmpty()) {
                assertThat(store().expireAbandonedAfter())
                        .as("expireAbandonedAfter() of a store declared to expire nothing")
                        .isEmpty();
                return;
            }
            try (SignalStore store = expiry.get().openExpiring()) {
                long start = System.nanoTime();
                int number = 0;
                Trial trial = new Trial(store, expiry.get(), number);
                while (!trial.hold()) {
                    assertThat(Duration.ofNanos(System.nanoTime() - start))
                            .as("how long the machine was too slow to hold it in time")
                            .isLessThan(PATIENCE);
                    number++;
                    trial = new Trial(store, expiry.get(), number);
                }
                trial.assertExpiredWhatWasAbandoned();
            }
        });
    }

    /** Three claimed slots, one of which is left alone for three times its time to live. */
    private static final class Trial {

        private final SignalStore store;
        private final ExpiryFixture expiry;
        private final Claims claims;
        private final Claim touched;
        private final Claim written;
        private final Claim abandoned;
        private final long begun = System.nanoTime();
        private boolean gone;

        Trial(SignalStore store, ExpiryFixture expiry, int number) {
            this.store = store;
            this.expiry = expiry;
            claims = store.claims().orElseThrow();
            touched = claimed("TOUCHED-" + number, LEASE);
            written = claimed("WRITTEN-" + number, LEASE);
            abandoned = claimed("ABANDONED-" + number, expiry.after());
        }

        private Claim claimed(String symbol, Duration lease) {
            SignalKey key = new SignalKey("claimed", symbol);
            Claim claim = granted(claims.claim(key, "owner", lease));
            claims.write(claim, held(key));
            return claim;
        }

        /**
         * Holds two of them, and says whether the machine was quick enough to: else nothing was shown. What is read may be
         * gone if the last touch that was over before is longer ago than a signal lives.
         */
        boolean hold() {
            Duration least = expiry.after().multipliedBy(3);
            long start = System.nanoTime();
            long last = begun;
            Duration lasted;
            do {
                long holding = System.nanoTime();
                store.touch(touched.key());
                claims.write(written, held(written.key()));
                gone = store.read(abandoned.key()).isEmpty();
                Optional<Signal> ofTouched = store.read(touched.key());
                Optional<Signal> ofWritten = store.read(written.key());
                if (lastsLongerThanASignal(last)) {
                    return false;
                }
                assertThat(ofTouched).as("a claimed signal that was touched").contains(held(touched.key()));
                assertThat(ofWritten)
                        .as("a signal that was written under its claim")
                        .contains(held(written.key()));
                LockSupport.parkNanos(PAUSE_NANOS);
                last = holding;
                lasted = Duration.ofNanos(System.nanoTime() - start);
            } while (lasted.compareTo(least) < 0
                    || (expiry.expires() && !gone && lasted.compareTo(least.plus(expiry.longestWait())) < 0));
            return true;
        }

        private boolean lastsLongerThanASignal(long since) {
            return System.nanoTime() - since >= expiry.after().toNanos();
        }

        void assertExpiredWhatWasAbandoned() {
            assertThat(gone)
                    .as("a claimed signal nobody touched for %s is gone", expiry.after())
                    .isEqualTo(expiry.expires());
            for (Claim claim : List.of(touched, written, abandoned)) {
                assertThat(claims.holder(claim.key()).map(Claim::epoch))
                        .as("epoch of the holder of %s", claim.key())
                        .contains(claim.epoch());
            }
            assertGoesOn();
        }

        /** The owners renew and end; who claims what expired comes after all who had it. */
        private void assertGoesOn() {
            ClosedSignal ended = SampleSignals.closed(held(touched.key()));
            claims.end(claims.renew(touched, LEASE), ended);
            assertThat(store.read(touched.key())).as("read of an ended signal").isEmpty();
            store.tradeLog()
                    .ifPresent(log -> assertThat(log.trades(touched.key())).containsExactly(ended));
            Claim renewed = claims.renew(abandoned, LEASE);
            Optional<Signal> found;
            long writing;
            do {
                writing = System.nanoTime();
                claims.write(renewed, held(abandoned.key()));
                found = store.read(abandoned.key());
            } while (found.isEmpty() && lastsLongerThanASignal(writing));
            assertThat(found).as("what was written after it had expired").contains(held(abandoned.key()));
            Claim next = granted(claims.claim(abandoned.key(), "owner", LEASE));
            assertThat(next.epoch()).as("epoch after what expired").isGreaterThan(abandoned.epoch());
        }
    }
}
