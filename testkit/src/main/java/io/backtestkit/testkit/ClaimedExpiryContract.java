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
    private static final int MOST_TRIES = 5;

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
                Trial trial = new Trial(store, expiry.get(), 0);
                for (int number = 1; trial.provesNothing() && number < MOST_TRIES; number++) {
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

        private final Duration longestPause;

        Trial(SignalStore store, ExpiryFixture expiry, int number) {
            this.store = store;
            this.expiry = expiry;
            claims = store.claims().orElseThrow();
            touched = claimed("TOUCHED-" + number, LEASE);
            written = claimed("WRITTEN-" + number, LEASE);
            abandoned = claimed("ABANDONED-" + number, expiry.after());
            longestPause = hold();
        }

        /** Says whether one is gone that was not held as often as it must be: the machine was busy. */
        boolean provesNothing() {
            return longestPause.compareTo(expiry.after().dividedBy(2)) > 0
                    && (store.read(touched.key()).isEmpty()
                            || store.read(written.key()).isEmpty());
        }

        private Claim claimed(String symbol, Duration lease) {
            SignalKey key = new SignalKey("claimed", symbol);
            Claim claim = granted(claims.claim(key, "owner", lease));
            claims.write(claim, held(key));
            return claim;
        }

        /** Returns the longest time between two touches. */
        private Duration hold() {
            Duration least = expiry.after().multipliedBy(3);
            long start = System.nanoTime();
            long last = start;
            long longest = 0;
            Duration lasted;
            do {
                store.touch(touched.key());
                claims.write(written, held(written.key()));
                LockSupport.parkNanos(PAUSE_NANOS);
                long now = System.nanoTime();
                longest = Math.max(longest, now - last);
                last = now;
                lasted = Duration.ofNanos(now - start);
            } while (lasted.compareTo(least) < 0
                    || (expiry.expires()
                            && store.read(abandoned.key()).isPresent()
                            && lasted.compareTo(least.plus(expiry.longestWait())) < 0));
            return Duration.ofNanos(longest);
        }

        void assertExpiredWhatWasAbandoned() {
            assertThat(store.read(touched.key()))
                    .as("a claimed signal that was touched")
                    .contains(held(touched.key()));
            assertThat(store.read(written.key()))
                    .as("a signal that was written under its claim")
                    .contains(held(written.key()));
            assertThat(store.read(abandoned.key()).isEmpty())
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
            claims.write(claims.renew(abandoned, LEASE), held(abandoned.key()));
            assertThat(store.read(abandoned.key())).contains(held(abandoned.key()));
            Claim next = granted(claims.claim(abandoned.key(), "owner", LEASE));
            assertThat(next.epoch()).as("epoch after what expired").isGreaterThan(abandoned.epoch());
        }
    }
}
