package io.backtestkit.cli;

import io.backtestkit.signal.SignalKey;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which signals to look at: all, unless a strategy or a symbol is named. */
final class KeyFilter {

    @Option(names = "--strategy", paramLabel = "S", description = "Only signals of this strategy.")
    private @Nullable String strategy;

    @Option(names = "--symbol", paramLabel = "SYM", description = "Only signals on this symbol.")
    private @Nullable String symbol;

    boolean namesAny() {
        return strategy != null || symbol != null;
    }

    List<SignalKey> of(Collection<SignalKey> keys) {
        return keys.stream()
                .filter(key -> strategy == null || key.strategy().equals(strategy))
                .filter(key -> symbol == null || key.symbol().equals(symbol))
                .sorted()
                .toList();
    }

    @Override
    public String toString() {
        return (strategy == null ? "*" : strategy) + "/" + (symbol == null ? "*" : symbol);
    }
}
