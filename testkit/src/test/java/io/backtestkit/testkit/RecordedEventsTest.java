package io.backtestkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class RecordedEventsTest {

    private final RecordedEvents<Object> events = new RecordedEvents<>();

    @Test
    void eventsAreKeptInOrder() {
        events.accept("a");
        events.accept(1);
        events.accept("b");

        assertThat(events.all()).containsExactly("a", 1, "b");
        assertThat(events.ofType(String.class)).containsExactly("a", "b");
        events.clear();
        assertThat(events.all()).isEmpty();
    }

    @Test
    void anEventOfThePastIsFoundAtOnce() throws Exception {
        events.accept("a");
        events.accept(7);

        assertThat(events.await(Integer.class, Duration.ZERO)).isEqualTo(7);
    }

    @Test
    void anEventOfAnotherThreadEndsTheWaiting() throws Exception {
        CompletableFuture<Void> sender = CompletableFuture.runAsync(() -> {
            events.accept(1);
            events.accept("late");
        });

        assertThat(events.await(String.class, Duration.ofSeconds(30))).isEqualTo("late");
        sender.get(30, TimeUnit.SECONDS);
    }

    @Test
    void waitingEndsInTimeAndNamesWhatWasHeard() {
        events.accept("only this");

        assertThatExceptionOfType(TimeoutException.class)
                .isThrownBy(() -> events.await(Integer.class, Duration.ofMillis(20)))
                .withMessageContaining("only this");
    }

    @Test
    void aClockMovesOnlyWhenItIsSet() {
        SettableClock clock = new SettableClock(SampleSignals.AT);

        assertThat(clock.instant()).isEqualTo(SampleSignals.AT);
        assertThat(clock.advance(Duration.ofMinutes(1))).isEqualTo(SampleSignals.AT.plusSeconds(60));
        assertThat(clock.millis()).isEqualTo(SampleSignals.AT.plusSeconds(60).toEpochMilli());
        clock.set(Instant.EPOCH);
        assertThat(clock).hasToString("1970-01-01T00:00:00Z");
    }
}
