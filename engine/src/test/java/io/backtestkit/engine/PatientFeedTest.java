package io.backtestkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.event.Event;
import io.backtestkit.event.Events;
import io.backtestkit.market.Candle;
import io.backtestkit.store.RetryPolicy;
import io.backtestkit.testkit.RecordedEvents;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PatientFeedTest {

    private static final Duration SILENCE = Duration.ofHours(1);

    private final RecordedEvents<Event> events = new RecordedEvents<>();
    private @Nullable PatientFeed patient;

    private static PatientFeed.Patience patience(Duration silence) {
        return new PatientFeed.Patience(new RetryPolicy(1, Duration.ofMillis(1), Duration.ofMillis(1)), silence);
    }

    /** Has somebody look at the feed while it is asked. */
    private void whileAsked(Duration silence, Consumer<PatientFeed> look) throws InterruptedException {
        ScriptedFeed feed = new ScriptedFeed(Minutes.flat(5)) {
            @Override
            public Optional<Candle> next() {
                look.accept(patient);
                return Optional.empty();
            }
        };
        Events delivered = new Events();
        delivered.on(Event.class, events);
        LiveMarket market = new LiveMarket(Runs.KEY, feed.clock(), delivered, 5);
        patient = new PatientFeed(feed, Runs.KEY.symbol(), patience(silence), new CountDownLatch(1), market);
        assertThat(patient.next()).isEmpty();
    }

    @Test
    void a_silence_is_told_when_it_has_lasted_and_again_after_as_long() throws InterruptedException {
        List<Integer> told = new ArrayList<>(); // what is thrown there counts as the feed's
        whileAsked(SILENCE, asked -> {
            long begin = System.nanoTime();
            for (int tenths : List.of(9, 11, 12, 19, 20, 22)) {
                asked.reportSilence(
                        begin + SILENCE.multipliedBy(tenths).dividedBy(10).toNanos());
                told.add(events.all().size());
            }
        });
        assertThat(told).containsExactly(0, 1, 1, 1, 1, 2);
    }

    @Test
    void it_is_looked_at_ten_times_in_a_silence_and_every_second_at_least() {
        assertThat(patience(Duration.ofMinutes(5)).checkEvery()).isEqualTo(Duration.ofSeconds(1));
        assertThat(patience(Duration.ofSeconds(3)).checkEvery()).isEqualTo(Duration.ofMillis(300));
        assertThat(patience(Duration.ofMillis(1)).checkEvery()).isEqualTo(Duration.ofMillis(1));
        assertThat(patience(Duration.ofDays(1_000_000)).checkEvery()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void a_silence_longer_than_the_nanosecond_clock_can_count_is_never_told() throws InterruptedException {
        whileAsked(
                Duration.ofDays(1_000_000),
                asked -> asked.reportSilence(
                        System.nanoTime() + Duration.ofDays(10_000).toNanos()));
        assertThat(events.all()).isEmpty();
    }
}
