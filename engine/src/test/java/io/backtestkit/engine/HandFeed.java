package io.backtestkit.engine;

import io.backtestkit.market.Candle;
import io.backtestkit.market.Candles;
import io.backtestkit.market.Interval;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Waits for the test to hand it each candle; ends when it is closed. */
final class HandFeed implements CandleFeed {

    private final Candles history;
    private final BlockingQueue<Optional<Candle>> given = new LinkedBlockingQueue<>();
    private volatile long now;

    HandFeed(Candles history) {
        this.history = history;
        this.now = history.end();
    }

    void give(Candle candle) {
        given.add(Optional.of(candle));
    }

    @Override
    public Candles history() {
        return history;
    }

    @Override
    public Optional<Candle> next() throws InterruptedException {
        Optional<Candle> candle = given.take();
        candle.ifPresent(taken -> now = taken.timestamp() + Interval.MINUTE_MILLIS);
        return candle;
    }

    @Override
    public InstantSource clock() {
        return () -> Instant.ofEpochMilli(now);
    }

    @Override
    public void close() {
        given.add(Optional.empty());
    }
}
