package io.backtestkit.engine;

import io.backtestkit.market.Candle;
import io.backtestkit.market.Candles;
import io.backtestkit.market.Interval;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Plays recorded candles as if they closed now, on a virtual clock. */
public final class ReplayFeed implements CandleFeed {

    private final Candles candles;
    private final long pauseNanos;
    private final CountDownLatch closed = new CountDownLatch(1);
    private int next;
    private volatile long now;

    private ReplayFeed(Candles candles, int first, long pauseNanos) {
        this.candles = candles;
        this.next = first;
        this.pauseNanos = pauseNanos;
        this.now = candles.start() + first * Interval.MINUTE_MILLIS;
    }

    /** Plays all of it, as fast as it is taken. */
    public static ReplayFeed of(Candles minutes) {
        return new ReplayFeed(minutes, 0, 0);
    }

    /**
     * Plays with the first tick at {@code time}; earlier candles are history. A time before the data means all of it, one
     * behind the data means none.
     *
     * @param time UTC epoch milliseconds, a whole minute
     * @throws IllegalArgumentException if it is not a whole minute
     */
    public ReplayFeed from(long time) {
        if (Math.floorMod(time, Interval.MINUTE_MILLIS) != 0) {
            throw new IllegalArgumentException(
                    "Cannot begin at " + time + ": it is not a whole minute, the next one is "
                            + (Interval.ONE_MINUTE.floor(time) + Interval.MINUTE_MILLIS) + ".");
        }
        // the tick at t comes with the candle that closes at t
        long index = (time - Interval.MINUTE_MILLIS - candles.start()) / Interval.MINUTE_MILLIS;
        int first = (int) Math.max(0, Math.min(candles.size(), index));
        return new ReplayFeed(candles, first, pauseNanos);
    }

    /**
     * Plays that many times as fast as real time.
     *
     * @param speed above 0, for example 60 for one candle a second
     * @throws IllegalArgumentException if it is not a finite number above 0
     */
    public ReplayFeed speed(double speed) {
        if (!(speed > 0 && speed < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("Cannot play at speed " + speed + ": it must be above 0.");
        }
        return new ReplayFeed(candles, next, (long) (TimeUnit.MINUTES.toNanos(1) / speed));
    }

    @Override
    public Candles history() {
        return candles.slice(0, next);
    }

    @Override
    public Optional<Candle> next() throws InterruptedException {
        boolean ended = pauseNanos > 0 ? closed.await(pauseNanos, TimeUnit.NANOSECONDS) : closed.getCount() == 0;
        if (ended || next >= candles.size()) {
            return Optional.empty();
        }
        Candle candle = candles.get(next);
        next++;
        now = candle.timestamp() + Interval.MINUTE_MILLIS;
        return Optional.of(candle);
    }

    /** Returns a clock that stands at the close of the candle played last. */
    @Override
    public InstantSource clock() {
        return () -> Instant.ofEpochMilli(now);
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
