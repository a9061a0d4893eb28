package io.backtestkit.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code backtest-kit store}: what operators do with a store. */
@Command(
        name = "store",
        description = {
            "Look into a store, and decide what becomes of damaged records.",
            "list, show, check and trades change nothing and work while live trading runs.",
            ""
        },
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  backtest-kit store list --store file:./data",
            "  backtest-kit store trades --store file:./data --json trades.json"
        })
final class StoreCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    StoreCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        terminal.out().print(spec.commandLine().getUsageMessage());
        return 0;
    }
}
