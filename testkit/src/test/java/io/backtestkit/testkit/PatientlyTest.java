package io.backtestkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.backtestkit.store.StoreFailure;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.store.StoreUnavailableException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PatientlyTest {

    private static final StoreFailure SLOW = StoreFailure.of("read signal", "toy://here", "nothing in time", "Wait.");

    private final AtomicInteger calls = new AtomicInteger();

    @Test
    void whatCannotBeReachedIsAskedAgain() {
        Patiently.run(() -> {
            if (calls.incrementAndGet() < 3) {
                throw StoreUnavailableException.notSent(SLOW, null);
            }
        });

        assertThat(calls).hasValue(3);
    }

    @Test
    void whatRefusesIsNotAskedAgain() {
        assertThatExceptionOfType(StoreRefusedException.class)
                .isThrownBy(() -> Patiently.run(() -> {
                    calls.incrementAndGet();
                    throw new StoreRefusedException(SLOW, null);
                }));

        assertThat(calls).hasValue(1);
    }

    @Test
    void whatNeverComesBackIsGivenUp() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> Patiently.get(Duration.ofMillis(10), () -> {
                    throw StoreUnavailableException.notSent(SLOW, null);
                }))
                .withMessageContaining("still cannot be reached")
                .withCauseInstanceOf(StoreUnavailableException.class);
    }
}
