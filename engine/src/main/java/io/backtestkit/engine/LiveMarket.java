package io.backtestkit.engine;

import io.backtestkit.event.Event;
import io.backtestkit.event.Events;
import io.backtestkit.market.Candle;
import io.backtestkit.market.CandleException;
import io.backtestkit.market.Candles;
import io.backtestkit.market.Interval;
import io.backtestkit.market.MarketView;
import io.backtestkit.signal.SignalKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/**
 * The candles of a live market so far. A candle that cannot follow is reported and dropped; minutes that a feed left out are
 * reported and carried forward with volume 0. Neither those nor minutes that are long past are the present of the market: on
 * them what is held is managed, but nothing new is taken. Between the history and the first candle not even that: what is held
 * may be younger than the price that is carried there. One thread uses it.
 */
final class LiveMarket {

    /** How long after its end a minute is still the present: a feed that fails for a moment is asked again for four minutes. */
    private static final Duration PRESENT = Duration.ofMinutes(5);

    private final SignalKey key;
    private final InstantSource clock;
    private final Events events;
    private final int window;
    private final PriceJumps jumps = new PriceJumps();
    private Candles.Builder minutes = Candles.builder(Interval.ONE_MINUTE);
    private MarketView view;
    /** When the last minute ended that was carried forward. */
    private long carriedUntil = Long.MIN_VALUE;
    /** The same of those between the history and the first candle: no tick may rest on them or on what is before. */
    private long unmanagedUntil = Long.MIN_VALUE;
    /** Whether a candle came that is no history. */
    private boolean begun;
    /** Whether the latest candle came too late to trade on. */
    private boolean behind;

    /** What is done in each minute. */
    interface Tick {

        /**
         * Ticks, and returns whether to go on.
         *
         * @param current whether the minute was seen, and in time
         */
        boolean at(MarketView view, boolean current);
    }

    LiveMarket(SignalKey key, InstantSource clock, Events events, int window) {
        this.key = key;
        this.clock = clock;
        this.events = events;
        this.window = window;
        this.view = new MarketView(key.symbol(), window);
    }

    /** Takes candles from before the first tick. */
    void remember(Candles history) {
        Candles usable = PriceJumps.afterLast(
                history, jump -> report(jump.getMessage() + " It was left out, and all before it.", jump));
        for (int i = 0; i < usable.size(); i++) {
            Candle candle = usable.get(i);
            if (candle.timestamp() > clock.millis()) {
                CandleException future = CandleException.future(candle.timestamp(), clock.millis());
                report(future.getMessage() + " It was left out, and all after it.", future);
                return;
            }
            minutes.append(candle);
        }
    }

    /** Takes a candle, and calls for a tick on each minute that is new by it, until one call returns false. */
    void take(Candle candle, Tick tick) {
        long missing;
        try {
            refuseWhatCannotBe(candle);
            leaveOutOldHistory(candle);
            List<Candle> confirmed = minutes.size() == 0 ? List.of() : jumps.check(lastClose(), candle);
            if (!confirmed.isEmpty()) {
                beginAnew(confirmed);
            }
            missing = missingBefore(candle);
        } catch (CandleException e) {
            report(e.getMessage() + " It was dropped.", e);
            return;
        }
        if (missing > 0) {
            reportGap(missing);
        }
        for (long i = 0; i < missing; i++) {
            carryForward();
            if (begun && !ticked(tick, false)) {
                return;
            }
        }
        if (!begun) {
            begun = true;
            unmanagedUntil = carriedUntil;
        }
        minutes.append(candle);
        ticked(tick, isPresent() && isSeen());
    }

    private long missingBefore(Candle candle) {
        return minutes.size() == 0 ? 0 : (candle.timestamp() - minutes.nextTimestamp()) / Interval.MINUTE_MILLIS;
    }

    private void leaveOutOldHistory(Candle first) {
        long missing = missingBefore(first);
        if (!begun && missing > Candles.LONGEST_GAP_MINUTES) {
            String message = "Cannot use the history of " + key.symbol() + ": it ends at "
                    + Instant.ofEpochMilli(minutes.nextTimestamp()) + ", " + missing
                    + " minutes before the first candle. It was left out.";
            report(message, new CandleException(message));
            minutes = Candles.builder(Interval.ONE_MINUTE);
        }
    }

    private void reportGap(long missing) {
        String message = "Cannot see " + missing + " minutes of " + key.symbol() + " from "
                + Instant.ofEpochMilli(minutes.nextTimestamp())
                + (begun
                        ? ": the feed left them out. The last close was carried forward."
                        : ": they lie between the history and the first candle. The last close was carried forward,"
                                + " and nothing is decided on it.");
        report(message, new CandleException(message));
    }

    /** What was before belongs to another price: nothing of it may count. */
    private void beginAnew(List<Candle> confirmed) {
        String message = "Cannot go on from the price " + lastClose() + " of " + key.symbol()
                + ": five candles in a row say otherwise. The series begins anew with the first of them, at "
                + Instant.ofEpochMilli(confirmed.get(0).timestamp()) + ".";
        report(message, new CandleException(message));
        minutes = Candles.builder(Interval.ONE_MINUTE);
        view = new MarketView(key.symbol(), window);
        begun = true;
        for (Candle candle : confirmed) {
            while (minutes.size() > 0 && minutes.nextTimestamp() < candle.timestamp()) {
                carryForward();
            }
            minutes.append(candle);
        }
    }

    private void carryForward() {
        double last = lastClose();
        minutes.append(minutes.nextTimestamp(), last, last, last, last, 0);
        carriedUntil = minutes.nextTimestamp();
    }

    private double lastClose() {
        return minutes.build().last().close();
    }

    /** Says whether the last minute ended a moment ago; tells when that is so no more. */
    private boolean isPresent() {
        Duration late = Duration.ofMillis(clock.millis() - minutes.nextTimestamp());
        boolean was = behind;
        behind = late.compareTo(PRESENT) > 0;
        if (behind && !was) {
            String message = "Cannot trade " + key.symbol() + " at the price of "
                    + Instant.ofEpochMilli(minutes.nextTimestamp()) + ": the feed is " + late.toMinutes()
                    + " minutes behind. What is held is managed; nothing new is taken until it has caught up.";
            report(message, new CandleException(message));
        }
        return !behind;
    }

    /** Says whether the price comes from the market: a minute that was carried forward counts where nothing has a volume. */
    private boolean isSeen() {
        if (!counts(carriedUntil)) {
            return true;
        }
        Candles all = minutes.build();
        for (int i = Math.max(0, all.size() - window); i < all.size(); i++) {
            if (all.volume(i) > 0) {
                return true;
            }
        }
        return false;
    }

    /** Says whether the price is made of minutes before that time, too. */
    private boolean counts(long time) {
        Candles all = minutes.build();
        return time > all.timestamp(Math.max(0, all.size() - window));
    }

    /** @throws CandleException if it cannot follow, however large the gap */
    private void refuseWhatCannotBe(Candle candle) {
        Candles.builder(Interval.ONE_MINUTE)
                .append(candle); // a candle that cannot be must not cause a gap to be filled
        if (candle.timestamp() > clock.millis()) { // a closed one opened a minute ago: clocks may differ by that
            throw CandleException.future(candle.timestamp(), clock.millis());
        }
        if (minutes.size() > 0 && candle.timestamp() < minutes.nextTimestamp()) {
            minutes.append(candle); // always refused, and this knows the words
        }
    }

    private boolean ticked(Tick tick, boolean current) {
        if (minutes.size() < window || counts(unmanagedUntil)) {
            return true;
        }
        view.moveTo(minutes.build(), minutes.size());
        return tick.at(view, current);
    }

    /** Reports a candle that was not had, or not as it should be. */
    void report(String message, Exception cause) {
        events.emit(new Event.Failed(key, clock.instant(), "take a candle", message, cause));
    }

    /** Reports that trading stops, since no candles can be had. */
    void reportEnd(String message, Exception cause) {
        events.emit(new Event.Failed(key, clock.instant(), LiveSession.TRADE, message, cause));
    }
}
