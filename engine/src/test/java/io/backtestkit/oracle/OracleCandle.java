package io.backtestkit.oracle;

import java.math.BigDecimal;

/** One candle in exact decimals; {@code timestamp} is the open time in epoch milliseconds. */
public record OracleCandle(
        long timestamp, BigDecimal open, BigDecimal high, BigDecimal low, BigDecimal close, BigDecimal volume) {

    /** Read the five numbers from plain decimals, as they stand in a file. */
    public static OracleCandle of(long timestamp, String open, String high, String low, String close, String volume) {
        return new OracleCandle(
                timestamp,
                new BigDecimal(open),
                new BigDecimal(high),
                new BigDecimal(low),
                new BigDecimal(close),
                new BigDecimal(volume));
    }
}
