/**
 * Candles: one, a column-wise series of them, the intervals they are built into, and the view of them a strategy gets.
 *
 * <p>Times are UTC epoch milliseconds; a candle's timestamp is its OPEN time. Prices here are doubles, as measured; prices
 * that enter a record become decimals elsewhere.
 */
@NullMarked
package io.backtestkit.market;

import org.jspecify.annotations.NullMarked;
