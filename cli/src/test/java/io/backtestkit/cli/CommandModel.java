package io.backtestkit.cli;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** The commands and their options, to be looked at or to parse with; what they write goes nowhere. */
final class CommandModel {

    private CommandModel() {}

    /** Returns every command, those that only have subcommands too, without the root. */
    static List<CommandLine> all() {
        List<CommandLine> all = new ArrayList<>();
        addBelow(root(), all);
        return all;
    }

    private static void addBelow(CommandLine command, List<CommandLine> all) {
        for (CommandLine sub : command.getSubcommands().values()) {
            all.add(sub);
            addBelow(sub, all);
        }
    }

    /** Returns what is typed after {@code backtest-kit}, for example {@code store list}. */
    static String name(CommandLine command) {
        return command.getCommandSpec().qualifiedName().replaceFirst("^backtest-kit ", "");
    }

    static CommandLine root() {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        Terminal terminal = Terminal.plain(nowhere, nowhere);
        return Main.commandLine(terminal, new Failures(nowhere, new String[0]), new OrderlyEnd(terminal));
    }
}
