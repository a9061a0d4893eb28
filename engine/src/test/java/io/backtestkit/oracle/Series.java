package io.backtestkit.oracle;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** Minute candles written by hand, one after the other. */
final class Series {
    /** A full hour, so that it is a multiple of every interval up to 1h. */
    static final long START = 1_704_067_200_000L;

    private final List<OracleCandle> candles = new ArrayList<>();
    private final long start;

    private Series(long start) {
        this.start = start;
    }

    static Series atFullHour() {
        return new Series(START);
    }

    static Series minutesAfterFullHour(int minutes) {
        return new Series(minute(minutes));
    }

    /** Give the time so many minutes after the full hour. */
    static long minute(int minutes) {
        return START + minutes * RulesOracle.MINUTE;
    }

    /** Append candles with all four prices the same and volume 1. */
    Series flat(int count, String price) {
        for (int index = 0; index < count; index++) {
            candle(price, price, price, price, "1");
        }
        return this;
    }

    Series candle(String open, String high, String low, String close, String volume) {
        long time = start + candles.size() * RulesOracle.MINUTE;
        candles.add(OracleCandle.of(time, open, high, low, close, volume));
        return this;
    }

    List<OracleCandle> candles() {
        return List.copyOf(candles);
    }

    static Fraction fraction(String decimal) {
        return Fraction.of(new BigDecimal(decimal));
    }
}
