/**
 * Tries to break the stores, and counts. {@code ./backtest-kit-lab} runs it; {@code verify} runs a short slice.
 *
 * <p>An {@link io.backtestkit.laboratory.Experiment} is a list of named cases, each of which makes the same trials at every
 * run, on any thread. To add one: implement it, name it in {@link io.backtestkit.laboratory.LaboratoryMain}, run a slice of it
 * in a test.
 */
@NullMarked
package io.backtestkit.laboratory;

import org.jspecify.annotations.NullMarked;
