/**
 * What a list of closed signals says about a strategy, and what it is too short to say.
 *
 * <p>Everything here is immutable; any thread may read it. Percentages are in 0-100 units; the risk-free rate is 0.
 */
@NullMarked
package io.backtestkit.statistics;

import org.jspecify.annotations.NullMarked;
