package io.backtestkit.cli;

import io.backtestkit.store.SignalStore;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code backtest-kit store init}: makes what a store needs. */
@Command(
        name = "init",
        description = {
            "Make what a store needs before the first trade: its folder, tables, indexes. Trading makes them too; this is"
                    + " for a user who may make tables, where the one that trades may not. What is there already stays as it"
                    + " is, but for tables of an older version, which are brought up to date.",
            ""
        },
        footer = {"", "Example:", "  backtest-kit store init --store postgresql://owner@db/trading"})
final class StoreInitCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private StoreOption store = new StoreOption();

    StoreInitCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try (SignalStore opened = store.openToKeep("trade live on")) {
            terminal.tell("Ready to trade: %s.", opened.describe());
        }
        return 0;
    }
}
