/**
 * The {@code backtest-kit} command: one class for each command, and what they share. Not an API: programs use the engine.
 *
 * <p>Exit codes: 0 done, 1 the run failed, 2 wrong use; 130 and 143 after Ctrl-C and SIGTERM, once live trading has stopped
 * gracefully. A failure is one message on the error stream. Commands run on one thread.
 */
@NullMarked
package io.backtestkit.cli;

import org.jspecify.annotations.NullMarked;
