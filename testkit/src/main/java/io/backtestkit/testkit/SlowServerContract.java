package io.backtestkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow-server")
abstract class SlowServerContract extends NetworkContract {

    SlowServerContract(Supplier<StoreFixture> fixtures) {
        super(fixtures);
    }

    @Test
    void repliesThatAreLateButInTimeAreWaitedFor() {
        patientlyBehindProxy(proxied -> {
            Duration delay = proxied.server.bearableDelay();
            for (Change change : Change.values()) {
                proxied.prepare(change, key(change, 0));
                proxied.proxy.delay(delay);
                long start = System.nanoTime();

                Attempt attempt = proxied.attempt(change, key(change, 0));

                assertThat(attempt.failure())
                        .as("failure of a %s, each reply of which was %s late", change, delay)
                        .isEmpty();
                assertThat(Duration.ofNanos(System.nanoTime() - start))
                        .as("how long a %s waited for its reply", change)
                        .isGreaterThanOrEqualTo(delay);
                proxied.assertToldTruly(change, key(change, 0), attempt);
            }
        });
    }

    /** The late reply comes after all, when the store asks for something else. */
    @Test
    void repliesThatAreTooLateAreGivenUpAndNotTakenForOthers() {
        behindProxy(proxied -> {
            proxied.prepare(Change.REPLACE, KEY);
            proxied.prepare(Change.REPLACE, OTHER);
            proxied.proxy.delay(proxied.server.longestCall());

            Attempt attempt = proxied.attempt(Change.REPLACE, KEY);

            assertThat(attempt.succeeded())
                    .as("success of a write that was not answered in time")
                    .isFalse();
            assertThat(proxied.readOnceBack(OTHER))
                    .as("read of %s, after late replies about %s", OTHER, KEY)
                    .contains(Change.held(OTHER));
            proxied.assertToldTruly(Change.REPLACE, KEY, attempt);
        });
    }
}
