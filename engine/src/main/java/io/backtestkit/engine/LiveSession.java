package io.backtestkit.engine;

import io.backtestkit.event.Event;
import io.backtestkit.event.Events;
import io.backtestkit.market.Candle;
import io.backtestkit.market.CandleException;
import io.backtestkit.market.Candles;
import io.backtestkit.market.Interval;
import io.backtestkit.market.MarketView;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Live trading of one strategy on one symbol, on a thread of its own. Any thread may call any method.
 *
 * <p>Stopping leaves an open position in the store, where the next start finds it.
 */
public final class LiveSession implements AutoCloseable {

    private static final int FEED_FAILURES_IN_A_ROW = 5;

    private final SignalKey key;
    private final CandleFeed feed;
    private final StrategyRunner runner;
    private final SignalSlot slot;
    private final StrategyCaller caller;
    private final Events events;
    private final int window;
    private final boolean stopAfterClose;
    private final Runnable afterEnd;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread thread;
    private volatile boolean stopping;

    /** What a session is made of, besides its own settings. */
    record Parts(
            SignalKey key,
            CandleFeed feed,
            StrategyRunner runner,
            SignalSlot slot,
            StrategyCaller caller,
            Events events,
            int window) {}

    LiveSession(Parts parts, boolean stopAfterClose, Runnable afterEnd) {
        this.key = parts.key();
        this.feed = parts.feed();
        this.runner = parts.runner();
        this.slot = parts.slot();
        this.caller = parts.caller();
        this.events = parts.events();
        this.window = parts.window();
        this.stopAfterClose = stopAfterClose;
        this.afterEnd = afterEnd;
        this.thread = new Thread(this::run, "live " + key);
    }

    void begin() {
        thread.start();
        slot.touchEvery().ifPresent(this::touchRegularly);
    }

    /** By the wall clock, not by ticks: the store reckons in it, and a feed may be silent for long. */
    private void touchRegularly(Duration every) {
        Thread toucher = new Thread(
                () -> {
                    try {
                        while (!awaitEnd(every)) {
                            runner.touch(now().toEpochMilli());
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "touch " + key);
        toucher.setDaemon(true);
        toucher.start();
    }

    /** Returns which strategy on which symbol. */
    public SignalKey key() {
        return key;
    }

    /** Returns the signal held at this moment; empty if there is none. */
    public Optional<Signal> held() {
        Held held = slot.held();
        return held == null ? Optional.empty() : Optional.of(held.signal);
    }

    /** Hands over a command, to be looked at in the next tick. */
    public void submit(Command command) {
        runner.submit(command);
    }

    /** Asks the session to stop after the tick it is in. Returns at once; a second call does nothing. */
    public void stop() {
        stopping = true;
        closeFeed();
    }

    private void closeFeed() {
        try {
            feed.close();
        } catch (RuntimeException e) {
            events.emit(new Event.Failed(
                    key,
                    now(),
                    "close the feed",
                    "Cannot close the feed of " + key + ": it threw " + e + ". Trading stops all the same.",
                    e));
        }
    }

    /** Waits until the session has ended: it was stopped, or its feed ended. */
    public void awaitEnd() throws InterruptedException {
        ended.await();
    }

    /**
     * Waits until the session has ended, but not longer than that.
     *
     * @return whether it has ended
     */
    public boolean awaitEnd(Duration atMost) throws InterruptedException {
        return ended.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }

    /**
     * Stops, and waits for the end up to 30 seconds; a thread that still works then is interrupted. Called by a listener, on
     * the session's own thread, it does not wait.
     */
    @Override
    public void close() {
        stop();
        if (Thread.currentThread().equals(thread)) {
            return;
        }
        try {
            if (!awaitEnd(Duration.ofSeconds(30))) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            trade();
        } catch (RuntimeException e) {
            reportDefeat(e, e);
        } catch (Error e) {
            reportDefeat(e, new IllegalStateException(e));
            throw e;
        } finally {
            try {
                events.emit(new Event.Stopped(key, now(), held()));
            } finally {
                caller.close();
                closeFeed();
                afterEnd.run();
                ended.countDown();
            }
        }
    }

    private void reportDefeat(Throwable failure, Exception cause) {
        events.emit(new Event.Failed(
                key,
                now(),
                "trade",
                "Cannot go on trading " + key + ": the engine itself failed with " + failure
                        + ". The position, if there is one, is in the store; please report this.",
                cause));
    }

    private Instant now() {
        return feed.clock().instant();
    }

    private void trade() {
        Candles.Builder minutes = Candles.builder(Interval.ONE_MINUTE);
        Candles history = feed.history();
        for (int i = 0; i < history.size(); i++) {
            minutes.append(history.get(i));
        }
        MarketView market = new MarketView(key.symbol(), window);
        int failures = 0;
        while (!stopping) {
            Optional<Candle> candle;
            try {
                candle = feed.next();
                failures = 0;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (Exception e) {
                failures++;
                if (reportFeed(e, failures)) {
                    return;
                }
                continue;
            }
            if (candle.isEmpty()) {
                return;
            }
            take(candle.get(), minutes, market);
        }
    }

    /** Takes a candle and ticks. Missing minutes are carried forward with volume 0, one tick each, and reported. */
    private void take(Candle candle, Candles.Builder minutes, MarketView market) {
        long missing;
        try {
            missing = missingBefore(candle, minutes);
        } catch (CandleException e) {
            reportCandle(e.getMessage() + " It was dropped.", e);
            return;
        }
        if (missing > 0) {
            String message = "Cannot see " + missing + " minutes of " + key.symbol() + " from "
                    + Instant.ofEpochMilli(minutes.nextTimestamp())
                    + ": the feed left them out. The last close was carried forward.";
            reportCandle(message, new CandleException(message));
        }
        for (long i = 0; i < missing && !stopping; i++) {
            double last = minutes.build().last().close();
            minutes.append(minutes.nextTimestamp(), last, last, last, last, 0);
            tick(minutes, market);
        }
        if (!stopping) {
            minutes.append(candle);
            tick(minutes, market);
        }
    }

    /**
     * Returns how many minutes lie between the last candle and this one.
     *
     * @throws CandleException if it cannot follow, however large the gap
     */
    private static long missingBefore(Candle candle, Candles.Builder minutes) {
        Candles.builder(Interval.ONE_MINUTE)
                .append(candle); // a candle that cannot be must not cause a gap to be filled
        if (minutes.size() > 0 && candle.timestamp() < minutes.nextTimestamp()) {
            minutes.append(candle); // always refused, and this knows the words
        }
        return minutes.size() == 0 ? 0 : (candle.timestamp() - minutes.nextTimestamp()) / Interval.MINUTE_MILLIS;
    }

    private void tick(Candles.Builder minutes, MarketView market) {
        if (minutes.size() < window) {
            return;
        }
        market.moveTo(minutes.build(), minutes.size());
        Held before = slot.held();
        runner.tick(market);
        if (stopAfterClose && before != null && before.isOpen && slot.held() == null) {
            stopping = true;
        }
    }

    private void reportCandle(String message, Exception cause) {
        events.emit(new Event.Failed(key, now(), "take a candle", message, cause));
    }

    /** Reports a feed that threw, and returns whether that was once too often. */
    private boolean reportFeed(Exception failure, int inARow) {
        boolean tooOften = inARow >= FEED_FAILURES_IN_A_ROW;
        reportCandle(
                "Cannot take the next candle of " + key.symbol() + ": the feed threw " + failure + ". "
                        + (tooOften
                                ? "It was the " + inARow
                                        + "th failure in a row: trading stops, the position stays in the store."
                                : "It is asked again."),
                failure);
        return tooOften;
    }
}
