package io.backtestkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.event.Event;
import io.backtestkit.market.Candles;
import io.backtestkit.market.Interval;
import io.backtestkit.market.MarketView;
import io.backtestkit.oracle.OracleMarkets;
import io.backtestkit.signal.CloseReason;
import io.backtestkit.signal.EndedSignal;
import io.backtestkit.strategy.Bracket;
import io.backtestkit.strategy.Strategy;
import io.backtestkit.testkit.RecordedEvents;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LiveEqualsBacktestTest {

    private static final int MINUTES = 1_500;

    static Stream<Arguments> markets() {
        return Runs.BUILT_IN.keySet().stream().sorted().flatMap(name -> Stream.of(OracleMarkets.Kind.values())
                .flatMap(kind -> LongStream.of(11, 12).mapToObj(seed -> Arguments.of(name, kind, seed))));
    }

    @ParameterizedTest(name = "{0} on {1}, seed {2}")
    @MethodSource("markets")
    void a_live_replay_trades_like_the_backtest_and_has_one_event_each_tick(
            String name, OracleMarkets.Kind kind, long seed) throws InterruptedException {
        Candles candles = Minutes.market(kind, seed, MINUTES);
        Strategy strategy = Runs.builtIn(name);
        RecordedEvents<Event> backtest = new RecordedEvents<>();
        BacktestResult result = Runs.backtest(strategy, candles, backtest);

        SurvivingStore store = new SurvivingStore();
        List<Event> live = Runs.live(store, strategy, ReplayFeed.of(candles));

        List<EndedSignal> ended = Stream.<EndedSignal>concat(
                        result.signals().stream().filter(signal -> signal.reason() != CloseReason.FRAME_END),
                        result.cancelled().stream()
                                .filter(signal -> !signal.reasonCode().equals("frame_end")))
                .sorted(Comparator.comparing(EndedSignal::endedAt))
                .toList();
        assertThat(store.trades(Runs.KEY)).isEqualTo(ended);

        List<Event.Tick> ticks = Runs.only(Event.Tick.class, live);
        assertThat(ticks.stream().map(tick -> tick.at().toEpochMilli()))
                .containsExactlyElementsOf(LongStream.rangeClosed(5, candles.size())
                        .mapToObj(closed -> candles.start() + closed * Interval.MINUTE_MILLIS)
                        .toList());
        List<Event.Tick> backtestTicks = Runs.only(Event.Tick.class, backtest.all());
        assertThat(ticks).isEqualTo(backtestTicks.subList(0, ticks.size()));
        assertThat(backtestTicks.size() - ticks.size())
                .as("only the end of the frame comes on top")
                .isEqualTo(store.stored(Runs.KEY).isPresent() ? 1 : 0);
    }

    @Test
    void a_strategy_that_never_returns_from_itself_is_told_of_in_the_same_words() throws InterruptedException {
        Strategy endless = new Strategy() {
            @Override
            @SuppressWarnings("InfiniteRecursion") // that is what is tried
            public Optional<Bracket> decide(MarketView market) {
                return decide(market);
            }
        };
        Candles candles = Minutes.atFullHour().flat(6, 100).candles();
        RecordedEvents<Event> backtest = new RecordedEvents<>();
        Runs.backtest(endless, candles, backtest);

        List<Event> live = Runs.live(new SurvivingStore(), endless, ReplayFeed.of(candles));

        assertThat(messages(live))
                .isEqualTo(messages(backtest.all()))
                .hasSize(2)
                .allMatch(message ->
                        message.startsWith("Cannot ask strategy tested/TEST: it threw java.lang.StackOverflowError."));
    }

    private static List<String> messages(List<Event> events) {
        return Runs.only(Event.Failed.class, events).stream()
                .map(Event.Failed::message)
                .toList();
    }
}
