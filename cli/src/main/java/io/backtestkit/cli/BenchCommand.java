package io.backtestkit.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code backtest-kit bench}: measures on this machine. */
@Command(
        name = "bench",
        description = {"Measure how fast it is here. Machines are noisy: compare what stands in one table.", ""},
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example:", "  backtest-kit bench engine", "  backtest-kit bench store --store file:./data"})
final class BenchCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    BenchCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        terminal.out().print(spec.commandLine().getUsageMessage());
        return 0;
    }
}
