package io.backtestkit.engine;

import io.backtestkit.market.Candle;
import io.backtestkit.market.Candles;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Where live trading gets its candles from. {@link #history} and {@link #next} are called by one thread; {@link #close} by
 * any.
 */
public interface CandleFeed extends AutoCloseable {

    /**
     * Returns the closed one-minute candles from before the first tick; may have none. Called first, and once unless it throws.
     * It should reach up to the first candle of {@link #next}: a gap there is reported and carried forward without a tick, and a
     * history that ends more than {@value Candles#LONGEST_GAP_MINUTES} minutes before that is left out.
     *
     * @throws Exception if they could not be had; the session reports it and asks again
     */
    Candles history() throws Exception;

    /**
     * Waits for the next one-minute candle to close and returns it; a tick follows. Candles follow each other; a gap between
     * two of them is reported and carried forward at the last close, with a tick each minute, and the strategy is not asked.
     *
     * @return empty if no candle will ever follow, or the feed was closed
     * @throws Exception if the candle could not be had; the session reports it and asks again after a pause, see
     *     {@link LiveTrading#feedRetries}
     */
    Optional<Candle> next() throws Exception;

    /**
     * Returns the time of this market: the wall clock, or the virtual one of a replay. A candle that comes more than five minutes
     * after its end by this clock is managed on, but the strategy is not asked. Any thread may read it.
     */
    InstantSource clock();

    /** Wakes a waiting {@link #next} and ends the feed. */
    @Override
    void close();
}
