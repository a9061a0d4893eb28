package io.backtestkit.engine;

import io.backtestkit.market.Candle;
import io.backtestkit.market.Candles;
import io.backtestkit.market.Interval;
import io.backtestkit.store.RetryPolicy;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;

/**
 * Asks a feed for its candles, again after a pause when it throws, until it threw too often in a row or all is to stop. One
 * thread asks; another may look whether an answer is overdue.
 */
final class PatientFeed {

    private final CandleFeed feed;
    private final String symbol;
    private final Patience patience;
    private final CountDownLatch stopping;
    private final LiveMarket market;
    private final RandomGenerator random = RandomGenerator.getDefault();
    /** Since when an answer is awaited, by the nanosecond clock; 0 if none is. */
    private volatile long waitingSince;
    /** The wait that was looked at last, and since when nothing was told of it. */
    private long watched;

    private long quietSince;

    /** How often a feed is asked in a row, and how long an answer may take before that is told. */
    record Patience(RetryPolicy retries, Duration silence) {

        /** Returns how often to look whether an answer is overdue: it is told late by a tenth at most, or by a second. */
        Duration checkEvery() {
            return Duration.ofMillis(Math.max(1, Math.min(1000, silence.toMillis() / 10)));
        }
    }

    /** @param market is told what goes wrong */
    PatientFeed(CandleFeed feed, String symbol, Patience patience, CountDownLatch stopping, LiveMarket market) {
        this.feed = feed;
        this.symbol = symbol;
        this.patience = patience;
        this.stopping = stopping;
        this.market = market;
    }

    /** Returns the candles so far; empty if they cannot be had. */
    Optional<Candles> history() throws InterruptedException {
        return ask("the candles so far", () -> Optional.of(minutes()));
    }

    /** Returns the next candle; empty if none will come. */
    Optional<Candle> next() throws InterruptedException {
        return ask("the next candle", feed::next);
    }

    private Candles minutes() throws Exception {
        Candles history = feed.history();
        if (history.interval() != Interval.ONE_MINUTE) {
            throw new IllegalStateException(
                    "its candles are of " + history.interval().minutes() + " minutes, needed are those of one");
        }
        return history;
    }

    private <T> Optional<T> ask(String what, Callable<Optional<T>> question) throws InterruptedException {
        for (int failed = 1; !isStopping(); failed++) {
            try {
                waitingSince = System.nanoTime() | 1;
                return Objects.requireNonNull(question.call(), "it returned null");
            } catch (Throwable e) { // an error of a feed, and an interruption nobody asked for, are failures like any
                // other
                waitingSince = 0;
                // what it throws under the question because it was closed is no failure
                if (isStopping() || !isAskedAgain(what, failed, e)) {
                    break;
                }
            } finally {
                waitingSince = 0;
            }
        }
        return Optional.empty();
    }

    /** Reports the failure, pauses, and returns whether to ask again. */
    private boolean isAskedAgain(String what, int failed, Throwable failure) throws InterruptedException {
        Thread.interrupted(); // by the feed itself
        Exception cause = failure instanceof Exception exception ? exception : new IllegalStateException(failure);
        String told = "Cannot take " + what + " of " + symbol + ": the feed threw " + failure + ". ";
        if (failed == patience.retries().attempts()) {
            market.reportEnd(
                    told + "It threw " + failed + " times in a row: trading stops, the position stays in the store.",
                    cause);
            return false;
        }
        Duration pause = patience.retries().pauseAfter(failed, random);
        market.report(told + "It is asked again in " + pause.toMillis() + " ms.", cause);
        return !stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Reports a feed whose answer is overdue, again after as long a silence. One thread looks.
     *
     * @param now by the nanosecond clock
     */
    void reportSilence(long now) {
        long since = waitingSince;
        if (since != watched) {
            watched = since;
            quietSince = since;
        }
        long quietMillis = TimeUnit.NANOSECONDS.toMillis(now - quietSince);
        if (since != 0 && quietMillis >= patience.silence().toMillis() && !isStopping()) {
            quietSince = now;
            String message = "Cannot see " + symbol + ": the feed has given no candle for "
                    + TimeUnit.NANOSECONDS.toSeconds(now - since) + " s. What is held is not managed meanwhile.";
            market.report(message, new TimeoutException(message));
        }
    }

    private boolean isStopping() {
        return stopping.getCount() == 0;
    }
}
