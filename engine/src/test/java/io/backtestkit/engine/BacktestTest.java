package io.backtestkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import com.sun.management.ThreadMXBean;
import io.backtestkit.event.Event;
import io.backtestkit.market.Candles;
import io.backtestkit.market.Interval;
import io.backtestkit.market.MarketView;
import io.backtestkit.oracle.OracleMarkets;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.strategy.Bracket;
import io.backtestkit.strategy.Strategy;
import io.backtestkit.testkit.RecordedEvents;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BacktestTest {

    private static final Strategy NEVER = market -> Optional.empty();

    /** Has an interval of two hours, which strategies may not. */
    private static final class TooSlow implements Strategy {

        @Override
        public Optional<Bracket> decide(MarketView market) {
            return Optional.empty();
        }

        @Override
        public Interval interval() {
            return Interval.TWO_HOURS;
        }
    }

    @Test
    void five_candles_are_the_fewest() {
        assertThat(Runs.backtest(NEVER, Minutes.atFullHour().flat(5, 100).candles())
                        .candles())
                .isEqualTo(5);
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        Runs.backtest(NEVER, Minutes.atFullHour().flat(4, 100).candles()))
                .withMessage(
                        "Cannot run backtest tested/TEST: there were 4 candles of 1m. At least 5 of 1m are needed.");
    }

    @Test
    void only_candles_of_one_minute_are_taken() {
        Candles fives = Candles.builder(Interval.FIVE_MINUTES).build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Runs.backtest(NEVER, fives))
                .withMessageContaining("0 candles of 5m");
    }

    @Test
    void an_interval_that_strategies_may_not_have_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Runs.backtest(
                        new TooSlow(), Minutes.atFullHour().flat(10, 100).candles()))
                .withMessage("Cannot run tested/TEST: the strategy's interval was 2h."
                        + " It must be 1m, 3m, 5m, 15m, 30m or 1h.");
    }

    @Test
    void what_was_not_named_is_asked_for() {
        try (BacktestKit kit = BacktestKit.create()) {
            assertThatNullPointerException()
                    .isThrownBy(() -> kit.backtest().symbol("TEST").run())
                    .withMessage("a backtest needs a strategy");
            assertThatNullPointerException()
                    .isThrownBy(() -> kit.backtest().strategy("x", NEVER).run())
                    .withMessage("a backtest needs a symbol");
            assertThatNullPointerException()
                    .isThrownBy(() ->
                            kit.backtest().strategy("x", NEVER).symbol("y").run())
                    .withMessage("a backtest needs candles");
        }
    }

    @Test
    void progress_is_told_now_and_then_and_at_the_end() {
        List<Integer> told = new ArrayList<>();
        try (BacktestKit kit = BacktestKit.create()) {
            kit.backtest()
                    .strategy("tested", NEVER)
                    .symbol("TEST")
                    .candles(Minutes.atFullHour().flat(10_000, 100).candles())
                    .progress(told::add)
                    .run();
        }
        assertThat(told).containsExactly(4_096, 8_192, 10_000);
    }

    @Test
    void a_strategy_is_asked_at_multiples_of_its_interval_while_nothing_is_held() {
        List<Long> asked = new ArrayList<>();
        Strategy strategy = new Strategy() {
            @Override
            public Optional<Bracket> decide(MarketView market) {
                asked.add((market.time() - Minutes.START) / Interval.MINUTE_MILLIS);
                return asked.size() == 2
                        ? Optional.of(Bracket.buy()
                                .takeProfit(102)
                                .stopLoss(99)
                                .minutes(7)
                                .build())
                        : Optional.empty();
            }

            @Override
            public Interval interval() {
                return Interval.THREE_MINUTES;
            }
        };
        Runs.backtest(strategy, Minutes.atFullHour().flat(24, 100).candles());
        assertThat(asked).containsExactly(6L, 9L, 18L, 21L, 24L);
    }

    @Test
    void a_strategy_that_throws_or_answers_null_is_reported_and_the_tick_is_idle() {
        RecordedEvents<Event> events = new RecordedEvents<>();
        Runs.backtest(
                market -> {
                    if (market.closedMinutes() == 5) {
                        throw new IllegalStateException("confused");
                    }
                    return nothingAtAll();
                },
                Minutes.atFullHour().flat(6, 100).candles(),
                events);
        assertThat(events.ofType(Event.Failed.class)).hasSize(2).allSatisfy(failed -> {
            assertThat(failed.activity()).isEqualTo("ask the strategy");
            assertThat(failed.message()).startsWith("Cannot ask strategy tested/TEST: it threw ");
        });
        assertThat(events.ofType(Event.Tick.class)).hasSize(2).allMatch(Event.Idle.class::isInstance);
    }

    @SuppressWarnings({"NullAway", "OptionalAssignedToNull"}) // as a strategy in another language would
    private static Optional<Bracket> nothingAtAll() {
        return null;
    }

    @Test
    void a_refused_bracket_is_reported_with_every_fault_and_the_tick_is_idle() {
        RecordedEvents<Event> events = new RecordedEvents<>();
        Runs.backtest(
                market -> Optional.of(
                        Bracket.buy().takeProfit(100.1).stopLoss(99.9).build()),
                Minutes.atFullHour().flat(5, 100).candles(),
                events);
        assertThat(events.ofType(Event.Failed.class)).singleElement().satisfies(failed -> {
            assertThat(failed.message()).contains("take profit was").contains("stop loss was");
        });
        assertThat(events.ofType(Event.Tick.class)).singleElement().isInstanceOf(Event.Idle.class);
    }

    @Test
    void the_memo_and_id_of_the_last_signal_are_seen_by_the_next_decision() {
        List<Map<String, String>> memos = new ArrayList<>();
        BacktestResult result = Runs.backtest(
                market -> {
                    memos.add(Map.copyOf(market.memo()));
                    return Optional.of(Bracket.buy()
                            .takeProfit(102)
                            .stopLoss(99)
                            .minutes(1)
                            .id("mine")
                            .memo(Map.of("n", Integer.toString(memos.size())))
                            .build());
                },
                Minutes.atFullHour().flat(9, 100).candles());
        assertThat(memos).containsExactly(Map.of(), Map.of("n", "1"), Map.of("n", "1"), Map.of("n", "1"));
        assertThat(result.signals()).as("the repeated id is ignored").hasSize(1);
    }

    @Test
    void a_backtest_never_opens_the_store() {
        try (BacktestKit kit =
                BacktestKit.builder().store("nowhere:that/can/be/opened").build()) {
            assertThat(kit.backtest()
                            .strategy("tested", NEVER)
                            .symbol("TEST")
                            .candles(Minutes.atFullHour().flat(10, 100).candles())
                            .run()
                            .signals())
                    .isEmpty();
            assertThatIllegalArgumentException()
                    .as("which live trading does")
                    .isThrownBy(() -> Runs.live(
                                    kit,
                                    NEVER,
                                    ReplayFeed.of(
                                            Minutes.atFullHour().flat(10, 100).candles()))
                            .start())
                    .withMessageContaining("nowhere");
        }
    }

    @Test
    void the_result_is_the_same_from_one_thread_and_from_many() throws Exception {
        Candles candles = Minutes.market(OracleMarkets.Kind.WALK, 7, 3_000);
        Map<String, String> expected = new TreeMap<>();
        for (String name : Runs.BUILT_IN.keySet()) {
            expected.put(name, Runs.backtest(Runs.builtIn(name), candles).fingerprint());
        }
        assertThat(expected.values()).doesNotHaveDuplicates();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (BacktestKit shared = BacktestKit.create()) {
            List<Future<String>> results = new ArrayList<>();
            List<String> names = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                for (String name : Runs.BUILT_IN.keySet()) {
                    names.add(name);
                    results.add(threads.submit(() -> shared.backtest()
                            .strategy(Runs.KEY.strategy(), Runs.builtIn(name))
                            .symbol(Runs.KEY.symbol())
                            .candles(candles)
                            .run()
                            .fingerprint()));
                }
            }
            for (int i = 0; i < results.size(); i++) {
                assertThat(results.get(i).get(30, TimeUnit.SECONDS)).isEqualTo(expected.get(names.get(i)));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void the_name_of_the_strategy_and_the_symbol_show_in_the_ids_so_two_keys_never_share_one() {
        assertThat(SignalIds.of(new SignalKey("a:b", "c"), Minutes.START))
                .hasSize(25)
                .isEqualTo(SignalIds.of(new SignalKey("a:b", "c"), Minutes.START))
                .isNotEqualTo(SignalIds.of(new SignalKey("a", "b:c"), Minutes.START))
                .startsWith("202401010000-");
    }

    @Test
    void a_tick_on_which_nothing_happens_allocates_nothing() {
        Candles candles = Minutes.market(OracleMarkets.Kind.WALK, 3, 100_000);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        long least = Long.MAX_VALUE;
        for (int run = 0; run < 4; run++) {
            long before = threads.getThreadAllocatedBytes(thread);
            Runs.backtest(NEVER, candles);
            least = Math.min(least, threads.getThreadAllocatedBytes(thread) - before);
        }
        assertThat((double) least / candles.size()).as("bytes per tick").isLessThan(1);
    }
}
