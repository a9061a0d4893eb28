package io.backtestkit.cli;

import io.backtestkit.signal.SignalKey;
import picocli.CommandLine.Option;

/** The one signal to change. */
final class OneKey {

    @Option(names = "--strategy", required = true, paramLabel = "S", description = "The strategy of the signal.")
    private String strategy = "";

    @Option(names = "--symbol", required = true, paramLabel = "SYM", description = "The symbol of the signal.")
    private String symbol = "";

    SignalKey key() {
        return StrategyOptions.key(strategy, symbol);
    }
}
