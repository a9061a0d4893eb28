package io.backtestkit.engine;

import io.backtestkit.event.Events;
import io.backtestkit.market.Candles;
import io.backtestkit.market.Interval;
import io.backtestkit.market.MarketView;
import io.backtestkit.profit.Costs;
import io.backtestkit.signal.CancelledSignal;
import io.backtestkit.signal.ClosedSignal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.statistics.Statistics;
import io.backtestkit.store.InMemorySignalStore;
import io.backtestkit.strategy.Strategy;
import java.util.List;
import java.util.Objects;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One run of a strategy over history. Made by {@link BacktestKit#backtest}; name strategy, symbol and candles, then
 * {@link #run}. State is kept in memory: no store is opened or touched. Several backtests may run at once, each on its own
 * thread and with its own strategy object; they may share candles.
 */
public final class Backtest {

    private static final int PROGRESS_EVERY = 4096;

    private final Settings settings;
    private final Events events;
    private @Nullable String name;
    private @Nullable Strategy strategy;
    private @Nullable String symbol;
    private @Nullable Candles candles;
    private IntConsumer progress = done -> {};

    Backtest(Settings settings, Events events) {
        this.settings = settings;
        this.events = events;
    }

    /** Sets the strategy and the name its signals carry. */
    public Backtest strategy(String name, Strategy strategy) {
        this.name = name;
        this.strategy = strategy;
        return this;
    }

    /** Sets the name of the market. */
    public Backtest symbol(String symbol) {
        this.symbol = symbol;
        return this;
    }

    /** Sets the one-minute candles to run over. */
    public Backtest candles(Candles candles) {
        this.candles = candles;
        return this;
    }

    /** Sets whom to tell how many candles are done: now and then, and at the end. */
    public Backtest progress(IntConsumer candlesDone) {
        this.progress = candlesDone;
        return this;
    }

    /**
     * Runs to the end of the candles.
     *
     * @throws NullPointerException if strategy, symbol or candles were not named
     * @throws IllegalArgumentException if there are fewer candles than the price window, or they are not of one minute
     */
    public BacktestResult run() {
        SignalKey key = new SignalKey(
                Objects.requireNonNull(name, "a backtest needs a strategy"),
                Objects.requireNonNull(symbol, "a backtest needs a symbol"));
        Strategy asked = Objects.requireNonNull(strategy, "a backtest needs a strategy");
        Candles minutes = Objects.requireNonNull(candles, "a backtest needs candles");
        if (minutes.interval() != Interval.ONE_MINUTE || minutes.size() < settings.priceWindow()) {
            throw new IllegalArgumentException("Cannot run backtest " + key + ": there were " + minutes + ". At least "
                    + settings.priceWindow() + " of 1m are needed.");
        }
        InMemorySignalStore store = new InMemorySignalStore();
        TickReport report = new TickReport(key, events);
        ReportedSlot slot = new ReportedSlot(key, new SignalSlot(store, key, SlotClaim.none(store, key)), report);
        StrategyRunner runner =
                new StrategyRunner(key, LiveTrading.PAPER, asked, StrategyCaller.direct(asked), settings, slot, report);
        slot.restoreOrRefuse(minutes.start());
        MarketView market = new MarketView(key.symbol(), settings.priceWindow());
        int count = minutes.size();
        for (int closed = settings.priceWindow(); closed <= count; closed++) {
            market.moveTo(minutes, closed);
            runner.tick(market);
            if (closed % PROGRESS_EVERY == 0) {
                progress.accept(closed);
            }
        }
        runner.endOfData(market);
        progress.accept(count);
        return result(key, minutes, store);
    }

    private BacktestResult result(SignalKey key, Candles minutes, InMemorySignalStore store) {
        var ended = store.trades(key);
        List<ClosedSignal> closed = ended.stream()
                .filter(ClosedSignal.class::isInstance)
                .map(ClosedSignal.class::cast)
                .toList();
        List<CancelledSignal> cancelled = ended.stream()
                .filter(CancelledSignal.class::isInstance)
                .map(CancelledSignal.class::cast)
                .toList();
        return new BacktestResult(
                key,
                minutes.size(),
                minutes.start(),
                minutes.end(),
                Fingerprint.of(ended),
                closed,
                cancelled,
                Statistics.of(closed),
                new Costs(settings.slippagePercent(), settings.feePercent()));
    }
}
