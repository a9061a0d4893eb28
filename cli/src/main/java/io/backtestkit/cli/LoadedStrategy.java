package io.backtestkit.cli;

import io.backtestkit.strategy.Strategy;

/**
 * A strategy ready to be asked.
 *
 * @param name what its signals carry: the built-in name, else the simple name of its class
 * @param strategy the strategy
 */
record LoadedStrategy(String name, Strategy strategy) {}
