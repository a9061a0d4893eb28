package io.backtestkit.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.backtestkit.market.Candle;
import io.backtestkit.market.Interval;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KlineFeedTest {

    private static final long START = 1_700_000_040_000L;

    private KlineExchange exchange;
    private KlineFeed feed;

    @BeforeEach
    void an_exchange_knows_five_minutes_and_a_sixth_that_runs() throws IOException {
        exchange = new KlineExchange();
        for (int minute = 0; minute < 6; minute++) {
            exchange.minute(at(minute), 100 + minute);
        }
        feed = new KlineFeed(exchange.address(), "BTCUSDT", 3, Duration.ofMillis(1));
    }

    @AfterEach
    void close_both() {
        feed.close();
        exchange.close();
    }

    private static long at(int minute) {
        return START + minute * Interval.MINUTE_MILLIS;
    }

    @Test
    void the_history_ends_before_the_minute_that_still_runs() throws Exception {
        assertThat(feed.history().closes()).containsExactly(102, 103, 104);
        assertThat(exchange.asked()).containsExactly("interval=1m&symbol=BTCUSDT&limit=4");
    }

    @Test
    void a_candle_is_taken_once_the_next_one_has_begun() throws Exception {
        feed.history();
        exchange.minute(at(6), 106);
        exchange.hideTheLast(3);
        assertThat(feed.next()).contains(new Candle(at(5), 105, 105, 105, 105, 1.5));
        assertThat(exchange.asked()).hasSize(1 + 3 + 1);
    }

    @Test
    void after_a_pause_of_the_exchange_it_goes_on_with_the_minutes_there_are() throws Exception {
        exchange.minute(at(7), 107);
        exchange.minute(at(8), 108);
        assertThat(feed.history().closes()).containsExactly(107);
        exchange.minute(at(20), 120);
        exchange.minute(at(21), 121);
        assertThat(feed.next().map(Candle::close)).contains(108.0);
        assertThat(feed.next().map(Candle::close)).contains(120.0);
    }

    @Test
    void what_the_exchange_refuses_is_thrown_with_its_words() {
        exchange.fail(1);
        assertThatIOException()
                .isThrownBy(feed::history)
                .withMessageContainingAll("HTTP 429", "symbol=BTCUSDT", "Too many requests");
    }

    @Test
    void an_answer_without_any_candle_is_no_history() throws IOException {
        try (KlineExchange empty = new KlineExchange();
                KlineFeed none = new KlineFeed(empty.address(), "BTCUSDT", 3, Duration.ofMillis(1))) {
            assertThatIOException().isThrownBy(none::history).withMessageStartingWith("no candle yet");
        }
    }

    @Test
    void closing_wakes_who_waits_for_the_minute_to_end() throws Exception {
        KlineFeed patient = new KlineFeed(exchange.address(), "BTCUSDT", 3, Duration.ofDays(1));
        patient.history();
        CompletableFuture<Optional<Candle>> waiting = CompletableFuture.supplyAsync(() -> next(patient));
        while (exchange.asked().size() < 2) {
            Thread.onSpinWait();
        }
        patient.close();
        assertThat(waiting.get(1, TimeUnit.MINUTES)).isEmpty();
    }

    @Test
    void an_answer_that_stops_after_its_headers_is_a_failure_and_closing_wakes_who_waits_for_it() throws Exception {
        exchange.fallSilentAfterTheHeaders();
        try (KlineFeed brief = feed(Duration.ofMillis(100))) {
            assertThatIOException()
                    .isThrownBy(brief::history)
                    .withMessageStartingWith("no whole answer within PT0.1S from http://127.0.0.1:");
        }
        KlineFeed patient = feed(Duration.ofDays(1));
        int before = exchange.asked().size();
        CompletableFuture<Optional<Candle>> waiting = CompletableFuture.supplyAsync(() -> next(patient));
        while (exchange.asked().size() == before) {
            Thread.onSpinWait();
        }
        patient.close();
        assertThat(waiting.get(1, TimeUnit.MINUTES)).isEmpty();
        assertThat(patient.next()).as("closed before").isEmpty();
    }

    @Test
    void an_exchange_that_is_not_there_is_a_failure() {
        exchange.close();
        assertThatIOException().isThrownBy(feed::history).withMessageContaining("ConnectException");
    }

    private KlineFeed feed(Duration longestRequest) {
        return new KlineFeed(
                exchange.address(), "BTCUSDT", 3, Duration.ofMillis(1), InstantSource.system(), longestRequest);
    }

    private static Optional<Candle> next(KlineFeed feed) {
        try {
            return feed.next();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
