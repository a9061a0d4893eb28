package io.backtestkit.market;

import java.util.Arrays;
import java.util.Objects;

/**
 * Candles of one interval without a gap, oldest first, kept in columns. Immutable; any thread may read it. Parts of a series
 * share its columns, so taking one copies nothing.
 */
public final class Candles {

    /** The most minutes in a row that are made up in a file, or behind a history: more are two series, not a gap. */
    public static final int LONGEST_GAP_MINUTES = 366 * 24 * 60;

    private final Interval interval;
    private final long start;
    private final Columns columns;
    private final int offset;
    private final int size;

    private Candles(Interval interval, long start, Columns columns, int offset, int size) {
        this.interval = interval;
        this.start = start;
        this.columns = columns;
        this.offset = offset;
        this.size = size;
    }

    /** Starts a series of that interval. */
    public static Builder builder(Interval interval) {
        return new Builder(interval);
    }

    /** Returns the length of each candle. */
    public Interval interval() {
        return interval;
    }

    /** Returns the number of candles; may be 0. */
    public int size() {
        return size;
    }

    /** Returns the open time of the first candle (of the one that would be first, if there is none), in milliseconds. */
    public long start() {
        return start;
    }

    /** Returns the close time of the last candle, in milliseconds: the open time of the one that would follow. */
    public long end() {
        return start + size * interval.millis();
    }

    /** Returns the open time of candle {@code i}, in milliseconds. */
    public long timestamp(int i) {
        Objects.checkIndex(i, size);
        return start + i * interval.millis();
    }

    /** Returns the first price of candle {@code i}. */
    public double open(int i) {
        return columns.open[at(i)];
    }

    /** Returns the highest price of candle {@code i}. */
    public double high(int i) {
        return columns.high[at(i)];
    }

    /** Returns the lowest price of candle {@code i}. */
    public double low(int i) {
        return columns.low[at(i)];
    }

    /** Returns the last price of candle {@code i}. */
    public double close(int i) {
        return columns.close[at(i)];
    }

    /** Returns the volume of candle {@code i}. */
    public double volume(int i) {
        return columns.volume[at(i)];
    }

    private int at(int i) {
        return offset + Objects.checkIndex(i, size);
    }

    /** Returns candle {@code i} as a value of its own. */
    public Candle get(int i) {
        return new Candle(timestamp(i), open(i), high(i), low(i), close(i), volume(i));
    }

    /** Returns the last candle. @throws IndexOutOfBoundsException if there is none */
    public Candle last() {
        return get(size - 1);
    }

    /** Returns a copy of the closing prices, oldest first. */
    public double[] closes() {
        return Arrays.copyOfRange(columns.close, offset, offset + size);
    }

    /** Returns the mean of the closing prices of candles {@code [from, to)}; NaN if there are none. */
    public double meanClose(int from, int to) {
        Objects.checkFromToIndex(from, to, size);
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += columns.close[offset + i];
        }
        return sum / (to - from);
    }

    /** Returns candles {@code [from, to)}, sharing these columns. */
    public Candles slice(int from, int to) {
        Objects.checkFromToIndex(from, to, size);
        return new Candles(interval, start + from * interval.millis(), columns, offset + from, to - from);
    }

    /** Returns for example {@code 9603 candles of 1m}. */
    @Override
    public String toString() {
        return size + " candles of " + interval.code();
    }

    /** The columns; what stands below a size once handed out is never changed. */
    private static final class Columns {

        final double[] open;
        final double[] high;
        final double[] low;
        final double[] close;
        final double[] volume;

        Columns(int capacity) {
            open = new double[capacity];
            high = new double[capacity];
            low = new double[capacity];
            close = new double[capacity];
            volume = new double[capacity];
        }

        private Columns(Columns from, int capacity) {
            open = Arrays.copyOf(from.open, capacity);
            high = Arrays.copyOf(from.high, capacity);
            low = Arrays.copyOf(from.low, capacity);
            close = Arrays.copyOf(from.close, capacity);
            volume = Arrays.copyOf(from.volume, capacity);
        }

        Columns grownTo(int capacity) {
            return new Columns(this, capacity);
        }
    }

    /** Builds a series by appending. Not for use by several threads; what it has handed out may be read by any. */
    public static final class Builder {

        private final Interval interval;
        private Columns columns = new Columns(64);
        private long start;
        private int size;

        private Builder(Interval interval) {
            this.interval = interval;
        }

        /** Returns how many candles there are. */
        public int size() {
            return size;
        }

        /** Returns the open time the next candle must have; meaningful once there is one. */
        public long nextTimestamp() {
            return start + size * interval.millis();
        }

        /** Appends a candle. @throws CandleException as for the other {@code append} */
        public Builder append(Candle candle) {
            return append(
                    candle.timestamp(), candle.open(), candle.high(), candle.low(), candle.close(), candle.volume());
        }

        /**
         * Appends a candle; the series stays as it was if it is refused.
         *
         * @throws CandleException if the time is not a multiple of the interval or does not follow the last candle, a
         *     number is not finite, a price not above 0, the volume below 0, or not {@code low <= open,close <= high}
         */
        public Builder append(long timestamp, double open, double high, double low, double close, double volume) {
            CandleException.check(interval, timestamp, open, high, low, close, volume);
            if (size == 0) {
                start = timestamp;
            } else if (timestamp != nextTimestamp()) {
                throw CandleException.outOfOrder(interval, timestamp, nextTimestamp());
            }
            if (size == columns.open.length) {
                reserve(size + (size >> 1));
            }
            columns.open[size] = open;
            columns.high[size] = high;
            columns.low[size] = low;
            columns.close[size] = close;
            columns.volume[size] = volume;
            size++;
            return this;
        }

        /** Returns the last candle; there is one. */
        Candle last() {
            return build().last();
        }

        /** Makes room for that many candles in all, so that appending them copies nothing. */
        void reserve(int capacity) {
            if (capacity > columns.open.length) {
                columns = columns.grownTo(capacity);
            }
        }

        /** Returns what there is so far, without copying; later candles do not show in it. */
        public Candles build() {
            return new Candles(interval, start, columns, 0, size);
        }
    }
}
