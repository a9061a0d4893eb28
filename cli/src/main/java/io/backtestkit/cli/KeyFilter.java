package io.backtestkit.cli;

import io.backtestkit.signal.SignalKey;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
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

    /** Says whether a strategy and a symbol are named. */
    boolean namesOne() {
        return strategy != null && symbol != null;
    }

    /** Returns the keys that are meant; the one that is named also if it is not among those, which are not asked for then. */
    List<SignalKey> of(Supplier<? extends Collection<SignalKey>> keys) {
        if (strategy != null && symbol != null) {
            return List.of(key(strategy, symbol));
        }
        return keys.get().stream()
                .filter(key -> strategy == null || key.strategy().equals(strategy))
                .filter(key -> symbol == null || key.symbol().equals(symbol))
                .sorted()
                .toList();
    }

    private static SignalKey key(String strategy, String symbol) {
        try {
            return new SignalKey(strategy, symbol);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.wrongUse(e);
        }
    }

    @Override
    public String toString() {
        return (strategy == null ? "*" : strategy) + "/" + (symbol == null ? "*" : symbol);
    }
}
