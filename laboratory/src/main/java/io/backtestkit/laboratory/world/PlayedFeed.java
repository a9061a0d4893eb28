package io.backtestkit.laboratory.world;

import io.backtestkit.engine.CandleFeed;
import io.backtestkit.market.Candle;
import io.backtestkit.market.Candles;
import io.backtestkit.market.Interval;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.random.RandomGenerator;

/**
 * Plays the market to one process, from one minute up to another. May leave minutes out, repeat one, or throw; ends when the
 * process is killed; and sleeps before one minute, until it is woken, if it was told to.
 */
final class PlayedFeed implements CandleFeed {

    private static final int HISTORY = 60;
    private static final int MOST_FAILURES = 3;
    private static final int LONGEST_GAP = 5;

    private final Candles market;
    private final int first;
    private final int end;
    private final double faults;
    private final RandomGenerator random;
    private final Link link;
    private final Truth truth;
    private final int sleepAt;
    private final CountDownLatch asleep = new CountDownLatch(1);
    private final CountDownLatch woken = new CountDownLatch(1);
    private int failures;
    private volatile int next;
    private volatile boolean closed;

    PlayedFeed(Candles market, Piece piece, double faults, RandomGenerator random, Link link, Truth truth) {
        this.market = market;
        this.first = piece.first();
        this.next = piece.first();
        this.end = piece.end();
        this.sleepAt = piece.sleepAt();
        this.faults = faults;
        this.random = random;
        this.link = link;
        this.truth = truth;
        truth.at(clock().millis());
    }

    /** What a process gets to see: minutes from {@code first} to before {@code end}; asleep before {@code sleepAt}. */
    record Piece(int first, int end, int sleepAt) {}

    /** Waits until the process sleeps or its feed was closed. */
    void awaitSleep() throws InterruptedException {
        asleep.await();
    }

    void wake() {
        woken.countDown();
    }

    /** Returns the first minute that was not taken. */
    int reached() {
        return next;
    }

    @Override
    public Candles history() {
        return market.slice(Math.max(0, first - HISTORY), first);
    }

    @Override
    public Optional<Candle> next() throws Exception {
        if (next == sleepAt && sleepAt < market.size() && !link.dead()) {
            asleep.countDown();
            woken.await();
        }
        if (closed || link.dead() || next >= end) {
            return Optional.empty();
        }
        if (random.nextDouble() < faults && failures < MOST_FAILURES) {
            failures++;
            throw new IOException("the simulated market does not answer");
        }
        failures = 0;
        if (random.nextDouble() < faults && next > first) {
            return Optional.of(market.get(next - 1)); // once more
        }
        if (random.nextDouble() < faults && next < sleepAt) {
            next = Math.min(Math.min(end - 1, sleepAt), next + 1 + random.nextInt(LONGEST_GAP));
        }
        int minute = next;
        next = minute + 1;
        Candle candle = market.get(minute);
        truth.at(clock().millis());
        return Optional.of(candle);
    }

    @Override
    public InstantSource clock() {
        return () -> Instant.ofEpochMilli(market.timestamp(Math.max(0, next - 1)) + Interval.MINUTE_MILLIS);
    }

    @Override
    public void close() {
        closed = true;
        woken.countDown();
        asleep.countDown();
    }
}
