package io.backtestkit.engine;

import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.RetryPolicy;
import io.backtestkit.strategy.Strategy;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Live trading about to begin. Made by {@link BacktestKit#live}; name strategy, symbol and feed, then {@link #start}.
 */
public final class LiveTrading {

    /** The exchange name of signals that no exchange holds. */
    static final String PAPER = "paper";

    private final BacktestKit kit;
    private @Nullable String name;
    private @Nullable Strategy strategy;
    private @Nullable String symbol;
    private @Nullable CandleFeed feed;
    private String exchange = PAPER;
    private RetryPolicy feedRetries = new RetryPolicy(20, Duration.ofSeconds(1), Duration.ofSeconds(30));
    private Duration feedSilence = Duration.ofMinutes(5);
    private boolean stopAfterClose;
    private boolean standby;
    private Duration longestStop = Duration.ofSeconds(30);

    LiveTrading(BacktestKit kit) {
        this.kit = kit;
    }

    /** Sets the strategy and the name its signals carry. */
    public LiveTrading strategy(String name, Strategy strategy) {
        this.name = name;
        this.strategy = strategy;
        return this;
    }

    /** Sets the name of the market. */
    public LiveTrading symbol(String symbol) {
        this.symbol = symbol;
        return this;
    }

    /** Sets where the candles come from. The session closes it; if {@link #start} throws there is no session, and nobody does. */
    public LiveTrading feed(CandleFeed feed) {
        this.feed = feed;
        return this;
    }

    /**
     * Sets how a feed that throws is asked again. By default it is asked 20 times in a row, with pauses of up to 1, 2, 4, 8, 16
     * and then 30 seconds, some four minutes in all. After that trading stops and gives the slot back, for whoever stands by
     * or starts the program again; an open position stays in the store.
     */
    public LiveTrading feedRetries(RetryPolicy retries) {
        this.feedRetries = retries;
        return this;
    }

    /**
     * Sets how long the feed may give no candle before that is reported as an {@link io.backtestkit.event.Event.Failed}, again
     * and again while it lasts: a connection that died without a word leaves a position that nobody manages. Five minutes of
     * the wall clock by default.
     *
     * @throws IllegalArgumentException if it is less than a millisecond
     */
    public LiveTrading feedSilence(Duration longest) {
        if (longest.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "Cannot watch a feed every " + longest + ": use at least a millisecond.");
        }
        this.feedSilence = longest;
        return this;
    }

    /** Sets the exchange named in the signals; {@code paper} by default. */
    public LiveTrading exchange(String exchange) {
        this.exchange = exchange;
        return this;
    }

    /** Stops by itself once a position has been closed; false by default. */
    public LiveTrading stopAfterClose(boolean stop) {
        this.stopAfterClose = stop;
        return this;
    }

    /**
     * Waits, if another owner has the slot, until it gives it back or its lease has run out, and then takes over; false by
     * default. The wait is reported as {@link io.backtestkit.event.Event.StandingBy}; candles are taken from then on.
     */
    public LiveTrading standby(boolean wait) {
        this.standby = wait;
        return this;
    }

    /** Sets how long a session may take to end before its thread is interrupted and the slot given up; for tests. */
    LiveTrading longestStop(Duration longest) {
        this.longestStop = longest;
        return this;
    }

    /**
     * Claims the slot where the store offers claims, restores what it holds, then begins to trade on a thread of its own. If
     * the store cannot be reached just now, the session begins all the same, reports it, and takes no entry until the store
     * could be read.
     *
     * @throws io.backtestkit.store.ClaimLostException if another owner has the slot and this is no {@link #standby}
     * @throws io.backtestkit.store.StoreRefusedException if the store is not durable, or refuses to be read
     * @throws io.backtestkit.store.StoreUnavailableException if the store was given by its location, is opened by this call, and
     *     cannot be: whether it is safe is found out by opening it
     * @throws io.backtestkit.store.UnreadableSignalException if the stored signal is damaged: an operator must decide
     * @throws IllegalArgumentException if the strategy's interval is none of {@link Strategy#INTERVALS}, or an order of the
     *     stored signal was on its way, so that only the broker knows what is held
     * @throws IllegalStateException if this kit trades that key already, or was closed
     * @throws NullPointerException if strategy, symbol or feed were not named
     */
    public LiveSession start() {
        SignalKey key = new SignalKey(
                Objects.requireNonNull(name, "live trading needs a strategy"),
                Objects.requireNonNull(symbol, "live trading needs a symbol"));
        return kit.start(
                key,
                exchange,
                Objects.requireNonNull(strategy, "live trading needs a strategy"),
                Objects.requireNonNull(feed, "live trading needs a feed"),
                new LiveSession.Way(
                        standby, new PatientFeed.Patience(feedRetries, feedSilence), stopAfterClose, longestStop));
    }
}
