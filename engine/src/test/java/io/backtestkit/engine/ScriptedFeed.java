package io.backtestkit.engine;

import io.backtestkit.market.Candle;
import io.backtestkit.market.Candles;
import io.backtestkit.market.Interval;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** Gives what it was told to give, in that order: candles and failures. */
class ScriptedFeed implements CandleFeed {

    private final Candles history;
    private final Deque<Object> script = new ArrayDeque<>();
    private volatile boolean closed;
    private volatile long now;
    private final Deque<Exception> historyFailures = new ArrayDeque<>();
    private boolean failAtClose;

    ScriptedFeed(Candles history) {
        this.history = history;
        this.now = history.size() == 0 ? Minutes.START : history.end();
    }

    /** Gives still candles, the first of which opens so many minutes after the full hour. */
    ScriptedFeed flat(int firstMinute, int count, double price) {
        for (int i = 0; i < count; i++) {
            script.add(Minutes.flatAt(firstMinute + i, price));
        }
        return this;
    }

    ScriptedFeed candles(Candles candles) {
        for (int i = 0; i < candles.size(); i++) {
            script.add(candles.get(i));
        }
        return this;
    }

    ScriptedFeed candle(Candle candle) {
        script.add(candle);
        return this;
    }

    ScriptedFeed failure(Throwable failure) {
        script.add(failure);
        return this;
    }

    /** Cannot give its history the next time it is asked. */
    ScriptedFeed historyFailure(Exception failure) {
        historyFailures.add(failure);
        return this;
    }

    ScriptedFeed failingAtClose() {
        failAtClose = true;
        return this;
    }

    @Override
    public Candles history() throws Exception {
        Exception failure = historyFailures.poll();
        if (failure != null) {
            throw failure;
        }
        return history;
    }

    @Override
    public Optional<Candle> next() throws Exception {
        Object next = closed ? null : script.poll();
        if (next instanceof Exception failure) {
            throw failure;
        }
        if (next instanceof Error failure) {
            throw failure;
        }
        if (next instanceof Candle candle) {
            now = candle.timestamp() + Interval.MINUTE_MILLIS;
            return Optional.of(candle);
        }
        return Optional.empty();
    }

    @Override
    public InstantSource clock() {
        return () -> Instant.ofEpochMilli(now);
    }

    @Override
    public void close() {
        closed = true;
        if (failAtClose) {
            throw new IllegalStateException("the socket was gone");
        }
    }
}
