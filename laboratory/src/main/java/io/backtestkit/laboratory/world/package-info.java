/**
 * The engine in a simulated world: a market, a clock and a store made from a seed, processes that are killed or sleep past
 * their lease, a store that fails. One seed always makes the same history, so a failing one can be run again.
 *
 * <p>{@link io.backtestkit.laboratory.world.LongRuns} is the experiment; a {@code World} is one run of it.
 */
@NullMarked
package io.backtestkit.laboratory.world;

import org.jspecify.annotations.NullMarked;
