package io.backtestkit.engine;

import static io.backtestkit.engine.Minutes.flat;
import static io.backtestkit.engine.Runs.ALWAYS;
import static io.backtestkit.engine.Runs.NEVER;
import static io.backtestkit.engine.Runs.names;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.backtestkit.event.Event;
import io.backtestkit.market.Candle;
import io.backtestkit.market.Candles;
import io.backtestkit.market.Interval;
import io.backtestkit.store.RetryPolicy;
import io.backtestkit.strategy.Bracket;
import io.backtestkit.strategy.Strategy;
import io.backtestkit.testkit.RecordedEvents;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a live session makes of its feed: candles in order, odd ones, late ones, none, and failures. */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LiveFeedTest {

    private final SurvivingStore store = new SurvivingStore();
    private final RecordedEvents<Event> events = new RecordedEvents<>();

    private static Candles nothing() {
        return Minutes.atFullHour().candles();
    }

    private List<Event> live(Strategy strategy, CandleFeed feed) throws InterruptedException {
        return Runs.live(store, strategy, feed);
    }

    /** Returns a feed whose clock stands still, whatever it gives. */
    private static ScriptedFeed at(int minute) {
        return new ScriptedFeed(flat(5)) {
            @Override
            public InstantSource clock() {
                return InstantSource.fixed(Instant.ofEpochMilli(Minutes.at(minute)));
            }
        };
    }

    /** Returns at which minutes after the full hour the strategy was asked. */
    private List<Long> asked(CandleFeed feed) throws InterruptedException {
        List<Long> times = new ArrayList<>();
        live(
                market -> {
                    times.add((market.time() - Minutes.START) / Interval.MINUTE_MILLIS);
                    return Optional.empty();
                },
                feed);
        return times;
    }

    @Test
    void a_close_inside_a_gap_that_was_carried_forward_stops_too() throws InterruptedException {
        RecordedEvents<Event> events = new RecordedEvents<>();
        Strategy brief = market -> Optional.of(
                Bracket.buy().takeProfit(102).stopLoss(99).minutes(3).build());
        try (BacktestKit kit = Runs.kit(store)) {
            kit.events().on(Event.class, events);
            LiveSession session = Runs.live(
                            kit,
                            brief,
                            new ScriptedFeed(flat(4)).flat(4, 1, 100).flat(50, 5, 100))
                    .stopAfterClose(true)
                    .start();
            assertThat(session.awaitEnd(Runs.LONG)).isTrue();
        }
        assertThat(names(events.all())).containsExactly("Opened", "Failed", "Active", "Active", "Closed", "Stopped");
        assertThat(store.stored(Runs.KEY)).isEmpty();
    }

    @Test
    void a_feed_that_throws_is_reported_and_asked_again() throws InterruptedException {
        List<Event> events = live(
                NEVER,
                new ScriptedFeed(flat(5))
                        .failure(new IOException("reset"))
                        .failure(new IOException())
                        .flat(5, 1, 100));
        assertThat(names(events)).containsExactly("Failed", "Failed", "Idle", "Stopped");
        Event.Failed failed = Runs.only(Event.Failed.class, events).get(0);
        assertThat(failed.activity()).isEqualTo("take a candle");
        assertThat(failed.message())
                .matches("Cannot take the next candle of TEST: the feed threw java.io.IOException: reset\\."
                        + " It is asked again in [01] ms\\.");
        assertThat(failed.cause()).isInstanceOf(IOException.class);
    }

    @Test
    void an_error_of_a_feed_is_reported_and_the_feed_asked_again() throws InterruptedException {
        List<Event> events = live(
                NEVER,
                new ScriptedFeed(flat(5))
                        .failure(new StackOverflowError("nested too deep"))
                        .failure(new NoClassDefFoundError("some/Codec"))
                        .flat(5, 1, 100));
        assertThat(names(events)).containsExactly("Failed", "Failed", "Idle", "Stopped");
        assertThat(Runs.only(Event.Failed.class, events).get(1).message())
                .startsWith(
                        "Cannot take the next candle of TEST: the feed threw java.lang.NoClassDefFoundError: some/Codec."
                                + " It is asked again");
    }

    @Test
    void an_interruption_of_the_feeds_own_is_reported_and_the_feed_asked_again() throws InterruptedException {
        AtomicBoolean interrupted = new AtomicBoolean();
        ScriptedFeed feed = new ScriptedFeed(flat(5)) {
            @Override
            public Optional<Candle> next() throws Exception {
                if (interrupted.compareAndSet(false, true)) {
                    Thread.currentThread().interrupt(); // as who catches an interruption does
                    throw new IOException("interrupted");
                }
                return super.next();
            }
        };
        assertThat(names(live(
                        NEVER, feed.failure(new InterruptedException("mine")).flat(5, 1, 100))))
                .containsExactly("Failed", "Failed", "Idle", "Stopped");
    }

    @Test
    void as_many_feed_failures_in_a_row_as_allowed_end_the_session_and_a_candle_between_starts_the_count_anew()
            throws InterruptedException {
        ScriptedFeed feed = new ScriptedFeed(flat(5));
        for (int i = 0; i < 4; i++) {
            feed.failure(new IOException("reset"));
        }
        feed.flat(5, 1, 100);
        for (int i = 0; i < 5; i++) {
            feed.failure(new IOException("reset"));
        }
        feed.flat(6, 1, 100);
        List<Event> events = live(ALWAYS, feed);
        assertThat(Runs.only(Event.Failed.class, events)).hasSize(9);
        assertThat(Runs.only(Event.Failed.class, events).get(8).message())
                .endsWith("It threw 5 times in a row: trading stops, the position stays in the store.");
        assertThat(Runs.only(Event.Failed.class, events).get(7).activity()).isEqualTo("take a candle");
        assertThat(Runs.only(Event.Failed.class, events).get(8).activity()).isEqualTo("trade");
        assertThat(names(Runs.only(Event.class, events))).endsWith("Failed", "Stopped");
        assertThat(Runs.only(Event.Tick.class, events)).hasSize(1);
        assertThat(store.stored(Runs.KEY)).isPresent();
    }

    @Test
    void a_history_that_cannot_be_had_is_asked_for_again() throws InterruptedException {
        ScriptedFeed feed = new ScriptedFeed(flat(5)).flat(5, 1, 100);
        List<Event> events = live(NEVER, feed.historyFailure(new IOException("reset")));
        assertThat(names(events)).containsExactly("Failed", "Idle", "Stopped");
        assertThat(Runs.only(Event.Failed.class, events).get(0).message())
                .startsWith("Cannot take the candles so far of TEST: the feed threw java.io.IOException: reset."
                        + " It is asked again");
        for (int i = 0; i < 5; i++) {
            feed.historyFailure(new IOException("reset"));
        }
        List<Event> defeated = live(NEVER, feed);
        assertThat(names(defeated)).containsExactly("Failed", "Failed", "Failed", "Failed", "Failed", "Stopped");
        assertThat(Runs.only(Event.Failed.class, defeated).get(4).message()).contains("5 times in a row");
    }

    @Test
    void a_session_that_waits_to_ask_its_feed_again_stops_at_once() throws InterruptedException {
        CountDownLatch failed = new CountDownLatch(1);
        try (BacktestKit kit = Runs.kit(store)) {
            kit.events().on(Event.Failed.class, event -> failed.countDown());
            LiveSession session = Runs.live(kit, NEVER, new ScriptedFeed(flat(5)).failure(new IOException("reset")))
                    .feedRetries(new RetryPolicy(2, Duration.ofDays(1_000), Duration.ofDays(1_000)))
                    .start();
            assertThat(failed.await(Runs.LONG.toMillis(), TimeUnit.MILLISECONDS))
                    .isTrue();
            session.stop();
            assertThat(session.awaitEnd(Runs.LONG)).isTrue();
        }
    }

    @Test
    void what_a_feed_throws_because_it_was_closed_is_no_failure() throws InterruptedException {
        CountDownLatch closed = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(1);
        ScriptedFeed rest = new ScriptedFeed(flat(5));
        CandleFeed feed = new CandleFeed() {
            @Override
            public Candles history() throws Exception {
                return rest.history();
            }

            @Override
            public Optional<Candle> next() throws Exception {
                asked.countDown();
                closed.await();
                throw new IOException("the socket is closed");
            }

            @Override
            public InstantSource clock() {
                return rest.clock();
            }

            @Override
            public void close() {
                closed.countDown();
            }
        };
        RecordedEvents<Event> events = new RecordedEvents<>();
        try (BacktestKit kit = Runs.kit(store)) {
            kit.events().on(Event.class, events);
            LiveSession session = Runs.live(kit, NEVER, feed).start();
            assertThat(asked.await(Runs.LONG.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
            session.stop();
            assertThat(session.awaitEnd(Runs.LONG)).isTrue();
        }
        assertThat(names(events.all())).containsExactly("Stopped");
    }

    @Test
    void a_gap_is_carried_forward_with_one_tick_each_minute_and_reported() throws InterruptedException {
        List<Event> events =
                live(NEVER, new ScriptedFeed(flat(5)).flat(5, 1, 100).flat(9, 1, 110));
        assertThat(names(events)).containsExactly("Idle", "Failed", "Idle", "Idle", "Idle", "Idle", "Stopped");
        assertThat(Runs.only(Event.Failed.class, events).get(0).message())
                .isEqualTo("Cannot see 3 minutes of TEST from 2024-01-01T00:06:00Z: the feed left them out."
                        + " The last close was carried forward.");
        assertThat(Runs.only(Event.Tick.class, events).stream()
                        .map(Event.Tick::at)
                        .map(at -> at.toEpochMilli()))
                .containsExactly(Minutes.at(6), Minutes.at(7), Minutes.at(8), Minutes.at(9), Minutes.at(10));
    }

    @Test
    void minutes_between_the_history_and_the_first_candle_close_nothing_at_a_price_older_than_the_position()
            throws InterruptedException {
        live(ALWAYS, new ScriptedFeed(flat(5)).flat(5, 1, 100));
        Candles before = Minutes.atFullHour().flat(5, 110).candles();
        List<Event> told = live(NEVER, new ScriptedFeed(before).flat(20, 6, 99.5));
        assertThat(names(told))
                .as("the old price counts up to minute 24")
                .containsExactly("Restored", "Failed", "Active", "Active", "Stopped");
        assertThat(Runs.only(Event.Failed.class, told).get(0).message())
                .isEqualTo(
                        "Cannot see 15 minutes of TEST from 2024-01-01T00:05:00Z: they lie between the history and the"
                                + " first candle. The last close was carried forward, and nothing is decided on it.");
        List<Event> withoutVolumes = live(NEVER, new ScriptedFeed(before).candles(volumeless(20, 6, 99.5)));
        assertThat(names(withoutVolumes)).containsExactly("Restored", "Failed", "Active", "Active", "Stopped");
    }

    /** The history's last minute was dealt at large, the first candle hardly: their mean is the older price. */
    @Test
    void a_price_that_the_history_still_makes_closes_nothing_behind_a_gap() throws InterruptedException {
        live(ALWAYS, new ScriptedFeed(flat(5)).flat(5, 1, 100));
        Candles before = Minutes.atFullHour().flat(4, 110).candles();
        List<Event> told = live(
                NEVER, new ScriptedFeed(before).candles(volumeless(6, 1, 99.5)).flat(7, 5, 99.5));
        assertThat(names(told)).containsExactly("Restored", "Failed", "Active", "Active", "Stopped");
        assertThat(Runs.only(Event.Tick.class, told)).allMatch(tick -> tick.price() == 99.5);
    }

    @Test
    void minutes_between_the_history_and_the_first_candle_open_nothing() throws InterruptedException {
        Strategy patient = market -> Optional.of(
                Bracket.buy().entry(98).takeProfit(102).stopLoss(95).minutes(60).build());
        live(patient, new ScriptedFeed(flat(5)).flat(5, 1, 100));
        Candles before = Minutes.atFullHour().flat(5, 97).candles();
        assertThat(names(live(NEVER, new ScriptedFeed(before).flat(20, 6, 99))))
                .containsExactly("Restored", "Failed", "Waiting", "Waiting", "Stopped");
    }

    @Test
    void a_history_that_ended_more_than_a_year_before_the_first_candle_is_left_out() throws InterruptedException {
        int longest = 5 + Candles.LONGEST_GAP_MINUTES;
        assertThat(names(live(NEVER, new ScriptedFeed(flat(5)).flat(longest, 6, 100))))
                .containsExactly("Failed", "Idle", "Idle", "Stopped");
        List<Event> told = live(NEVER, new ScriptedFeed(flat(5)).flat(longest + 1, 6, 100));
        assertThat(names(told)).containsExactly("Failed", "Idle", "Idle", "Stopped");
        assertThat(Runs.only(Event.Failed.class, told).get(0).message())
                .isEqualTo("Cannot use the history of TEST: it ends at 2024-01-01T00:05:00Z, 527041 minutes before the"
                        + " first candle. It was left out.");
    }

    @Test
    void an_older_or_repeated_candle_is_dropped_and_reported() throws InterruptedException {
        List<Event> events = live(
                NEVER,
                new ScriptedFeed(flat(5))
                        .flat(5, 1, 100)
                        .flat(5, 1, 200)
                        .flat(3, 1, 300)
                        .flat(6, 1, 100));
        assertThat(names(events)).containsExactly("Idle", "Failed", "Failed", "Idle", "Stopped");
        assertThat(Runs.only(Event.Failed.class, events).get(0).message())
                .contains("comes twice")
                .endsWith("It was dropped.");
        assertThat(Runs.only(Event.Failed.class, events).get(1).message()).contains("not later");
        assertThat(Runs.only(Event.Tick.class, events)).allMatch(tick -> tick.price() == 100);
    }

    @Test
    void a_candle_that_cannot_be_is_dropped_and_no_gap_is_filled_for_it() throws InterruptedException {
        long oddTime = Minutes.at(9) + 17;
        List<Event> events = live(
                NEVER,
                new ScriptedFeed(flat(5))
                        .candle(new Candle(oddTime, 100, 100, 100, 100, 1))
                        .candle(new Candle(Minutes.at(9), 100, 90, 110, 100, 1))
                        .candle(new Candle(Minutes.at(9), Double.NaN, 100, 100, 100, 1))
                        .flat(5, 1, 100));
        assertThat(names(events)).containsExactly("Failed", "Failed", "Failed", "Idle", "Stopped");
        assertThat(Runs.only(Event.Tick.class, events).get(0).at().toEpochMilli())
                .isEqualTo(Minutes.at(6));
    }

    @Test
    void a_feed_that_throws_when_it_is_closed_hinders_nobody() throws InterruptedException {
        List<Event> events =
                live(NEVER, new ScriptedFeed(flat(5)).flat(5, 1, 100).failingAtClose());
        assertThat(names(events)).startsWith("Idle", "Stopped", "Failed");
        assertThat(Runs.only(Event.Failed.class, events).get(0).message()).contains("the socket was gone");
        try (BacktestKit kit = Runs.kit(store)) {
            LiveSession session = Runs.live(kit, NEVER, new ScriptedFeed(flat(5)).failingAtClose())
                    .start();
            assertThatCode(session::stop).doesNotThrowAnyException();
            assertThat(session.awaitEnd(Runs.LONG)).isTrue();
        }
    }

    @Test
    void a_feed_that_returns_what_it_must_not_is_told_so() throws InterruptedException {
        Candles hours = Candles.builder(Interval.ONE_HOUR)
                .append(Minutes.flatAt(0, 100))
                .build();
        List<Event> ofHours = live(NEVER, new ScriptedFeed(hours));
        assertThat(Runs.only(Event.Failed.class, ofHours).get(4).message())
                .contains("its candles are of 60 minutes, needed are those of one", "5 times in a row");
        List<Event> ofNull = live(NEVER, new ScriptedFeed(flat(5)) {
            @Override
            @SuppressWarnings({"NullAway", "OptionalAssignedToNull"}) // as a careless feed may
            public Optional<Candle> next() {
                return null;
            }
        });
        assertThat(Runs.only(Event.Failed.class, ofNull).get(4).message())
                .contains("it returned null", "5 times in a row");
    }

    @Test
    void no_tick_comes_before_the_price_window_is_full() throws InterruptedException {
        assertThat(names(live(NEVER, new ScriptedFeed(nothing()).flat(0, 4, 100))))
                .containsExactly("Stopped");
        assertThat(names(live(NEVER, new ScriptedFeed(nothing()).flat(0, 5, 100))))
                .containsExactly("Idle", "Stopped");
    }

    @Test
    void a_replay_begins_at_a_whole_minute_with_earlier_candles_as_history() throws InterruptedException {
        List<Event> events = live(NEVER, ReplayFeed.of(flat(20)).from(Minutes.at(18)));
        assertThat(Runs.only(Event.Tick.class, events).stream()
                        .map(tick -> tick.at().toEpochMilli()))
                .containsExactly(Minutes.at(18), Minutes.at(19), Minutes.at(20));
        assertThat(names(live(NEVER, ReplayFeed.of(flat(20)).from(Minutes.at(21)))))
                .containsExactly("Stopped");
        assertThat(Runs.only(
                        Event.Tick.class, live(NEVER, ReplayFeed.of(flat(20)).from(Minutes.at(-99)))))
                .hasSize(16);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReplayFeed.of(flat(20)).from(Minutes.at(18) + 1))
                .withMessageContaining("it is not a whole minute, the next one is " + Minutes.at(19));
        for (double speed : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ReplayFeed.of(flat(20)).speed(speed));
        }
    }

    @Test
    void a_candle_from_the_future_is_dropped_and_fills_no_gap() throws InterruptedException {
        Instant now = Instant.ofEpochMilli(Minutes.at(8));
        ScriptedFeed feed = new ScriptedFeed(flat(5)) {
            @Override
            public InstantSource clock() {
                return InstantSource.fixed(now);
            }
        };
        feed.flat(5, 2, 100)
                .candle(new Candle(Minutes.at(7) * 1000, 100, 100, 100, 100, 1)) // in microseconds
                .candle(Minutes.flatAt(9, 100))
                .flat(7, 1, 100);
        List<Event> told = Runs.live(store, NEVER, feed);
        assertThat(names(told)).containsExactly("Idle", "Idle", "Failed", "Failed", "Idle", "Stopped");
        assertThat(Runs.only(Event.Failed.class, told).get(0).message())
                .contains("it is in the future, the clock shows 2024-01-01T00:08:00Z")
                .endsWith("It was dropped.");
    }

    @Test
    void a_feed_that_falls_silent_is_reported_while_a_position_is_held() throws Exception {
        HandFeed feed = new HandFeed(flat(5));
        try (BacktestKit kit = Runs.kit(store)) {
            kit.events().on(Event.class, events);
            Runs.live(kit, ALWAYS, feed).feedSilence(Duration.ofMillis(1)).start();
            events.await(Event.Failed.class, Runs.LONG);
            assertThat(Runs.only(Event.Failed.class, events.all()).get(0).message())
                    .matches("Cannot see TEST: the feed has given no candle for [0-9]+ s\\."
                            + " What is held is not managed meanwhile\\.");
            feed.give(Minutes.flatAt(5, 100));
            events.await(Event.Opened.class, Runs.LONG);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Runs.kit(store).live().feedSilence(Duration.ZERO))
                .withMessage("Cannot watch a feed every PT0S: use at least a millisecond.");
    }

    @Test
    void a_feed_that_never_gives_its_history_is_reported_too() throws Exception {
        CountDownLatch forever = new CountDownLatch(1);
        ScriptedFeed feed = new ScriptedFeed(flat(5)) {
            @Override
            public Candles history() throws Exception {
                forever.await();
                return super.history();
            }

            @Override
            public void close() {
                forever.countDown();
            }
        };
        try (BacktestKit kit = Runs.kit(store)) {
            kit.events().on(Event.class, events);
            Runs.live(kit, NEVER, feed).feedSilence(Duration.ofMillis(1)).start();
            events.await(Event.Failed.class, Runs.LONG);
        }
    }

    @Test
    void the_strategy_is_not_asked_about_minutes_that_nobody_saw() throws InterruptedException {
        assertThat(asked(new ScriptedFeed(flat(5)).flat(5, 1, 100).flat(9, 2, 100)))
                .containsExactly(6L, 10L, 11L);
    }

    @Test
    void the_strategy_is_not_asked_about_candles_that_come_more_than_five_minutes_late() throws InterruptedException {
        assertThat(asked(at(30).flat(5, 25, 100))).containsExactly(25L, 26L, 27L, 28L, 29L, 30L);
        List<Event.Failed> failures = Runs.only(Event.Failed.class, live(NEVER, at(30).flat(5, 25, 100)));
        assertThat(failures).hasSize(1);
        assertThat(failures.get(0).message())
                .isEqualTo("Cannot trade TEST at the price of 2024-01-01T00:06:00Z: the feed is 24 minutes behind."
                        + " What is held is managed; nothing new is taken until it has caught up.");
    }

    @Test
    void what_is_held_is_managed_on_late_candles_too() throws InterruptedException {
        live(ALWAYS, new ScriptedFeed(flat(5)).flat(5, 1, 100));
        assertThat(store.stored(Runs.KEY)).isPresent();
        assertThat(names(live(ALWAYS, at(30).flat(5, 1, 100).flat(6, 2, 115))))
                .containsExactly("Restored", "Failed", "Opened", "Closed", "Idle", "Stopped");
    }

    @Test
    void a_price_a_thousandfold_away_from_the_one_before_it_is_dropped() throws InterruptedException {
        List<Event> told = live(
                NEVER,
                new ScriptedFeed(flat(5))
                        .candle(Minutes.flatAt(5, 0.0999))
                        .candle(new Candle(Minutes.at(5), 100, 100, 0.0999, 100, 1))
                        .candle(Minutes.flatAt(5, 100_001))
                        .candle(new Candle(Minutes.at(5), 100, 100_000, 0.1, 100, 1)));
        assertThat(names(told)).containsExactly("Failed", "Failed", "Failed", "Idle", "Stopped");
        assertThat(Runs.only(Event.Failed.class, told))
                .extracting(Event.Failed::message)
                .allMatch(message -> message.endsWith("It was dropped."))
                .satisfiesExactly(
                        fell -> assertThat(fell).contains("low was 0.0999, below 1/1000 of the close before it, 100."),
                        wick -> assertThat(wick).contains("low was 0.0999, below 1/1000 of the close before it, 100."),
                        rose -> assertThat(rose)
                                .contains("high was 100001, above 1000 times the close before it, 100."));
    }

    @Test
    void a_price_a_thousandfold_away_is_believed_when_five_candles_in_a_row_say_so() throws InterruptedException {
        live(ALWAYS, new ScriptedFeed(flat(5)).flat(5, 2, 100));
        assertThat(store.stored(Runs.KEY)).isPresent();
        ScriptedFeed feed = new ScriptedFeed(flat(7)).flat(7, 4, 0.05).flat(11, 1, 100);
        feed.flat(12, 4, 0.05).candle(Minutes.flatAt(15, 0.05)).flat(16, 2, 0.05);
        List<Event> told = live(ALWAYS, feed);
        List<Event.Failed> failures = Runs.only(Event.Failed.class, told);
        assertThat(failures.stream().filter(failed -> failed.message().endsWith("It was dropped.")))
                .as("four, then one more four times, then the same one again")
                .hasSize(9);
        assertThat(Runs.only(Event.Closed.class, told))
                .singleElement()
                .satisfies(closed -> assertThat(closed.ended().reasonCode()).isEqualTo("stop_loss"));
    }

    @Test
    void a_history_with_such_a_price_is_used_from_after_it_so_that_what_is_held_is_managed()
            throws InterruptedException {
        live(ALWAYS, new ScriptedFeed(flat(5)).flat(5, 2, 100));
        Candles spike =
                Minutes.atFullHour().flat(3, 100).flat(1, 0.09).flat(6, 100).candles();
        List<Event> told = live(ALWAYS, new ScriptedFeed(spike).flat(10, 1, 98));
        assertThat(names(told)).containsExactly("Restored", "Failed", "Active", "Stopped");
        assertThat(Runs.only(Event.Failed.class, told).get(0).message())
                .contains(
                        "the candle at 2024-01-01T00:04:00Z",
                        "high was 100, above 1000 times the close before it, 0.09")
                .endsWith("It was left out, and all before it.");

        Candles fallen = Minutes.atFullHour().flat(9, 100).flat(1, 0.09).candles();
        List<Event> after = live(ALWAYS, new ScriptedFeed(fallen).flat(10, 5, 0.09));
        assertThat(Runs.only(Event.Closed.class, after)).hasSize(1);
    }

    @Test
    void a_torn_price_right_after_the_start_closes_nothing() throws InterruptedException {
        live(ALWAYS, new ScriptedFeed(flat(5)).flat(5, 2, 100));
        for (Candles history : List.of(
                nothing(), Minutes.atFullHour().flat(7, 100).flat(1, 0.09).candles())) {
            List<Event> told =
                    live(NEVER, new ScriptedFeed(history).flat(8, 1, 0.09).flat(9, 12, 100));
            assertThat(Runs.only(Event.Active.class, told))
                    .as("from minute 13 on")
                    .hasSize(8);
            assertThat(Runs.only(Event.Closed.class, told)).isEmpty();
        }
        assertThat(store.stored(Runs.KEY)).isPresent();
    }

    @Test
    void no_entry_is_taken_at_a_price_that_rests_on_minutes_nobody_saw() throws InterruptedException {
        assertThat(asked(new ScriptedFeed(volumeless(0, 5, 100)).candles(volumeless(9, 6, 110))))
                .as("minutes 6 to 9 have no volume either, and count in the price until minute 13")
                .containsExactly(14L, 15L);
        assertThat(asked(new ScriptedFeed(flat(5)).flat(5, 1, 100).flat(9, 2, 110)))
                .containsExactly(6L, 10L, 11L);
    }

    private static Candles volumeless(int from, int count, double price) {
        Candles.Builder candles = Candles.builder(Interval.ONE_MINUTE);
        for (int i = from; i < from + count; i++) {
            candles.append(Minutes.at(i), price, price, price, price, 0);
        }
        return candles.build();
    }

    @Test
    void a_history_that_is_ahead_of_the_clock_is_cut_there() throws InterruptedException {
        List<Event> told = live(NEVER, new ScriptedFeed(flat(60)) {
            @Override
            public InstantSource clock() {
                return InstantSource.fixed(Instant.ofEpochMilli(Minutes.at(9)));
            }
        });
        assertThat(Runs.only(Event.Failed.class, told).get(0).message())
                .contains("the candle at 2024-01-01T00:10:00Z", "it is in the future")
                .endsWith("It was left out, and all after it.");
    }

    @Test
    void candles_older_than_what_the_store_knows_decide_nothing_and_that_is_told_once() throws InterruptedException {
        live(ALWAYS, new ScriptedFeed(flat(9)).flat(9, 1, 100));
        List<Event> told = live(ALWAYS, new ScriptedFeed(flat(5)).flat(5, 3, 100));
        assertThat(names(told)).containsExactly("Restored", "Active", "Active", "Active", "Stopped");
        List<String> warnings = Runs.only(Event.Warned.class, told).stream()
                .map(Event.Warned::message)
                .filter(message -> message.startsWith("Nothing is decided"))
                .toList();
        assertThat(warnings).hasSize(1);
        assertThat(warnings.get(0)).contains("tested/TEST until 2024-01-01T00:10:00Z", "check the clock");
    }
}
