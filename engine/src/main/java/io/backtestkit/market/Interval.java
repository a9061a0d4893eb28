package io.backtestkit.market;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The length of a candle. Candles of every interval begin at whole multiples of it since the epoch, UTC. */
public enum Interval {
    /** One minute: what data comes in. */
    ONE_MINUTE("1m", 1),
    /** Three minutes. */
    THREE_MINUTES("3m", 3),
    /** Five minutes. */
    FIVE_MINUTES("5m", 5),
    /** Fifteen minutes. */
    FIFTEEN_MINUTES("15m", 15),
    /** Half an hour. */
    THIRTY_MINUTES("30m", 30),
    /** One hour. */
    ONE_HOUR("1h", 60),
    /** Two hours. */
    TWO_HOURS("2h", 120),
    /** Four hours. */
    FOUR_HOURS("4h", 240),
    /** Six hours. */
    SIX_HOURS("6h", 360),
    /** Eight hours. */
    EIGHT_HOURS("8h", 480),
    /** One day. */
    ONE_DAY("1d", 1440);

    /** The milliseconds of one minute. */
    public static final long MINUTE_MILLIS = 60_000;

    private final String code;
    private final int minutes;

    Interval(String code, int minutes) {
        this.code = code;
        this.minutes = minutes;
    }

    /** Returns the usual short form, for example {@code 15m}. */
    public String code() {
        return code;
    }

    /** Returns its length in minutes. */
    public int minutes() {
        return minutes;
    }

    /** Returns its length in milliseconds. */
    public long millis() {
        return minutes * MINUTE_MILLIS;
    }

    /** Returns the latest multiple of this interval at or before {@code time}, UTC epoch milliseconds. */
    public long floor(long time) {
        return Math.floorDiv(time, millis()) * millis();
    }

    /**
     * Finds an interval by its short form.
     *
     * @throws IllegalArgumentException if there is none; the message names the known ones
     */
    public static Interval of(String code) {
        for (Interval interval : values()) {
            if (interval.code.equals(code)) {
                return interval;
            }
        }
        throw new IllegalArgumentException("Cannot find interval '" + code + "': known are "
                + Arrays.stream(values()).map(Interval::code).collect(Collectors.joining(", ")) + ".");
    }
}
