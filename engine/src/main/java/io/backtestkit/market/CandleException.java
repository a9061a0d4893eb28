package io.backtestkit.market;

import java.math.BigDecimal;
import java.time.Instant;

/** Says that a candle cannot be, or does not follow the one before it. The message names the candle's time, or the line. */
public final class CandleException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private static final double LEAST_PRICE = 1e-8;
    private static final double GREATEST_PRICE = 1e15;

    private final String found;
    private final String advice;

    /** Creates it with the whole message. */
    public CandleException(String message) {
        super(message);
        this.found = message;
        this.advice = "";
    }

    private CandleException(long timestamp, String found, String advice) {
        super("Cannot use the candle at " + at(timestamp) + ": " + found + ". " + advice);
        this.found = found;
        this.advice = advice;
    }

    /** Returns what was found, to be told again by somebody who knows where. */
    String found() {
        return found;
    }

    String advice() {
        return advice;
    }

    static void check(
            Interval interval, long timestamp, double open, double high, double low, double close, double volume) {
        if (Math.floorMod(timestamp, interval.millis()) != 0) {
            throw new CandleException(
                    timestamp,
                    "its time is not a whole multiple of " + interval.code(),
                    "Times are the OPEN times of candles, in epoch milliseconds.");
        }
        // written so that a NaN anywhere fails
        if (!(low >= LEAST_PRICE
                && low <= open
                && open <= high
                && low <= close
                && close <= high
                && high <= GREATEST_PRICE
                && volume >= 0
                && volume < Double.POSITIVE_INFINITY)) {
            throw impossible(timestamp, open, high, low, close, volume);
        }
    }

    private static CandleException impossible(
            long timestamp, double open, double high, double low, double close, double volume) {
        String[] names = {"open", "high", "low", "close"};
        double[] prices = {open, high, low, close};
        for (int i = 0; i < prices.length; i++) {
            if (!(prices[i] >= LEAST_PRICE && prices[i] <= GREATEST_PRICE)) {
                return new CandleException(
                        timestamp,
                        names[i] + " was " + plain(prices[i]),
                        "Prices must lie between 0.00000001 and 1000000000000000: signals keep 8 decimal places.");
            }
        }
        if (!(volume >= 0 && volume < Double.POSITIVE_INFINITY)) {
            return new CandleException(
                    timestamp, "volume was " + plain(volume), "The volume must be at least 0 and finite.");
        }
        if (high < low) {
            return new CandleException(
                    timestamp,
                    "high was " + plain(high) + ", below low " + plain(low),
                    "Check the order of the columns.");
        }
        int outside = open < low || open > high ? 0 : 3;
        return new CandleException(
                timestamp,
                names[outside] + " was " + plain(prices[outside]) + ", not between low " + plain(low) + " and high "
                        + plain(high),
                "Open and close must lie between low and high.");
    }

    static CandleException outOfOrder(Interval interval, long timestamp, long expected) {
        if (timestamp > expected) {
            long missing = (timestamp - expected) / interval.millis();
            return new CandleException(
                    timestamp,
                    missing + " of " + interval.code() + " before it missing, the first at " + at(expected),
                    "Fill the gap first.");
        }
        String what = timestamp == expected - interval.millis() ? "comes twice" : "is not later than the one before it";
        return new CandleException(timestamp, "it " + what, "Sort the candles by time and keep each once.");
    }

    /** Says that a candle of a live market opens too long after the present. */
    public static CandleException future(long timestamp, long now) {
        return new CandleException(
                timestamp,
                "it is in the future, the clock shows " + at(now),
                "Check the unit of the feed's times (epoch milliseconds) and this machine's clock.");
    }

    /** Says that the price of a live market fell to less than a thousandth, or rose to more than a thousandfold, at once. */
    public static CandleException jump(Candle candle, boolean fell, double lastClose) {
        String found = fell
                ? "low was " + plain(candle.low()) + ", below 1/1000 of"
                : "high was " + plain(candle.high()) + ", above 1000 times";
        return new CandleException(
                candle.timestamp(),
                found + " the close before it, " + plain(lastClose),
                "Hardly any market does that: look at the feed. It is believed when five candles in a row say so.");
    }

    /** Returns for example {@code 2013-11-25T00:00:00Z (1385337600000)}. */
    static String at(long timestamp) {
        return Instant.ofEpochMilli(timestamp) + " (" + timestamp + ")";
    }

    /** Returns the number without an exponent. */
    static String plain(double number) {
        return Double.isFinite(number)
                ? new BigDecimal(Double.toString(number)).stripTrailingZeros().toPlainString()
                : Double.toString(number);
    }
}
