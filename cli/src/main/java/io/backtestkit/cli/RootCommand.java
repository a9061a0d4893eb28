package io.backtestkit.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code backtest-kit} without a command: shows what there is. */
@Command(
        name = "backtest-kit",
        versionProvider = RootCommand.Version.class,
        description = {"Runs a trading strategy over history and live, and never loses an open position.", ""},
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Exit codes: 0 done, 1 the run failed, 2 wrong use.",
            "",
            "Examples:",
            "  backtest-kit demo",
            "  backtest-kit backtest --help"
        })
final class RootCommand implements Callable<Integer> {

    static final String STACK_TRACE = "--stacktrace";

    private final Terminal terminal;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help.")
    @SuppressWarnings("UnusedVariable") // read by the parser
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version.")
    @SuppressWarnings("UnusedVariable") // read by the parser
    private boolean version;

    /** Looked for in the arguments, since it must work for wrong ones too. */
    @Option(
            names = STACK_TRACE,
            scope = ScopeType.INHERIT,
            description = "After a failure, show where in the program it happened.")
    @SuppressWarnings("UnusedVariable") // read by the parser
    private boolean stackTrace;

    RootCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        CommandLine command = spec.commandLine();
        terminal.out().print(command.getUsageMessage());
        return 0;
    }

    /** Reads the version from the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"backtest-kit " + (version == null ? "(not packaged)" : version)};
        }
    }
}
