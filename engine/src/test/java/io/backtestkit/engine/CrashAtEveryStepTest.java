package io.backtestkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.event.Event;
import io.backtestkit.market.Candles;
import io.backtestkit.market.Interval;
import io.backtestkit.oracle.OracleMarkets;
import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.strategy.Strategy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Breaks a live replay off right before or right after every change it makes to its store, goes on with a new kit at the
 * tick after the last one that was announced, and compares with the run that nobody broke off.
 */
class CrashAtEveryStepTest {

    private static final int MINUTES = 150;
    private static final Set<String> CHANGES = Set.of("write", "append", "delete");

    /** Ends the run as a kill would: nothing catches it, and nothing more reaches the store. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** Kills at the n-th change, before or after it is made. */
    private static final class Kill implements SurvivingStore.Interference {

        private final boolean afterwards;
        private int left;

        Kill(int change, boolean afterwards) {
            this.left = change;
            this.afterwards = afterwards;
        }

        @Override
        public void before(String call) {
            if (left <= 0) {
                throw new Killed(); // dead already
            }
            if (!afterwards && CHANGES.contains(call) && --left == 0) {
                throw new Killed();
            }
        }

        @Override
        public void after(String call) {
            if (afterwards && CHANGES.contains(call) && --left == 0) {
                throw new Killed();
            }
        }
    }

    private static Thread.@Nullable UncaughtExceptionHandler usual;

    @BeforeAll
    static void letTheKilledDieQuietly() {
        usual = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, error) -> {
            if (!(error instanceof Killed)) {
                error.printStackTrace();
            }
        });
    }

    @AfterAll
    static void restoreTheHandler() {
        Thread.setDefaultUncaughtExceptionHandler(usual);
    }

    @ParameterizedTest(name = "{0} on {1}, seed {2}")
    @CsvSource({
        "bracket, WALK, 1",
        "bracket, WILD, 2",
        "sma-cross, WALK, 3",
        "sma-cross, SAWTOOTH, 1",
        "dip-buyer, WALK, 5",
        "dip-buyer, WILD, 1"
    })
    void a_run_killed_at_any_step_and_restarted_trades_like_one_that_was_not(
            String name, OracleMarkets.Kind kind, long seed) throws InterruptedException {
        Candles candles = Minutes.market(kind, seed, MINUTES);
        Strategy strategy = Runs.builtIn(name);
        SurvivingStore whole = new SurvivingStore();
        Map<Long, String> expected =
                ticks(new TreeMap<>(), Runs.live(whole, strategy, ReplayFeed.of(candles)), "uninterrupted");
        List<EndedSignal> trades = whole.trades(Runs.KEY);
        assertThat(trades).as("the market makes it trade").isNotEmpty();

        int changes = (int) whole.calls().stream().filter(CHANGES::contains).count();
        for (int change = 1; change <= changes; change++) {
            for (boolean afterwards : new boolean[] {false, true}) {
                String step = "killed " + (afterwards ? "after" : "before") + " change " + change;
                SurvivingStore store = new SurvivingStore();
                store.interfere(new Kill(change, afterwards));
                Map<Long, String> found =
                        ticks(new TreeMap<>(), Runs.live(store, strategy, ReplayFeed.of(candles)), step);
                assertThat(found.size()).as(step).isLessThan(expected.size());

                store.obey();
                goOn(store, strategy, candles, found, step);

                assertThat(store.trades(Runs.KEY)).as(step).isEqualTo(trades);
                assertThat(store.stored(Runs.KEY)).as(step).isEqualTo(whole.stored(Runs.KEY));
                assertThat(found).as(step).isEqualTo(expected);
            }
        }
    }

    private static void goOn(
            SurvivingStore store, Strategy strategy, Candles candles, Map<Long, String> found, String step)
            throws InterruptedException {
        long next = found.keySet().stream().max(Long::compare).orElse(candles.start() + 4 * Interval.MINUTE_MILLIS)
                + Interval.MINUTE_MILLIS;
        Optional<Signal> stored = store.stored(Runs.KEY)
                .filter(signal -> store.trades(Runs.KEY).stream().noneMatch(ended -> ended.isOf(signal)));
        List<Event> events = Runs.live(store, strategy, ReplayFeed.of(candles).from(next));
        List<Signal> restored = new ArrayList<>();
        Runs.only(Event.Restored.class, events).forEach(event -> restored.add(event.held()));
        assertThat(restored).as(step).isEqualTo(stored.stream().toList());
        ticks(found, events, step);
    }

    /** Adds the tick events to those of an earlier run: never two of one tick. */
    private static Map<Long, String> ticks(Map<Long, String> known, List<Event> events, String step) {
        for (Event.Tick tick : Runs.only(Event.Tick.class, events)) {
            String line = tick.getClass().getSimpleName() + " " + tick.price() + " "
                    + tick.signal().map(Signal::toString).orElse("") + " "
                    + tick.signal().flatMap(Signal::marks).map(Object::toString).orElse("");
            assertThat(known.put(tick.at().toEpochMilli(), line))
                    .as(step + ": earlier event of " + tick)
                    .isNull();
        }
        return known;
    }
}
