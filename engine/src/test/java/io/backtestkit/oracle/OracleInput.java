package io.backtestkit.oracle;

import java.math.BigDecimal;
import java.util.List;

/** Refuse what is not a valid series of minute candles. */
final class OracleInput {
    private OracleInput() {}

    static void check(List<OracleCandle> candles) {
        if (candles.size() < 5) {
            throw refused(candles.size() + " candles, 5 are needed");
        }
        for (int index = 0; index < candles.size(); index++) {
            OracleCandle candle = candles.get(index);
            checkShape(candle);
            if (index > 0) {
                checkFollows(candles.get(index - 1), candle);
            }
        }
        checkAnomaly(candles);
    }

    private static void checkShape(OracleCandle candle) {
        boolean inside = candle.low().compareTo(candle.open()) <= 0
                && candle.low().compareTo(candle.close()) <= 0
                && candle.open().compareTo(candle.high()) <= 0
                && candle.close().compareTo(candle.high()) <= 0;
        if (!inside || candle.low().signum() <= 0 || candle.volume().signum() < 0) {
            throw refused("an impossible candle " + candle);
        }
    }

    private static void checkFollows(OracleCandle before, OracleCandle candle) {
        long step = candle.timestamp() - before.timestamp();
        if (step <= 0 || step % RulesOracle.MINUTE != 0) {
            throw refused("timestamp " + candle.timestamp() + " after " + before.timestamp());
        }
        if (step != RulesOracle.MINUTE) {
            throw refused("a gap: the first missing minute was " + (before.timestamp() + RulesOracle.MINUTE) + ", "
                    + (step / RulesOracle.MINUTE - 1) + " missing");
        }
    }

    private static void checkAnomaly(List<OracleCandle> candles) {
        List<Fraction> closes = candles.stream()
                .map(candle -> Fraction.of(candle.close()))
                .sorted()
                .toList();
        int size = closes.size();
        Fraction median = closes.get((size - 1) / 2).plus(closes.get(size / 2)).over(Fraction.of(2));
        for (OracleCandle candle : candles) {
            BigDecimal lowest = candle.low();
            if (Fraction.of(lowest).times(Fraction.of(1000)).isBelow(median)) {
                throw refused("an anomaly: price " + lowest + " at " + candle.timestamp());
            }
        }
    }

    private static IllegalArgumentException refused(String found) {
        return new IllegalArgumentException("Cannot use the candles: found " + found + ". Mend the file.");
    }
}
