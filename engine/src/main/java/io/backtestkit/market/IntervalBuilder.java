package io.backtestkit.market;

/** Builds the complete candles of a larger interval from minutes, each minute looked at once. */
final class IntervalBuilder {

    private final Interval interval;
    private final Candles.Builder complete;
    private int consumed = -1;

    IntervalBuilder(Interval interval) {
        this.interval = interval;
        this.complete = Candles.builder(interval);
    }

    /** Returns every candle whose last minute is among the first {@code closed} ones. */
    Candles upTo(Candles minutes, int closed) {
        if (consumed < 0) {
            // the first candle is complete only if its first minute is there
            long aligned = interval.floor(minutes.start() + interval.millis() - 1);
            consumed = (int) ((aligned - minutes.start()) / Interval.MINUTE_MILLIS);
        }
        int length = interval.minutes();
        while (consumed + length <= closed) {
            append(minutes, consumed, consumed + length);
            consumed += length;
        }
        return complete.build();
    }

    private void append(Candles minutes, int from, int to) {
        double high = minutes.high(from);
        double low = minutes.low(from);
        double volume = 0;
        for (int i = from; i < to; i++) {
            high = Math.max(high, minutes.high(i));
            low = Math.min(low, minutes.low(i));
            volume += minutes.volume(i);
        }
        complete.append(minutes.timestamp(from), minutes.open(from), high, low, minutes.close(to - 1), volume);
    }
}
