package io.backtestkit.engine;

import io.backtestkit.market.Candle;
import io.backtestkit.market.Candles;
import io.backtestkit.market.Interval;
import io.backtestkit.oracle.OracleCandle;
import io.backtestkit.oracle.OracleMarkets;

/** Minute candles for tests: written by hand, or from the seeded markets. */
final class Minutes {

    /** A full hour, 2024-01-01T00:00:00Z. */
    static final long START = 1_704_067_200_000L;

    private final Candles.Builder candles = Candles.builder(Interval.ONE_MINUTE);

    private Minutes() {}

    static Minutes atFullHour() {
        return new Minutes();
    }

    /** Returns so many candles from the full hour on that stand still at 100. */
    static Candles flat(int count) {
        return atFullHour().flat(count, 100).candles();
    }

    /** Returns the time so many minutes after the full hour. */
    static long at(int minutes) {
        return START + minutes * Interval.MINUTE_MILLIS;
    }

    /** Returns a candle that opens so many minutes after the full hour and stands still. */
    static Candle flatAt(int minutes, double price) {
        return new Candle(at(minutes), price, price, price, price, 1);
    }

    /** Appends candles that stand still at that price, with volume 1. */
    Minutes flat(int count, double price) {
        for (int i = 0; i < count; i++) {
            candles.append(flatAt(candles.size(), price));
        }
        return this;
    }

    /** Appends a candle that opens and closes at a price and reaches from {@code low} to {@code high} in between. */
    Minutes wick(double price, double low, double high) {
        candles.append(at(candles.size()), price, high, low, price, 1);
        return this;
    }

    Candles candles() {
        return candles.build();
    }

    /** Returns a seeded market; the same kind, seed and length give the same candles on every machine. */
    static Candles market(OracleMarkets.Kind kind, long seed, int length) {
        Candles.Builder builder = Candles.builder(Interval.ONE_MINUTE);
        for (OracleCandle candle : OracleMarkets.make(kind, seed, length)) {
            builder.append(
                    candle.timestamp(),
                    candle.open().doubleValue(),
                    candle.high().doubleValue(),
                    candle.low().doubleValue(),
                    candle.close().doubleValue(),
                    candle.volume().doubleValue());
        }
        return builder.build();
    }
}
