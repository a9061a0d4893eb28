/**
 * Profit and loss of a position after slippage and fees, however many entries and early exits it had.
 *
 * <p>Everything here is a pure function of its arguments; any thread may call it. Percentages are in 0-100 units.
 */
@NullMarked
package io.backtestkit.profit;

import org.jspecify.annotations.NullMarked;
