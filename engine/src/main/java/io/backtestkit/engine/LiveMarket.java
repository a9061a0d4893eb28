package io.backtestkit.engine;

import io.backtestkit.event.Event;
import io.backtestkit.event.Events;
import io.backtestkit.market.Candle;
import io.backtestkit.market.CandleException;
import io.backtestkit.market.Candles;
import io.backtestkit.market.Interval;
import io.backtestkit.market.MarketView;
import io.backtestkit.signal.SignalKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Predicate;

/**
 * The candles of a live market so far. A candle that cannot follow is reported and dropped; minutes that a feed left out are
 * reported and carried forward with volume 0. One thread uses it.
 */
final class LiveMarket {

    private final SignalKey key;
    private final InstantSource clock;
    private final Events events;
    private final int window;
    private final Candles.Builder minutes = Candles.builder(Interval.ONE_MINUTE);
    private final MarketView view;

    LiveMarket(SignalKey key, InstantSource clock, Events events, int window) {
        this.key = key;
        this.clock = clock;
        this.events = events;
        this.window = window;
        this.view = new MarketView(key.symbol(), window);
    }

    /** Takes candles from before the first tick. */
    void remember(Candles history) {
        for (int i = 0; i < history.size(); i++) {
            minutes.append(history.get(i));
        }
    }

    /** Takes a candle, and calls for a tick on each minute that is new by it, until one call returns false. */
    void take(Candle candle, Predicate<MarketView> tick) {
        long missing;
        try {
            missing = missingBefore(candle);
        } catch (CandleException e) {
            report(e.getMessage() + " It was dropped.", e);
            return;
        }
        if (missing > 0) {
            String message = "Cannot see " + missing + " minutes of " + key.symbol() + " from "
                    + Instant.ofEpochMilli(minutes.nextTimestamp())
                    + ": the feed left them out. The last close was carried forward.";
            report(message, new CandleException(message));
        }
        for (long i = 0; i < missing; i++) {
            double last = minutes.build().last().close();
            minutes.append(minutes.nextTimestamp(), last, last, last, last, 0);
            if (!ticked(tick)) {
                return;
            }
        }
        minutes.append(candle);
        ticked(tick);
    }

    /**
     * Returns how many minutes lie between the last candle and this one.
     *
     * @throws CandleException if it cannot follow, however large the gap
     */
    private long missingBefore(Candle candle) {
        Candles.builder(Interval.ONE_MINUTE)
                .append(candle); // a candle that cannot be must not cause a gap to be filled
        if (candle.timestamp() > clock.millis()) { // a closed one opened a minute ago: clocks may differ by that
            throw CandleException.future(candle.timestamp(), clock.millis());
        }
        if (minutes.size() > 0 && candle.timestamp() < minutes.nextTimestamp()) {
            minutes.append(candle); // always refused, and this knows the words
        }
        return minutes.size() == 0 ? 0 : (candle.timestamp() - minutes.nextTimestamp()) / Interval.MINUTE_MILLIS;
    }

    private boolean ticked(Predicate<MarketView> tick) {
        if (minutes.size() < window) {
            return true;
        }
        view.moveTo(minutes.build(), minutes.size());
        return tick.test(view);
    }

    /** Reports a candle that was not had, or not as it should be. */
    void report(String message, Exception cause) {
        events.emit(new Event.Failed(key, clock.instant(), "take a candle", message, cause));
    }
}
