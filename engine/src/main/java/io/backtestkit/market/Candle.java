package io.backtestkit.market;

/**
 * Open, high, low, close and volume of one interval.
 *
 * @param timestamp its OPEN time, UTC epoch milliseconds
 * @param open the first price
 * @param high the highest price
 * @param low the lowest price
 * @param close the last price
 * @param volume the amount traded, in base units
 */
public record Candle(long timestamp, double open, double high, double low, double close, double volume) {}
