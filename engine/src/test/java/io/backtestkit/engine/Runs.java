package io.backtestkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.event.Event;
import io.backtestkit.market.Candles;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.RetryPolicy;
import io.backtestkit.store.SignalStore;
import io.backtestkit.strategy.Bracket;
import io.backtestkit.strategy.BuiltInStrategies;
import io.backtestkit.strategy.Parameters;
import io.backtestkit.strategy.Strategy;
import io.backtestkit.testkit.RecordedEvents;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/** Runs strategies from begin to end. */
final class Runs {

    static final SignalKey KEY = new SignalKey("tested", "TEST");
    static final Duration LONG = Duration.ofMinutes(2);

    static final Strategy NEVER = market -> Optional.empty();

    /** Buys whenever it is asked: fits a price of 100. */
    static final Strategy ALWAYS = market ->
            Optional.of(Bracket.buy().takeProfit(102).stopLoss(99).minutes(60).build());

    /** Every built-in strategy, with parameters that make it trade often. */
    static final Map<String, Map<String, String>> BUILT_IN = Map.of(
            "bracket", Map.of("take", "0.6", "stop", "0.5", "minutes", "9"),
            "sma-cross", Map.of("fast", "2", "slow", "5", "take", "0.8", "stop", "0.6", "minutes", "45"),
            "dip-buyer", Map.of("below", "0.2", "take", "0.6", "stop", "0.7", "minutes", "60"));

    /** The fifth failure in a row is the last. */
    private static final RetryPolicy FEED_RETRIES = new RetryPolicy(5, Duration.ofMillis(1), Duration.ofMillis(1));

    private Runs() {}

    static Strategy builtIn(String name) {
        return Objects.requireNonNull(BuiltInStrategies.all().get(name))
                .apply(Parameters.of(Objects.requireNonNull(BUILT_IN.get(name))));
    }

    /** Returns a kit on that store that gives up at the first failure, so that nobody waits. */
    static BacktestKit kit(SignalStore store) {
        return kit(store, Settings.defaults());
    }

    static BacktestKit kit(SignalStore store, Settings settings) {
        return BacktestKit.builder()
                .settings(settings)
                .store(store)
                .retries(new RetryPolicy(1, Duration.ofMillis(1), Duration.ofMillis(1)))
                .build();
    }

    static LiveTrading live(BacktestKit kit, Strategy strategy, CandleFeed feed) {
        return kit.live()
                .strategy(KEY.strategy(), strategy)
                .symbol(KEY.symbol())
                .feed(feed)
                .feedRetries(FEED_RETRIES);
    }

    /** Trades live until the feed ends and returns every event. */
    static List<Event> live(SignalStore store, Strategy strategy, CandleFeed feed) throws InterruptedException {
        return live(store, strategy, feed, event -> {});
    }

    /** Trades live until the feed ends and returns every event; the listener is called with each, too. */
    static List<Event> live(SignalStore store, Strategy strategy, CandleFeed feed, Consumer<Event> listener)
            throws InterruptedException {
        RecordedEvents<Event> events = new RecordedEvents<>();
        try (BacktestKit kit = kit(store)) {
            kit.events().on(Event.class, events);
            kit.events().on(Event.class, listener);
            LiveSession session = live(kit, strategy, feed).start();
            assertThat(session.awaitEnd(LONG)).as("the session ends").isTrue();
        }
        return events.all();
    }

    static BacktestResult backtest(Strategy strategy, Candles candles) {
        try (BacktestKit kit = BacktestKit.create()) {
            return backtest(kit, strategy, candles);
        }
    }

    static BacktestResult backtest(Strategy strategy, Candles candles, Consumer<Event> listener) {
        try (BacktestKit kit = BacktestKit.create()) {
            kit.events().on(Event.class, listener);
            return backtest(kit, strategy, candles);
        }
    }

    private static BacktestResult backtest(BacktestKit kit, Strategy strategy, Candles candles) {
        return kit.backtest()
                .strategy(KEY.strategy(), strategy)
                .symbol(KEY.symbol())
                .candles(candles)
                .run();
    }

    /** Returns their names, but for warnings: a store without claims is warned of first by every session. */
    static List<String> names(List<Event> events) {
        return events.stream()
                .filter(event -> !(event instanceof Event.Warned))
                .map(event -> event.getClass().getSimpleName())
                .toList();
    }

    static <E extends Event> List<E> only(Class<E> type, List<Event> events) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }
}
