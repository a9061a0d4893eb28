package io.backtestkit.market;

/**
 * What was read from a file of candles.
 *
 * @param candles the candles, without a gap
 * @param filled how many of them were made to fill gaps; 0 unless that was asked for
 */
public record CandleFile(Candles candles, int filled) {}
