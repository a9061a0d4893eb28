package io.backtestkit.cli;

import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import picocli.CommandLine;

/** The {@code backtest-kit} command. */
public final class Main {

    private Main() {}

    /** Runs the command and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(run(args, Terminal.ofThisProcess(), System.err));
    }

    /**
     * Runs the command in this process: nobody is asked anything, and everything is written to those streams.
     *
     * @return the exit code: 0 done, 1 the run failed, 2 wrong use, 141 nobody read the output to its end
     */
    public static int run(String[] args, PrintStream out, PrintStream err) {
        return run(args, Terminal.plain(out, err), err);
    }

    private static int run(String[] args, Terminal terminal, PrintStream err) {
        try (OrderlyEnd end = new OrderlyEnd(terminal)) {
            return run(args, terminal, err, end);
        }
    }

    /** Returns when everything is told. */
    static int run(String[] args, Terminal terminal, PrintStream err, OrderlyEnd end) {
        Failures failures = new Failures(err, args);
        LogToTerminal log = LogToTerminal.begin(terminal);
        int exitCode;
        try {
            LocaleEncoding.requireWhole("the command", String.join(" ", args));
            exitCode = commandLine(terminal, failures, end).execute(args);
        } catch (Throwable e) {
            // errors, as too little memory: picocli hands on exceptions only
            exitCode = failures.report(e);
        } finally {
            log.close();
        }
        if (!terminal.isWritten()) {
            int unwritten = failures.reportUnwritten(terminal.failure());
            exitCode = exitCode == 0 ? unwritten : exitCode;
        }
        err.flush();
        return exitCode;
    }

    static CommandLine commandLine(Terminal terminal, Failures failures, OrderlyEnd end) {
        CommandLine store = new CommandLine(new StoreCommand(terminal))
                .addSubcommand(new StoreInitCommand(terminal))
                .addSubcommand(new StoreListCommand(terminal))
                .addSubcommand(new StoreShowCommand(terminal))
                .addSubcommand(new StoreCheckCommand(terminal))
                .addSubcommand(new StoreTradesCommand(terminal))
                .addSubcommand(new StoreDeleteCommand(terminal))
                .addSubcommand(new StoreResolveCommand(terminal))
                .addSubcommand(new StoreCopyCommand(terminal))
                .addSubcommand(new StoreExportCommand(terminal))
                .addSubcommand(new StoreImportCommand(terminal));
        CommandLine root = new CommandLine(new RootCommand(terminal))
                .addSubcommand(new DemoCommand(terminal))
                .addSubcommand(new BacktestCommand(terminal))
                .addSubcommand(new LiveCommand(terminal, end))
                .addSubcommand(new DrillCommand(terminal))
                .addSubcommand(new CommandLine(new BenchCommand(terminal))
                        .addSubcommand(new BenchEngineCommand(terminal))
                        .addSubcommand(new BenchStoreCommand(terminal, end)))
                .addSubcommand("store", store)
                .addSubcommand(new HelpCommand(terminal));
        root.setOut(new PrintWriter(new OutputStreamWriter(terminal.out(), Charset.defaultCharset()), true));
        root.registerConverter(Path.class, new FileName());
        root.setParameterExceptionHandler((wrong, args) -> failures.report(wrong));
        root.setExecutionExceptionHandler((failure, command, parsed) -> failures.report(failure));
        return root;
    }
}
