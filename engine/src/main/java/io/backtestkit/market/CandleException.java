package io.backtestkit.market;

import java.time.Instant;

/** Says that a candle cannot be, or does not follow the one before it. The message names the candle's time. */
public final class CandleException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /** Creates it with the whole message. */
    public CandleException(String message) {
        super(message);
    }

    static void check(
            Interval interval, long timestamp, double open, double high, double low, double close, double volume) {
        if (Math.floorMod(timestamp, interval.millis()) != 0) {
            throw refused(timestamp, "its time is not a whole multiple of " + interval.code(), "");
        }
        // written so that a NaN anywhere fails
        if (!(low > 0 && high < Double.POSITIVE_INFINITY && volume >= 0 && volume < Double.POSITIVE_INFINITY)) {
            throw refused(
                    timestamp,
                    "low was " + low + ", high " + high + ", volume " + volume,
                    " Prices must be above 0, the volume at least 0, all finite.");
        }
        if (!(low <= open && open <= high && low <= close && close <= high)) {
            throw refused(
                    timestamp,
                    "open was " + open + ", high " + high + ", low " + low + ", close " + close,
                    " Open and close must lie between low and high.");
        }
    }

    static CandleException outOfOrder(Interval interval, long timestamp, long expected) {
        if (timestamp > expected) {
            long missing = (timestamp - expected) / interval.millis();
            return new CandleException("Cannot use the candles: the one at " + at(expected) + " is missing, " + missing
                    + " of " + interval.code() + " up to " + at(timestamp) + ". Fill the gap first.");
        }
        String what = timestamp == expected - interval.millis() ? "comes twice" : "is not later than the one before it";
        return refused(timestamp, "it " + what, " Sort the candles by time and keep each once.");
    }

    private static CandleException refused(long timestamp, String found, String advice) {
        return new CandleException("Cannot use the candle at " + at(timestamp) + ": " + found + "." + advice);
    }

    private static String at(long timestamp) {
        return Instant.ofEpochMilli(timestamp) + " (" + timestamp + ")";
    }
}
