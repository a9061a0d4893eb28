package io.backtestkit.oracle;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * What a strategy may see at one tick.
 *
 * @param closed the minute candles closed at the tick, oldest first, never empty
 */
public record OracleMoment(long tick, Fraction price, List<OracleCandle> closed) {

    /**
     * Give the last {@code count} complete candles of a larger interval, oldest first.
     *
     * <p>Fewer, if fewer exist: a candle of which one minute is missing does not exist.
     */
    public List<OracleCandle> candles(int count, int intervalMinutes) {
        long interval = intervalMinutes * RulesOracle.MINUTE;
        long end = Math.floorDiv(tick, interval) * interval;
        List<OracleCandle> found = new ArrayList<>();
        for (long start = end - count * interval; start < end; start += interval) {
            List<OracleCandle> minutes = minutes(start, start + interval);
            if (minutes.size() == intervalMinutes) {
                found.add(join(start, minutes));
            }
        }
        return found;
    }

    private List<OracleCandle> minutes(long from, long to) {
        long origin = closed.get(0).timestamp();
        List<OracleCandle> found = new ArrayList<>();
        for (long time = from; time < to; time += RulesOracle.MINUTE) {
            long index = Math.floorDiv(time - origin, RulesOracle.MINUTE);
            if (index >= 0 && index < closed.size()) {
                found.add(closed.get((int) index));
            }
        }
        return found;
    }

    private static OracleCandle join(long start, List<OracleCandle> minutes) {
        BigDecimal high = minutes.get(0).high();
        BigDecimal low = minutes.get(0).low();
        BigDecimal volume = BigDecimal.ZERO;
        for (OracleCandle minute : minutes) {
            high = high.max(minute.high());
            low = low.min(minute.low());
            volume = volume.add(minute.volume());
        }
        OracleCandle last = minutes.get(minutes.size() - 1);
        return new OracleCandle(start, minutes.get(0).open(), high, low, last.close(), volume);
    }
}
