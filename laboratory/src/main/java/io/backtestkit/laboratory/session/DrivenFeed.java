package io.backtestkit.laboratory.session;

import io.backtestkit.engine.CandleFeed;
import io.backtestkit.market.Candle;
import io.backtestkit.market.Candles;
import io.backtestkit.market.Interval;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** Plays a market; before each minute somebody may do something on the session's own thread. Ends when that fails. */
final class DrivenFeed implements CandleFeed {

    private final Candles market;
    private final IntConsumer beforeMinute;
    private volatile int next;
    private volatile boolean closed;
    private volatile @Nullable RuntimeException failure;

    DrivenFeed(Candles market, IntConsumer beforeMinute) {
        this.market = market;
        this.beforeMinute = beforeMinute;
    }

    /** Throws what failed before some minute, if anything did. */
    void requireDriven() {
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public Candles history() {
        return market.slice(0, 0);
    }

    @Override
    public Optional<Candle> next() {
        if (closed || next >= market.size()) {
            return Optional.empty();
        }
        try {
            beforeMinute.accept(next);
        } catch (RuntimeException e) {
            failure = e;
            return Optional.empty();
        }
        int minute = next;
        next = minute + 1;
        return Optional.of(market.get(minute));
    }

    @Override
    public InstantSource clock() {
        return () -> Instant.ofEpochMilli(market.timestamp(Math.max(0, next - 1)) + Interval.MINUTE_MILLIS);
    }

    @Override
    public void close() {
        closed = true;
    }
}
