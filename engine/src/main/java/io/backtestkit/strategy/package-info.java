/**
 * What a trader writes: a {@link io.backtestkit.strategy.Strategy} that looks at a market view and may propose a
 * {@link io.backtestkit.strategy.Bracket}; and the strategies that ship.
 *
 * <p>The engine asks a strategy from one thread at a time.
 */
@NullMarked
package io.backtestkit.strategy;

import org.jspecify.annotations.NullMarked;
