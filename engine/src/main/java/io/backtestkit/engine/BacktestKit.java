package io.backtestkit.engine;

import io.backtestkit.event.Event;
import io.backtestkit.event.Events;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claims;
import io.backtestkit.store.RetryPolicy;
import io.backtestkit.store.RetryingSignalStore;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.SignalStores;
import io.backtestkit.store.StoreFailure;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.strategy.Strategy;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The way in: holds the settings, the store and the listeners, and makes backtests and live sessions.
 *
 * <pre>{@code
 * try (BacktestKit kit = BacktestKit.create()) {
 *     BacktestResult result = kit.backtest().strategy("mine", strategy).symbol("BTCUSDT").candles(candles).run();
 * }
 * }</pre>
 *
 * <p>Defaults: the settings of the rules, the store {@code file:./data}, five attempts on a store that is unavailable, a
 * lease of 30 seconds. The
 * store is opened by the first live session; a backtest never touches it. There is no static state: several kits may live in
 * one JVM. Any thread may call any method.
 */
public final class BacktestKit implements AutoCloseable {

    private final Settings settings;
    private final Events events = new Events();
    private final String location;
    private final boolean ownsStore;
    private final RetryPolicy retries;
    private final Duration claimLease;
    private final Map<SignalKey, LiveSession> sessions = new HashMap<>();
    /** Being started, without this kit's lock: what they do may call listeners. */
    private final Set<SignalKey> starting = new HashSet<>();

    private @Nullable SignalStore store;
    private boolean closed;

    private BacktestKit(Builder from) {
        this.settings = from.settings;
        this.location = from.location;
        this.ownsStore = from.store == null;
        this.retries = from.retries;
        this.claimLease = from.claimLease;
        this.store = from.store == null ? null : new RetryingSignalStore(from.store, retries);
    }

    /** Returns a kit with the defaults. */
    public static BacktestKit create() {
        return builder().build();
    }

    /** Starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns where to listen to everything this kit does. */
    public Events events() {
        return events;
    }

    /** Starts a backtest: name its strategy, symbol and candles, then run it. */
    public Backtest backtest() {
        return new Backtest(settings, events);
    }

    /** Starts live trading: name its strategy, symbol and feed, then start it. */
    public LiveTrading live() {
        return new LiveTrading(this);
    }

    LiveSession start(SignalKey key, String exchange, Strategy strategy, CandleFeed feed, LiveSession.Way way) {
        SignalStore durable = reserve(key);
        try {
            return start(durable, key, exchange, strategy, feed, way);
        } finally {
            synchronized (this) {
                starting.remove(key);
            }
        }
    }

    private synchronized SignalStore reserve(SignalKey key) {
        requireOpen(key);
        if (sessions.containsKey(key) || starting.contains(key)) {
            throw new IllegalStateException("Cannot trade " + key + ": this kit does so already. Stop that first.");
        }
        SignalStore durable = durableStore();
        starting.add(key);
        return durable;
    }

    private void requireOpen(SignalKey key) {
        if (closed) {
            throw new IllegalStateException("Cannot trade " + key + ": this kit was closed. Make another one.");
        }
    }

    private LiveSession start(
            SignalStore durable,
            SignalKey key,
            String exchange,
            Strategy strategy,
            CandleFeed feed,
            LiveSession.Way way) {
        SlotClaim claim = SlotClaim.of(durable, key, claimLease);
        TickReport report = new TickReport(key, events);
        ReportedSlot slot = new ReportedSlot(key, new SignalSlot(durable, key, claim), report);
        StrategyCaller caller = StrategyCaller.timed(strategy, settings.strategyTimeout(), "strategy " + key);
        StrategyRunner runner = new StrategyRunner(key, exchange, strategy, caller, settings, slot, report);
        LiveSession session = new LiveSession(
                new LiveSession.Parts(key, feed, runner, slot, claim, caller, events, settings.priceWindow()),
                way,
                () -> forget(key));
        try {
            if (!claim.isOffered()) {
                warnUnprotected(key, feed, durable);
            }
            if (!way.standby()) {
                slot.restoreOrRefuse(feed.clock().millis());
            }
            begin(session);
            return session;
        } catch (RuntimeException e) {
            caller.close();
            releaseAfter(e, claim);
            throw e;
        }
    }

    private synchronized void begin(LiveSession session) {
        requireOpen(session.key());
        sessions.put(session.key(), session);
        session.begin();
    }

    private void warnUnprotected(SignalKey key, CandleFeed feed, SignalStore store) {
        events.emit(new Event.Warned(
                key,
                feed.clock().instant(),
                "Nothing protects " + key + " in " + store.describe()
                        + " from a second process: this store offers no claims. See to it that only one trades it."));
    }

    private static void releaseAfter(RuntimeException failure, SlotClaim claim) {
        try {
            claim.release();
        } catch (SignalStoreException e) {
            failure.addSuppressed(e);
        }
    }

    private SignalStore durableStore() {
        SignalStore opened = store;
        if (opened == null) {
            opened = new RetryingSignalStore(SignalStores.open(location), retries);
            store = opened;
        }
        if (!opened.durable()) {
            throw new StoreRefusedException(
                    StoreFailure.of(
                            "trade live on",
                            opened.describe(),
                            "what it has stored does not survive a crash, so a position would be lost",
                            "Use a durable store, for example file:./data."),
                    null);
        }
        return opened;
    }

    private synchronized void forget(SignalKey key) {
        sessions.remove(key);
    }

    /**
     * Stops every live session, waits for each, and closes the store if this kit opened it. Called by a listener it does not
     * wait: the rest follows by itself. A second call does nothing.
     */
    @Override
    public void close() {
        List<LiveSession> running;
        synchronized (this) {
            closed = true;
            running = List.copyOf(sessions.values());
        }
        running.forEach(LiveSession::stop);
        if (events.isDelivering()) {
            new Thread(() -> closeAfter(running), "close the kit").start();
        } else {
            closeAfter(running);
        }
    }

    private void closeAfter(List<LiveSession> running) {
        running.forEach(LiveSession::close);
        synchronized (this) {
            if (ownsStore && store != null) {
                store.close();
                store = null;
            }
        }
    }

    /** Builds a {@link BacktestKit}. Not for use by several threads. */
    public static final class Builder {

        private static final Duration SHORTEST_LEASE = Duration.ofMillis(100);

        private Settings settings = Settings.defaults();
        private String location = "file:./data";
        private @Nullable SignalStore store;
        private RetryPolicy retries = RetryPolicy.standard();
        private Duration claimLease = Duration.ofSeconds(30);

        private Builder() {}

        /** Sets the numbers the rules leave open. */
        public Builder settings(Settings settings) {
            this.settings = settings;
            return this;
        }

        /** Sets where signals are stored, for example {@code file:./data}; opened when first needed, closed by the kit. */
        public Builder store(String location) {
            this.location = location;
            this.store = null;
            return this;
        }

        /** Sets the store itself; the caller closes it, after the kit. */
        public Builder store(SignalStore store) {
            this.store = store;
            return this;
        }

        /** Sets how a store that is unavailable is tried again. */
        public Builder retries(RetryPolicy retries) {
            this.retries = retries;
            return this;
        }

        /**
         * Sets for how long a live session claims its slot; it renews three times as often. A standby takes over after this
         * time at the latest. 30 seconds by default; longer than the longest pause of the process (garbage collection, a
         * suspended machine) that should not cost it the slot.
         *
         * @throws IllegalArgumentException if it is less than 100 milliseconds or more than {@link Claims#LONGEST_LEASE}
         */
        public Builder claimLease(Duration lease) {
            if (lease.compareTo(SHORTEST_LEASE) < 0 || lease.compareTo(Claims.LONGEST_LEASE) > 0) {
                throw new IllegalArgumentException("Cannot claim slots for " + lease + ": use at least "
                        + SHORTEST_LEASE.toMillis() + " milliseconds and at most " + Claims.LONGEST_LEASE.toHours()
                        + " hours.");
            }
            this.claimLease = lease;
            return this;
        }

        /** Returns the kit; opens nothing yet. */
        public BacktestKit build() {
            return new BacktestKit(this);
        }
    }
}
