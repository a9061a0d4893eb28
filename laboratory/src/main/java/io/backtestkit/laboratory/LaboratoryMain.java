package io.backtestkit.laboratory;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The {@code backtest-kit-lab} command. Ends with 0 if nothing bad was found, 1 if something was, 2 if it or a part could not be run. */
@Command(
        name = "backtest-kit-lab",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Tries to break the stores, and counts.",
        footer = {
            "",
            "Experiments:",
            "  crash-states     the file store after a power cut at every moment;",
            "                   --size: acts in a row, 1 to 3 (3)",
            "  damage           every bit and every truncation of what is stored, pages of a",
            "                   database, text for the codec; --size: draws of 40 pages and",
            "                   10,000 texts (25)",
            "  dropped-forces   crash-states with one force left out: each must be missed",
            "  failing-calls    every call of the file store fails once, in every way",
            "  histories        clients of every store meet through faults: what they were",
            "                   told must have an order; --size: histories (1000)",
            "  kills            owners and servers of every store killed, owners stopped",
            "                   past their lease; MongoDB is an emulator;",
            "                   --size: owners killed on each (1000), of others a tenth",
            "  kills-at-calls   an owner on each store killed at every call of the system,",
            "                   with strace",
            "  long-runs        the engine for many simulated days, with kills, outages and",
            "                   sleeping owners; --size: days (1000000)",
            "  network          the engine trades through a failing network on three",
            "                   servers, that also delivers requests late;",
            "                   --size: sessions on each (300)",
            "  power-cuts       true power cuts on ext4 and xfs, as root;",
            "                   --size: cuts of each (100)",
            "  trouble          the engine trades while a disk is full, a password changed,",
            "                   a certificate expired and so on; what needs to mount and",
            "                   may not is told as not run; --size: markets for each (10)",
            "",
            "Beside them, 'servers' starts a Redis, a PostgreSQL and an emulator of MongoDB",
            "and prints their locations, for commands that take one, until it is ended.",
            "",
            "Example: ./backtest-kit-lab crash-states --size 2"
        })
public final class LaboratoryMain implements Callable<Integer> {

    private static final int MOST_THREADS = 1_024;

    /** Held so that they stay silent: a store tells of every write that a crash left unfinished, a client of every reset. */
    private static final List<Logger> LOUD = Stream.of("io.backtestkit.store", "io.lettuce", "io.netty")
            .map(Logger::getLogger)
            .toList();

    @Parameters(paramLabel = "EXPERIMENT", description = "what to try")
    private String experiment = "";

    @Option(names = "--size", paramLabel = "N", description = "how much of it")
    private @Nullable Integer size;

    @Option(names = "--case", paramLabel = "NAME", description = "this case or trial alone, as a BAD line names it")
    private @Nullable String only;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "how many cases at a time, 1 to 1024; default: ${DEFAULT-VALUE}")
    private int threads = 2 * Runtime.getRuntime().availableProcessors();

    @Option(names = "--folder", paramLabel = "DIR", description = "where to remember what is done: ${DEFAULT-VALUE}")
    private Path folder = Path.of("target", "laboratory");

    @Option(names = "--fresh", description = "begin at the beginning, also if an earlier run was interrupted")
    private boolean fresh;

    private LaboratoryMain() {}

    /** Runs the command. */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    /** Runs the command and returns its exit code. */
    static int run(String... args) {
        CommandLine command = new CommandLine(new LaboratoryMain());
        command.setParameterExceptionHandler((wrong, given) -> {
            System.err.println(wrong.getMessage());
            System.err.println("See: backtest-kit-lab --help");
            return command.getCommandSpec().exitCodeOnInvalidInput();
        });
        command.setExecutionExceptionHandler((failure, line, parsed) -> {
            System.err.println(failure.getMessage());
            return line.getCommandSpec().exitCodeOnInvalidInput();
        });
        return command.execute(args);
    }

    @Override
    public Integer call() {
        LOUD.forEach(logger -> logger.setLevel(Level.OFF));
        if (experiment.equals("servers")) {
            new ServersToTry(System.out).run();
            return 0;
        }
        Experiment chosen = chosen();
        long start = System.nanoTime();
        Tally tally = only == null ? runAll(chosen) : runOne(chosen, only);
        int missing = tally.notRun().size();
        System.out.printf(
                Locale.ROOT,
                "%s: tried=%d %s, bad=%d%s, %.0f s%n",
                chosen.name(),
                tally.triedCount(),
                chosen.unit(),
                tally.bad().size(),
                missing == 0 ? "" : ", not run=" + missing + " cases",
                (System.nanoTime() - start) / 1e9);
        return tally.bad().isEmpty() ? (missing == 0 ? 0 : 2) : 1;
    }

    private Experiment chosen() {
        Known known = Known.all().get(experiment);
        if (known == null) {
            throw wrong(
                    "run experiment '" + experiment + "'",
                    "there is none of that name",
                    "Known are " + String.join(", ", Known.all().keySet()) + ".");
        }
        if (threads < 1 || threads > MOST_THREADS) {
            throw wrong("run " + experiment, "--threads was " + threads, "Use 1 to " + MOST_THREADS + ".");
        }
        if (size != null && known.largest() == 0) {
            throw wrong("run " + experiment, "it takes no --size", "Leave it out.");
        }
        if (size != null && (size < 1 || size > known.largest())) {
            throw wrong("run " + experiment, "--size was " + size, "Use 1 to " + known.largest() + ".");
        }
        return known.experiment().apply(size == null ? known.usual() : size);
    }

    private CommandLine.ParameterException wrong(String act, String found, String advice) {
        return new CommandLine.ParameterException(
                new CommandLine(this), "Cannot " + act + ": " + found + ". " + advice);
    }

    private Tally runAll(Experiment chosen) {
        Checkpoint checkpoint =
                new Checkpoint(folder.resolve(chosen.name() + (size == null ? "" : "-" + size) + ".done"));
        if (fresh) {
            checkpoint.forget();
        }
        return new Run(chosen, threads, checkpoint, System.out).run();
    }

    private Tally runOne(Experiment chosen, String name) {
        Tally tally = new Tally();
        try {
            chosen.run(name, tally);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) { // what a name it cannot read ends in
            List<String> cases = chosen.cases();
            if (cases.contains(name)) {
                throw e;
            }
            throw wrong(
                    "run case '" + name + "' of " + chosen.name(),
                    "there is none of that name",
                    "Name it as a BAD line does, or one of its " + cases.size() + " cases, for example '" + cases.get(0)
                            + "'.");
        }
        tally.notes().forEach(System.out::println);
        tally.bad().forEach(System.out::println);
        tally.notRun().forEach(System.out::println);
        return tally;
    }
}
