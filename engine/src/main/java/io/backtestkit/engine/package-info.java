/**
 * The engine: one set of rules, fed from history ({@link io.backtestkit.engine.Backtest}) or from the market
 * ({@link io.backtestkit.engine.LiveSession}). Begin at {@link io.backtestkit.engine.BacktestKit}.
 *
 * <p>{@code SignalRules} decides one tick, without any input or output. {@code StrategyRunner} carries the decision out:
 * store first ({@code SignalSlot}), memory second, event last.
 */
@NullMarked
package io.backtestkit.engine;

import org.jspecify.annotations.NullMarked;
