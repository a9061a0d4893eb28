package io.backtestkit.engine;

import static io.backtestkit.engine.Minutes.flat;
import static io.backtestkit.engine.Runs.ALWAYS;
import static io.backtestkit.engine.Runs.NEVER;
import static io.backtestkit.engine.Runs.names;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.backtestkit.event.Event;
import io.backtestkit.market.Candle;
import io.backtestkit.market.Candles;
import io.backtestkit.signal.CloseReason;
import io.backtestkit.signal.Phase;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.InMemorySignalStore;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.store.UnreadableSignalException;
import io.backtestkit.strategy.Bracket;
import io.backtestkit.strategy.Strategy;
import io.backtestkit.testkit.RecordedEvents;
import io.backtestkit.testkit.SampleSignals;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LiveSessionTest {

    private static final Strategy RESTING = market -> Optional.of(
            Bracket.buy().entry(95).takeProfit(97).stopLoss(94).minutes(60).build());

    private final SurvivingStore store = new SurvivingStore();

    private List<Event> live(Strategy strategy, CandleFeed feed) throws InterruptedException {
        return Runs.live(store, strategy, feed);
    }

    @Test
    void a_position_that_is_open_at_the_end_stays_stored_and_is_restored() throws InterruptedException {
        List<Event> first = live(ALWAYS, ReplayFeed.of(flat(7)));
        assertThat(names(first)).containsExactly("Opened", "Active", "Active", "Stopped");
        Signal stored = store.stored(Runs.KEY).orElseThrow();
        assertThat(Runs.only(Event.Stopped.class, first).get(0).held()).contains(stored);

        List<Event> second = live(ALWAYS, ReplayFeed.of(flat(9)).from(Minutes.at(8)));
        assertThat(names(second)).containsExactly("Restored", "Active", "Active", "Stopped");
        assertThat(Runs.only(Event.Restored.class, second).get(0).held()).isEqualTo(stored);
    }

    @Test
    void stopping_ends_after_the_tick_and_leaves_the_position_stored() throws InterruptedException {
        RecordedEvents<Event> events = new RecordedEvents<>();
        try (BacktestKit kit = Runs.kit(store)) {
            CompletableFuture<LiveSession> session = new CompletableFuture<>();
            kit.events().on(Event.class, events);
            kit.events().on(Event.Opened.class, event -> {
                session.join().stop();
                session.join().stop();
            });
            session.complete(Runs.live(kit, ALWAYS, ReplayFeed.of(flat(500))).start());
            assertThat(session.join().awaitEnd(Runs.LONG)).isTrue();
            assertThat(session.join().held()).isEqualTo(store.stored(Runs.KEY));
        }
        assertThat(names(events.all())).containsExactly("Opened", "Stopped");
        assertThat(store.stored(Runs.KEY)).isPresent();
    }

    private static void awaited(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void a_listener_may_close_the_session_on_its_own_thread_without_waiting_for_itself() throws InterruptedException {
        RecordedEvents<Event> events = new RecordedEvents<>();
        CompletableFuture<LiveSession> session = new CompletableFuture<>();
        try (BacktestKit kit = Runs.kit(store)) {
            kit.events().on(Event.class, events);
            kit.events().on(Event.Opened.class, event -> {
                session.join().close();
            });
            session.complete(Runs.live(kit, ALWAYS, ReplayFeed.of(flat(500))).start());
            assertThat(session.join().awaitEnd(Runs.LONG)).isTrue();
        }
        assertThat(names(events.all())).containsExactly("Opened", "Stopped");
    }

    @Test
    void stop_after_close_ends_with_the_first_close() throws InterruptedException {
        Candles candles =
                Minutes.atFullHour().flat(6, 100).flat(10, 103).flat(50, 100).candles();
        RecordedEvents<Event> events = new RecordedEvents<>();
        try (BacktestKit kit = Runs.kit(store)) {
            kit.events().on(Event.class, events);
            LiveSession session = Runs.live(kit, ALWAYS, ReplayFeed.of(candles))
                    .stopAfterClose(true)
                    .start();
            assertThat(session.awaitEnd(Runs.LONG)).isTrue();
        }
        assertThat(names(events.all())).endsWith("Closed", "Stopped");
        assertThat(events.ofType(Event.Closed.class)).hasSize(1);
    }

    @Test
    void a_strategy_that_throws_answers_null_or_dies_is_reported_and_the_session_goes_on() throws InterruptedException {
        AtomicInteger asked = new AtomicInteger();
        List<Event> events = live(
                market -> {
                    switch (asked.incrementAndGet()) {
                        case 1 -> throw new IllegalStateException("confused");
                        case 2 -> throw new StackOverflowError("deep");
                        default -> {
                            return Optional.empty();
                        }
                    }
                },
                ReplayFeed.of(flat(7)));
        assertThat(names(events)).containsExactly("Failed", "Idle", "Failed", "Idle", "Idle", "Stopped");
        assertThat(Runs.only(Event.Failed.class, events).get(0).message()).contains("confused");
        assertThat(Runs.only(Event.Failed.class, events).get(1).message()).contains("StackOverflowError");
    }

    /** Waits until a thread has given its answer back and looks for another task. */
    private static void awaitReturn(@Nullable Thread thread) {
        while (thread != null && thread.getState() == Thread.State.RUNNABLE) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    @Test
    void a_strategy_that_does_not_answer_in_time_is_reported_and_not_asked_again_until_it_has() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        CountDownLatch answered = new CountDownLatch(1);
        CountDownLatch askedAgain = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        AtomicReference<@Nullable Thread> strategys = new AtomicReference<>();
        Strategy slow = market -> {
            strategys.set(Thread.currentThread());
            if (asked.incrementAndGet() == 1) {
                awaited(answer);
                answered.countDown();
            } else {
                askedAgain.countDown();
            }
            return ALWAYS.decide(market);
        };
        RecordedEvents<Event> events = new RecordedEvents<>();
        Settings hasty =
                Settings.builder().strategyTimeout(Duration.ofMillis(20)).build();
        try (BacktestKit kit = Runs.kit(store, hasty)) {
            kit.events().on(Event.class, events);
            kit.events().on(Event.Idle.class, event -> {
                if (event.at().toEpochMilli() == Minutes.at(7)) {
                    answer.countDown();
                    awaited(answered);
                    awaitReturn(strategys.get());
                } else if (event.at().toEpochMilli() == Minutes.at(8)) {
                    awaited(askedAgain); // late, too: the end of the session would take the question away
                }
            });
            LiveSession session = Runs.live(kit, slow, ReplayFeed.of(flat(60))).start();
            assertThat(session.awaitEnd(Runs.LONG)).isTrue();
        }
        List<Event.Failed> failures = events.ofType(Event.Failed.class);
        assertThat(failures.get(0).message()).contains("it did not answer within 20 ms");
        assertThat(failures.get(1).message()).contains("it has not come back from an earlier question");
        assertThat(failures.get(2).message()).contains("it has not come back from an earlier question");
        assertThat(asked).as("asked again once it had answered").hasValueGreaterThan(1);
        assertThat(events.ofType(Event.Tick.class)).hasSize(56);
        assertThat(events.ofType(Event.Opened.class))
                .as("the late answer counts for nothing")
                .allMatch(opened -> opened.at().toEpochMilli() > Minutes.at(7));
    }

    @Test
    void a_stuck_strategy_does_not_hold_up_the_end() throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        Settings hasty =
                Settings.builder().strategyTimeout(Duration.ofMillis(5)).build();
        try (BacktestKit kit = Runs.kit(store, hasty)) {
            LiveSession session = Runs.live(
                            kit,
                            market -> {
                                awaited(never);
                                return Optional.empty();
                            },
                            ReplayFeed.of(flat(8)))
                    .start();
            assertThat(session.awaitEnd(Runs.LONG)).isTrue();
        }
    }

    @Test
    void a_store_that_is_not_durable_is_refused() {
        try (BacktestKit kit = Runs.kit(new InMemorySignalStore())) {
            assertThatExceptionOfType(StoreRefusedException.class)
                    .isThrownBy(
                            () -> Runs.live(kit, NEVER, ReplayFeed.of(flat(9))).start())
                    .withMessageContaining("memory:")
                    .withMessageContaining("does not survive a crash");
        }
    }

    @Test
    void one_kit_trades_a_key_once_at_a_time_and_again_when_it_has_ended() throws InterruptedException {
        CountDownLatch hold = new CountDownLatch(1);
        try (BacktestKit kit = Runs.kit(store)) {
            kit.events().on(Event.Tick.class, event -> awaited(hold));
            LiveSession first = Runs.live(kit, NEVER, ReplayFeed.of(flat(6))).start();
            assertThatIllegalStateException()
                    .isThrownBy(
                            () -> Runs.live(kit, NEVER, ReplayFeed.of(flat(6))).start())
                    .withMessage("Cannot trade tested/TEST: this kit does so already. Stop that first.");
            hold.countDown();
            assertThat(first.awaitEnd(Runs.LONG)).isTrue();
            LiveSession second = Runs.live(kit, NEVER, ReplayFeed.of(flat(6))).start();
            assertThat(second.awaitEnd(Runs.LONG)).isTrue();
        }
    }

    @Test
    void a_closed_kit_trades_no_more_and_can_be_closed_again() throws InterruptedException {
        BacktestKit kit = Runs.kit(store);
        LiveSession running =
                Runs.live(kit, NEVER, ReplayFeed.of(flat(60)).speed(0.001)).start();
        kit.close();
        kit.close();
        assertThat(running.awaitEnd(Duration.ZERO))
                .as("closing waits for the end")
                .isTrue();
        running.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> Runs.live(kit, NEVER, ReplayFeed.of(flat(6))).start())
                .withMessage("Cannot trade tested/TEST: this kit was closed. Make another one.");
    }

    @Test
    void two_kits_in_one_program_do_not_meet() throws InterruptedException {
        SurvivingStore other = new SurvivingStore();
        RecordedEvents<Event> here = new RecordedEvents<>();
        RecordedEvents<Event> there = new RecordedEvents<>();
        try (BacktestKit one = Runs.kit(store);
                BacktestKit two = Runs.kit(other)) {
            one.events().on(Event.class, here);
            two.events().on(Event.class, there);
            LiveSession first = Runs.live(one, ALWAYS, ReplayFeed.of(flat(8))).start();
            LiveSession second = Runs.live(two, NEVER, ReplayFeed.of(flat(8))).start();
            assertThat(first.awaitEnd(Runs.LONG)).isTrue();
            assertThat(second.awaitEnd(Runs.LONG)).isTrue();
        }
        assertThat(names(here.all())).containsExactly("Opened", "Active", "Active", "Active", "Stopped");
        assertThat(names(there.all())).containsExactly("Idle", "Idle", "Idle", "Idle", "Stopped");
        assertThat(other.stored(Runs.KEY)).isEmpty();
    }

    @Test
    void several_keys_of_one_kit_keep_apart() throws InterruptedException {
        try (BacktestKit kit = Runs.kit(store)) {
            List<LiveSession> sessions = new ArrayList<>();
            for (String symbol : List.of("A", "B", "C")) {
                sessions.add(kit.live()
                        .strategy("tested", ALWAYS)
                        .symbol(symbol)
                        .feed(ReplayFeed.of(flat(30)))
                        .start());
            }
            for (LiveSession session : sessions) {
                assertThat(session.awaitEnd(Runs.LONG)).isTrue();
                assertThat(session.held())
                        .isEqualTo(store.stored(session.key()))
                        .isPresent();
            }
        }
        assertThat(store.stored(new SignalKey("tested", "A")).orElseThrow().id())
                .isNotEqualTo(
                        store.stored(new SignalKey("tested", "B")).orElseThrow().id());
    }

    @Test
    void a_damaged_or_refused_record_stops_the_start() {
        try (BacktestKit kit = Runs.kit(store)) {
            store.interfere(Failing.unreadable("read"));
            assertThatExceptionOfType(UnreadableSignalException.class)
                    .isThrownBy(
                            () -> Runs.live(kit, NEVER, ReplayFeed.of(flat(9))).start());
            store.interfere(Failing.refusing("read"));
            assertThatExceptionOfType(StoreRefusedException.class)
                    .isThrownBy(
                            () -> Runs.live(kit, NEVER, ReplayFeed.of(flat(9))).start());
            store.obey();
            store.write(Runs.KEY, SampleSignals.in(Phase.OPENING, Runs.KEY).build());
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () -> Runs.live(kit, NEVER, ReplayFeed.of(flat(9))).start())
                    .withMessageContaining("its phase is opening");
        }
    }

    @Test
    void a_store_that_is_down_at_the_start_is_waited_for_without_entries() throws InterruptedException {
        store.interfere(Failing.down("read"));
        List<Event> events = Runs.live(store, ALWAYS, ReplayFeed.of(flat(9)), event -> {
            if (event instanceof Event.Idle && event.at().toEpochMilli() == Minutes.at(7)) {
                store.obey();
            }
        });
        assertThat(names(events))
                .containsExactly("Failed", "Idle", "Idle", "Idle", "Recovered", "Opened", "Active", "Stopped");
        Event.Failed failed = Runs.only(Event.Failed.class, events).get(0);
        assertThat(failed.activity()).isEqualTo("reach the store");
        assertThat(failed.message()).contains("No new entry will be taken until it can.");
    }

    @Test
    void a_position_behind_a_store_that_was_down_at_the_start_is_managed_once_it_is_back() throws InterruptedException {
        live(ALWAYS, ReplayFeed.of(flat(6)));
        Signal stored = store.stored(Runs.KEY).orElseThrow();
        store.interfere(Failing.down("read"));
        Candles candles = Minutes.atFullHour().flat(8, 100).flat(9, 103).candles();
        List<Event> events = Runs.live(store, ALWAYS, ReplayFeed.of(candles).from(Minutes.at(7)), event -> {
            if (event instanceof Event.Idle) {
                store.obey();
            }
        });
        assertThat(names(events)).startsWith("Failed", "Idle", "Restored", "Recovered", "Active");
        assertThat(Runs.only(Event.Restored.class, events).get(0).held()).isEqualTo(stored);
        assertThat(store.trades(Runs.KEY).get(0).reasonCode()).isEqualTo(CloseReason.TAKE_PROFIT.code());
    }

    @Test
    void a_position_is_left_though_the_store_is_down_and_nothing_is_entered_until_the_store_knows()
            throws InterruptedException {
        Candles candles =
                Minutes.atFullHour().flat(5, 100).flat(5, 103).flat(5, 100).candles();
        store.interfere(Failing.down("append", "delete"));
        List<Event> events = Runs.live(store, ALWAYS, ReplayFeed.of(candles), event -> {
            if (event.at().toEpochMilli() == Minutes.at(12)) {
                store.obey();
            }
        });
        assertThat(names(events).stream().filter(name -> !name.equals("Active")))
                .startsWith("Opened", "Failed", "Closed", "Idle")
                .contains("Recovered");
        List<String> names = names(events);
        assertThat(names.subList(names.indexOf("Closed") + 1, names.indexOf("Recovered")))
                .as("reported once, and no entry")
                .containsOnly("Idle");
        assertThat(names.subList(names.indexOf("Recovered"), names.size())).contains("Opened");
        assertThat(store.trades(Runs.KEY)).hasSize(1);
    }

    @Test
    void an_entry_the_store_does_not_take_is_not_taken() throws InterruptedException {
        store.interfere(Failing.refusing("write"));
        List<Event> events = Runs.live(store, ALWAYS, ReplayFeed.of(flat(9)), event -> {
            if (event.at().toEpochMilli() == Minutes.at(7)) {
                store.obey();
            }
        });
        assertThat(names(events))
                .containsExactly("Failed", "Idle", "Idle", "Idle", "Recovered", "Opened", "Active", "Stopped");
        assertThat(Runs.only(Event.Failed.class, events).get(0).message()).endsWith("The entry was not taken.");
    }

    @Test
    void an_entry_that_the_store_may_have_taken_is_not_called_untaken() throws InterruptedException {
        store.interfere(Failing.unknownDone("write"));
        List<Event> events = Runs.live(store, ALWAYS, ReplayFeed.of(flat(9)), event -> {
            if (event instanceof Event.Failed) {
                store.obey();
            }
        });
        assertThat(names(events)).startsWith("Failed", "Idle", "Restored", "Recovered", "Active");
        assertThat(Runs.only(Event.Failed.class, events).get(0).message())
                .endsWith("Whether the entry was taken is looked up with the next candle.");
    }

    @Test
    void a_store_that_begins_to_fail_in_another_way_is_reported_again() throws InterruptedException {
        store.interfere(Failing.down("write"));
        List<Event> events = Runs.live(store, ALWAYS, ReplayFeed.of(flat(12)), event -> {
            if (event.at().toEpochMilli() == Minutes.at(6)) {
                store.interfere(Failing.refusing("write"));
            }
            if (event.at().toEpochMilli() == Minutes.at(8)) {
                store.interfere(Failing.down("write"));
            }
            if (event.at().toEpochMilli() == Minutes.at(10)) {
                store.obey();
            }
        });
        assertThat(names(events).stream().filter(name -> !name.equals("Idle")))
                .containsExactly("Failed", "Failed", "Recovered", "Opened", "Active", "Stopped");
        assertThat(Runs.only(Event.Failed.class, events))
                .extracting(failed -> failed.cause().getClass().getSimpleName())
                .containsExactly("StoreUnavailableException", "StoreRefusedException");
    }

    @Test
    void an_entry_of_unknown_outcome_that_was_written_is_found_and_managed() throws InterruptedException {
        store.interfere(Failing.unknownDone("write"));
        List<Event> events = Runs.live(store, ALWAYS, ReplayFeed.of(flat(8)), event -> {
            if (event instanceof Event.Idle) {
                store.obey();
            }
        });
        assertThat(names(events))
                .containsExactly("Failed", "Idle", "Restored", "Recovered", "Active", "Active", "Active", "Stopped");
    }

    @Test
    void a_store_that_throws_what_no_store_may_throw_is_treated_like_one_that_failed() throws InterruptedException {
        store.interfere(Failing.foreign(false, "write"));
        List<Event> events = Runs.live(store, ALWAYS, ReplayFeed.of(flat(8)), event -> {
            if (event.at().toEpochMilli() == Minutes.at(6)) {
                store.obey();
            }
        });
        assertThat(names(events))
                .containsExactly("Failed", "Idle", "Recovered", "Opened", "Active", "Active", "Stopped");
        assertThat(Runs.only(Event.Failed.class, events).get(0).message())
                .contains("Cannot use the store of tested/TEST")
                .contains("a driver's own exception");
    }

    @Test
    void a_memo_too_large_for_a_record_is_reported_and_the_ticks_go_on() throws InterruptedException {
        String large = "x".repeat(60_000);
        Map<String, String> memo = Map.of("a", large, "b", large, "c", large, "d", large, "e", large);
        List<Event> events = live(
                market -> Optional.of(
                        Bracket.buy().takeProfit(102).stopLoss(99).memo(memo).build()),
                ReplayFeed.of(flat(7)));
        assertThat(Runs.only(Event.Tick.class, events)).hasSize(3).allMatch(Event.Idle.class::isInstance);
        assertThat(Runs.only(Event.Failed.class, events).get(0).message()).contains("Shorten its note or memo");
    }

    @Test
    void a_cost_that_no_record_can_keep_does_not_break_the_tick() throws InterruptedException {
        List<Event> events = live(
                market -> Optional.of(Bracket.buy()
                        .takeProfit(102)
                        .stopLoss(99)
                        .cost(new BigDecimal("1E+40"))
                        .build()),
                ReplayFeed.of(flat(6)));
        assertThat(names(events)).containsExactly("Failed", "Idle", "Failed", "Idle", "Stopped");
    }

    @Test
    void marks_that_could_not_be_written_are_written_when_the_store_is_back_though_they_did_not_change()
            throws InterruptedException {
        Candles candles =
                Minutes.atFullHour().flat(6, 100).flat(1, 101).flat(9, 100).candles();
        List<Event> events = Runs.live(store, ALWAYS, ReplayFeed.of(candles), event -> {
            if (event.at().toEpochMilli() == Minutes.at(6)) {
                store.interfere(Failing.down("write"));
            } else if (event.at().toEpochMilli() == Minutes.at(14)) {
                store.obey();
            }
        });
        assertThat(Runs.only(Event.Recovered.class, events)).hasSize(1);
        List<Event.Active> active = Runs.only(Event.Active.class, events);
        assertThat(store.stored(Runs.KEY))
                .contains(active.get(active.size() - 1).held());
    }

    @Test
    void commands_are_obeyed_oldest_first_and_those_behind_the_first_with_an_effect_wait_for_the_next_tick()
            throws InterruptedException {
        List<Event> events = commanded(
                RESTING,
                ReplayFeed.of(flat(9)),
                Minutes.at(5),
                List.of(
                        new Command.Close("?"),
                        new Command.Activate("?"),
                        new Command.Cancel("?"),
                        new Command.Close("?")));
        assertThat(names(events)).startsWith("Scheduled", "Opened", "Closed", "Scheduled", "Waiting");
        assertThat(Runs.only(Event.Closed.class, events).get(0).ended().reason())
                .isEqualTo(CloseReason.CLOSED);
        assertThat(Runs.only(Event.Opened.class, events).get(0).held().priceOpen())
                .isEqualTo(BigDecimal.valueOf(95));
    }

    @Test
    void commands_for_a_signal_that_is_gone_are_forgotten() throws InterruptedException {
        List<Event> events = commanded(
                RESTING,
                ReplayFeed.of(flat(10)),
                Minutes.at(5),
                List.of(
                        new Command.Cancel("another"),
                        new Command.Cancel("?"),
                        new Command.Cancel("?"),
                        new Command.Close("?")));
        assertThat(names(events))
                .containsExactly("Scheduled", "Cancelled", "Scheduled", "Waiting", "Waiting", "Waiting", "Stopped");
    }

    @Test
    void an_activation_the_store_did_not_take_opens_the_position_all_the_same() throws InterruptedException {
        store.interfere(new SurvivingStore.Interference() {
            private int writes;

            @Override
            public void before(String call) {
                if (call.equals("write") && ++writes == 2) {
                    Failing.refusing("write").before(call);
                }
            }
        });
        List<Event> events =
                commanded(RESTING, ReplayFeed.of(flat(8)), Minutes.at(5), List.of(new Command.Activate("?")));
        assertThat(names(events)).startsWith("Scheduled", "Failed", "Opened", "Recovered", "Closed");
    }

    /** Submits the commands, addressed to the signal held then where their id is "?", after the tick at that time. */
    private List<Event> commanded(Strategy strategy, CandleFeed feed, long at, List<Command> commands)
            throws InterruptedException {
        RecordedEvents<Event> events = new RecordedEvents<>();
        CompletableFuture<LiveSession> session = new CompletableFuture<>();
        try (BacktestKit kit = Runs.kit(store)) {
            kit.events().on(Event.class, events);
            kit.events().on(Event.Tick.class, tick -> {
                if (tick.at().toEpochMilli() == at) {
                    String id = tick.signal().orElseThrow().id();
                    commands.forEach(command -> session.join().submit(addressed(command, id)));
                }
            });
            session.complete(Runs.live(kit, strategy, feed).start());
            assertThat(session.join().awaitEnd(Runs.LONG)).isTrue();
        }
        return events.all();
    }

    private static Command addressed(Command command, String id) {
        if (!command.signalId().equals("?")) {
            return command;
        }
        if (command instanceof Command.Activate) {
            return new Command.Activate(id);
        }
        return command instanceof Command.Cancel ? new Command.Cancel(id) : new Command.Close(id);
    }

    @Test
    void an_engine_that_fails_itself_says_so_and_stops() throws InterruptedException {
        AtomicBoolean broken = new AtomicBoolean();
        ScriptedFeed feed = new ScriptedFeed(flat(5)) {
            @Override
            public Optional<Candle> next() {
                broken.set(true);
                return Optional.of(Minutes.flatAt(3, 100));
            }

            @Override
            public InstantSource clock() {
                return () -> {
                    if (broken.getAndSet(false)) {
                        throw new IllegalStateException("no time");
                    }
                    return super.clock().instant();
                };
            }
        };
        List<Event> events = live(NEVER, feed);
        assertThat(names(events)).containsExactly("Failed", "Stopped");
        assertThat(Runs.only(Event.Failed.class, events).get(0).message())
                .contains("the engine itself failed", "no time");
    }
}
