package io.backtestkit.engine;

import static io.backtestkit.engine.Minutes.flat;
import static io.backtestkit.engine.Runs.ALWAYS;
import static io.backtestkit.engine.Runs.NEVER;
import static io.backtestkit.engine.Runs.names;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.backtestkit.event.Event;
import io.backtestkit.market.Candle;
import io.backtestkit.market.Candles;
import io.backtestkit.market.Interval;
import io.backtestkit.market.MarketView;
import io.backtestkit.signal.CloseReason;
import io.backtestkit.signal.ClosedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.store.RetryPolicy;
import io.backtestkit.strategy.Bracket;
import io.backtestkit.strategy.Strategy;
import io.backtestkit.testkit.RecordedEvents;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a live session does when it is stopped while the store is behind, and when its strategy or listeners are odd. */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SessionTroubleTest {

    private final SurvivingStore store = new SurvivingStore();
    private final RecordedEvents<Event> events = new RecordedEvents<>();

    /** Leaves the store away, and open in it the position that the session has closed. */
    private LiveSession closePositionWhileTheStoreIsAway(BacktestKit kit) throws Exception {
        HandFeed feed = new HandFeed(flat(5));
        kit.events().on(Event.class, events);
        LiveSession session = Runs.live(kit, ALWAYS, feed).start();
        feed.give(Minutes.flatAt(5, 100));
        events.await(Event.Opened.class, Runs.LONG);
        store.interfere(Failing.down("append", "delete", "write", "read"));
        feed.give(Minutes.flatAt(6, 115)); // the only one: a later tick would tell the store, or ask again
        events.await(Event.Closed.class, Runs.LONG);
        return session;
    }

    @Test
    void an_end_that_the_store_was_not_told_of_is_told_when_the_session_is_stopped() throws Exception {
        try (BacktestKit kit = Runs.kit(store)) {
            LiveSession session = closePositionWhileTheStoreIsAway(kit);
            store.obey();
            session.close();
        }
        assertThat(store.stored(Runs.KEY)).isEmpty();
        assertThat(store.trades(Runs.KEY)).hasSize(1);
        assertThat(names(events.all())).endsWith("Recovered", "Stopped");
    }

    @Test
    void a_stop_while_the_store_is_still_away_says_what_the_next_start_will_find() throws Exception {
        try (BacktestKit kit = Runs.kit(store)) {
            LiveSession session = closePositionWhileTheStoreIsAway(kit);
            session.close();
        }
        List<Event.Failed> failures = Runs.only(Event.Failed.class, events.all());
        assertThat(failures.get(failures.size() - 1).message())
                .endsWith("What changed last is not stored: the next start finds what was before.");
        assertThat(store.stored(Runs.KEY)).isPresent();
    }

    @Test
    void what_may_have_been_stored_before_the_store_went_away_is_not_called_unstored() throws Exception {
        for (double price : new double[] {115, 101}) { // an end, and marks
            SurvivingStore vanishing = new SurvivingStore();
            RecordedEvents<Event> told = new RecordedEvents<>();
            try (BacktestKit kit = Runs.kit(vanishing)) {
                kit.events().on(Event.class, told);
                HandFeed feed = new HandFeed(flat(5));
                LiveSession session = Runs.live(kit, ALWAYS, feed).start();
                feed.give(Minutes.flatAt(5, 100));
                told.await(Event.Opened.class, Runs.LONG);
                vanishing.interfere(new SurvivingStore.Interference() {
                    private boolean gone;

                    @Override
                    public void before(String call) {
                        if (gone) {
                            Failing.down(call).before(call);
                        }
                    }

                    @Override
                    public void after(String call) {
                        if (Set.of("append", "write").contains(call)) {
                            gone = true;
                            Failing.unknownDone(call).after(call);
                        }
                    }
                });
                feed.give(Minutes.flatAt(6, price));
                told.await(Event.Failed.class, Runs.LONG);
                session.close();
            }
            List<Event.Failed> failures = Runs.only(Event.Failed.class, told.all());
            assertThat(failures.get(failures.size() - 1).message())
                    .endsWith("Whether the last change is stored is not known: the next start finds out.");
        }
    }

    @Test
    void an_end_that_was_refused_is_unstored_whatever_became_of_the_marks_before_it() throws Exception {
        try (BacktestKit kit = Runs.kit(store)) {
            HandFeed feed = new HandFeed(flat(5));
            kit.events().on(Event.class, events);
            LiveSession session = Runs.live(kit, ALWAYS, feed).start();
            feed.give(Minutes.flatAt(5, 100));
            events.await(Event.Opened.class, Runs.LONG);
            store.interfere(Failing.unknownNotDone("write"));
            feed.give(Minutes.flatAt(6, 101));
            events.await(Event.Active.class, Runs.LONG);
            store.interfere(Failing.down("append", "delete", "write", "read"));
            feed.give(Minutes.flatAt(7, 115));
            events.await(Event.Closed.class, Runs.LONG);
            session.close();
        }
        List<Event.Failed> failures = Runs.only(Event.Failed.class, events.all());
        assertThat(failures.get(failures.size() - 1).message())
                .endsWith("What changed last is not stored: the next start finds what was before.");
    }

    @Test
    void stopping_after_a_close_waits_until_the_store_knows_and_opens_nothing_meanwhile() throws InterruptedException {
        AtomicInteger appends = new AtomicInteger();
        store.interfere(new SurvivingStore.Interference() {
            @Override
            public void before(String call) {
                if (call.equals("append") && appends.incrementAndGet() <= 3) {
                    Failing.down("append").before("append");
                }
            }
        });
        Candles candles =
                Minutes.atFullHour().flat(6, 100).flat(20, 103).flat(20, 100).candles();
        try (BacktestKit kit = Runs.kit(store)) {
            kit.events().on(Event.class, events);
            LiveSession session = Runs.live(kit, ALWAYS, ReplayFeed.of(candles))
                    .stopAfterClose(true)
                    .start();
            assertThat(session.awaitEnd(Runs.LONG)).isTrue();
        }
        assertThat(appends).hasValue(4);
        assertThat(Runs.only(Event.Opened.class, events.all())).hasSize(1);
        assertThat(names(events.all())).endsWith("Failed", "Closed", "Recovered", "Stopped");
        assertThat(store.stored(Runs.KEY)).isEmpty();
    }

    @Test
    void a_position_that_is_restored_and_closed_in_one_tick_stops_too() throws InterruptedException {
        Runs.live(store, ALWAYS, ReplayFeed.of(flat(7)));
        AtomicInteger reads = new AtomicInteger();
        store.interfere(new SurvivingStore.Interference() {
            @Override
            public void before(String call) {
                if (call.equals("read") && reads.incrementAndGet() == 1) {
                    Failing.down(call).before(call);
                }
            }
        });
        ScriptedFeed fallen = new ScriptedFeed(flat(7));
        for (int minute = 7; minute < 20; minute++) {
            fallen.candle(new Candle(Minutes.at(minute), 94, 94, 94, 94, 1000));
        }
        assertThat(names(stoppingAfterClose(fallen)))
                .containsExactly("Failed", "Restored", "Recovered", "Closed", "Stopped");
    }

    @Test
    void a_position_whose_marks_were_in_doubt_is_left_at_its_stop_while_the_store_is_away()
            throws InterruptedException {
        Runs.live(store, ALWAYS, ReplayFeed.of(flat(7)));
        AtomicBoolean sent = new AtomicBoolean();
        store.interfere(new SurvivingStore.Interference() {
            @Override
            public void before(String call) {
                if (sent.get()) {
                    Failing.down(call).before(call);
                } else if (call.equals("write")) {
                    sent.set(true);
                    Failing.unknownNotDone(call).before(call);
                }
            }
        });
        ScriptedFeed feed = new ScriptedFeed(flat(7)).candle(Minutes.flatAt(7, 101));
        for (int minute = 8; minute < 12; minute++) {
            feed.candle(new Candle(Minutes.at(minute), 94, 94, 94, 94, 1000));
        }
        List<Event> told = Runs.live(store, market -> Optional.empty(), feed);
        assertThat(Runs.only(Event.Closed.class, told))
                .singleElement()
                .satisfies(closed -> assertThat(closed.ended().reasonCode()).isEqualTo("stop_loss"));
    }

    @Test
    void a_strategy_is_asked_in_the_tick_that_tells_an_earlier_end() throws InterruptedException {
        endedInTheLogOnly();
        assertThat(names(Runs.live(store, ALWAYS, new ScriptedFeed(flat(20)).flat(20, 1, 100))))
                .containsExactly("Closed", "Opened", "Stopped");
    }

    @Test
    void a_close_that_is_told_after_a_restart_stops_too() throws InterruptedException {
        endedInTheLogOnly();
        assertThat(names(stoppingAfterClose(ReplayFeed.of(flat(30)).from(Minutes.at(9)))))
                .containsExactly("Closed", "Stopped");
        assertThat(store.stored(Runs.KEY)).isEmpty();
    }

    /** As when the program is killed after it has logged the end of a position at minute 9, and before it freed the slot. */
    private void endedInTheLogOnly() throws InterruptedException {
        Runs.live(store, ALWAYS, ReplayFeed.of(flat(7)));
        Signal open = store.stored(Runs.KEY).orElseThrow();
        store.append(
                new ClosedSignal(open, CloseReason.CLOSED, open.priceOpen(), Instant.ofEpochMilli(Minutes.at(9)), 0));
    }

    @Test
    void an_end_that_nobody_was_told_of_is_told_by_a_feed_that_has_gone_on() throws InterruptedException {
        endedInTheLogOnly();
        List<Event> told = Runs.live(store, market -> Optional.empty(), new ScriptedFeed(flat(20)).flat(20, 3, 100));
        assertThat(names(told)).containsExactly("Closed", "Idle", "Idle", "Idle", "Stopped");
        assertThat(Runs.only(Event.Closed.class, told).get(0).at().toEpochMilli())
                .isEqualTo(Minutes.at(9));
        assertThat(names(Runs.live(store, market -> Optional.empty(), new ScriptedFeed(flat(23)).flat(23, 1, 100))))
                .as("told once")
                .containsExactly("Idle", "Stopped");
    }

    @Test
    void an_entry_in_doubt_is_looked_up_before_the_session_ends() throws InterruptedException {
        for (boolean mended : new boolean[] {true, false}) {
            SurvivingStore doubtful = new SurvivingStore();
            AtomicBoolean sent = new AtomicBoolean();
            doubtful.interfere(new SurvivingStore.Interference() {
                @Override
                public void before(String call) {
                    if (sent.get() && !mended) {
                        Failing.down(call).before(call);
                    }
                }

                @Override
                public void after(String call) {
                    if (call.equals("write")) {
                        sent.set(true);
                        Failing.unknownDone(call).after(call);
                    }
                }
            });
            List<Event> told = Runs.live(doubtful, ALWAYS, new ScriptedFeed(flat(5)).flat(5, 1, 100));
            Event.Stopped stopped = Runs.only(Event.Stopped.class, told).get(0);
            if (mended) {
                assertThat(names(told)).containsExactly("Failed", "Idle", "Restored", "Recovered", "Stopped");
                assertThat(stopped.held()).isEqualTo(doubtful.stored(Runs.KEY)).isPresent();
            } else {
                assertThat(names(told)).containsExactly("Failed", "Idle", "Failed", "Stopped");
                assertThat(Runs.only(Event.Failed.class, told).get(1).message())
                        .endsWith("Whether the last change is stored is not known: the next start finds out.");
            }
        }
    }

    private List<Event> stoppingAfterClose(CandleFeed feed) throws InterruptedException {
        RecordedEvents<Event> told = new RecordedEvents<>();
        try (BacktestKit kit = Runs.kit(store)) {
            kit.events().on(Event.class, told);
            LiveSession session =
                    Runs.live(kit, ALWAYS, feed).stopAfterClose(true).start();
            assertThat(session.awaitEnd(Runs.LONG)).isTrue();
        }
        return told.all();
    }

    @Test
    void an_entry_in_doubt_is_looked_up_even_if_trying_again_is_refused() throws InterruptedException {
        AtomicInteger writes = new AtomicInteger();
        store.interfere(new SurvivingStore.Interference() {
            @Override
            public void before(String call) {
                if (writes.get() == 1 && call.equals("read")) {
                    writes.incrementAndGet();
                    Failing.refusing(call).before(call); // as after a failover to a server that only reads
                }
            }

            @Override
            public void after(String call) {
                if (call.equals("write") && writes.get() == 0) {
                    writes.incrementAndGet();
                    Failing.unknownDone("write").after("write");
                }
            }
        });
        Strategy once = market -> market.time() == Minutes.at(6) ? ALWAYS.decide(market) : Optional.empty();
        try (BacktestKit kit = BacktestKit.builder()
                .store(store)
                .retries(new RetryPolicy(3, Duration.ofMillis(1), Duration.ofMillis(1)))
                .build()) {
            kit.events().on(Event.class, events);
            LiveSession session = Runs.live(kit, once, ReplayFeed.of(flat(12))).start();
            assertThat(session.awaitEnd(Runs.LONG)).isTrue();
            assertThat(store.stored(Runs.KEY)).isPresent();
            assertThat(session.held()).isEqualTo(store.stored(Runs.KEY));
        }
    }

    @Test
    void a_strategy_that_throws_an_interruption_of_its_own_stops_nobody() throws InterruptedException {
        AtomicInteger asked = new AtomicInteger();
        Strategy confused = market -> {
            if (asked.incrementAndGet() == 2) {
                SessionTroubleTest.<RuntimeException>hidden(new InterruptedException("mine"));
            }
            return Optional.empty();
        };
        assertThat(names(Runs.live(store, confused, ReplayFeed.of(flat(8)))))
                .containsExactly("Idle", "Failed", "Idle", "Idle", "Idle", "Stopped");
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> void hidden(Throwable failure) throws E {
        throw (E) failure;
    }

    @Test
    void a_renewal_that_is_overtaken_by_an_orderly_stop_is_no_lost_claim() throws InterruptedException {
        ClaimedStore claimed = new ClaimedStore();
        CountDownLatch renewing = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        CountDownLatch answered = new CountDownLatch(1);
        claimed.interfere(call -> {
            if (call.equals("renew")) {
                renewing.countDown();
                awaitUninterrupted(released);
                answered.countDown();
            }
        });
        try (BacktestKit kit = BacktestKit.builder()
                .store(claimed)
                .claimLease(Duration.ofMillis(300))
                .build()) {
            kit.events().on(Event.class, events);
            LiveSession session = Runs.live(kit, NEVER, new HandFeed(flat(5))).start();
            renewing.await();
            Thread keeper = keeper();
            session.close();
            released.countDown();
            answered.await();
            keeper.join();
        }
        assertThat(names(events.all())).containsExactly("Stopped");
    }

    private static Thread keeper() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("keep " + Runs.KEY))
                .findFirst()
                .orElseThrow();
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void a_listener_may_close_the_kit_while_another_session_starts() throws InterruptedException {
        HandFeed feed = new HandFeed(flat(5));
        CountDownLatch listening = new CountDownLatch(1);
        CountDownLatch starting = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        BacktestKit kit = Runs.kit(store);
        kit.events().on(Event.Idle.class, event -> {
            listening.countDown();
            awaitUninterrupted(starting);
            kit.close();
            closed.countDown();
        });
        Runs.live(kit, NEVER, feed).start();
        feed.give(Minutes.flatAt(5, 100));
        listening.await();
        Strategy slow = new Strategy() {
            @Override
            public Optional<Bracket> decide(MarketView market) {
                return Optional.empty();
            }

            @Override
            public Interval interval() {
                starting.countDown(); // from now on the listener closes the kit
                awaitUninterrupted(closed);
                return Interval.ONE_MINUTE;
            }
        };
        LiveTrading late = kit.live().strategy("late", slow).symbol("TEST").feed(new HandFeed(flat(5)));
        assertThatIllegalStateException()
                .isThrownBy(late::start)
                .withMessage("Cannot trade late/TEST: this kit was closed. Make another one.");
    }

    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // it would wait for 30 seconds
    void a_listener_that_closes_another_session_does_not_wait_for_it() throws InterruptedException {
        HandFeed one = new HandFeed(flat(5));
        CountDownLatch closed = new CountDownLatch(1);
        try (BacktestKit kit = Runs.kit(store)) {
            LiveSession second = kit.live()
                    .strategy("second", NEVER)
                    .symbol("TEST")
                    .feed(new HandFeed(flat(5)))
                    .start();
            kit.events().on(Event.Idle.class, event -> {
                second.close();
                closed.countDown();
            });
            Runs.live(kit, NEVER, one).start();
            one.give(Minutes.flatAt(5, 100));
            closed.await();
            assertThat(second.awaitEnd(Runs.LONG)).isTrue();
        }
    }
}
