package io.backtestkit.cli;

import io.backtestkit.store.Nearest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code backtest-kit help store list}: the same as {@code backtest-kit store list --help}. */
@Command(
        name = "help",
        description = "Show the help of a command.",
        footer = {"", "Example:", "  backtest-kit help store list"})
final class HelpCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "COMMAND", description = "The words of the command. Default: all commands are shown.")
    private List<String> words = new ArrayList<>();

    HelpCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        CommandLine shown = spec.commandLine().getParent();
        for (String word : words) {
            Map<String, CommandLine> known = shown.getSubcommands();
            String name = shown.getCommandSpec().qualifiedName();
            shown = known.get(word);
            if (shown == null) {
                throw CommandFailure.wrongUse("Cannot show the help of '" + word + "': '" + name
                        + "' has no such command." + Nearest.question(word, known.keySet())
                        + (known.isEmpty() ? "" : " Known: " + String.join(", ", known.keySet()) + "."));
            }
        }
        terminal.out().print(shown.getUsageMessage());
        return 0;
    }
}
