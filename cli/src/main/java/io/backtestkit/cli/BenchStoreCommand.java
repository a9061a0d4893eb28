package io.backtestkit.cli;

import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.StoreLocation;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code backtest-kit bench store}: how fast a store is here, beside the bare driver below it. */
@Command(
        name = "store",
        description = {
            "Measure writing, reading and deleting signals, one by one, and writing them in batches; each beside the bare"
                    + " driver, which sends the same request, and the plainest one, by turns in the same run. The signals"
                    + " belong to a strategy bench-XXXXXXXX of their own; they are removed in the end, also after Ctrl-C.",
            ""
        },
        footer = {"", "Example:", "  backtest-kit bench store --store file:./data --signals 2000"})
final class BenchStoreCommand implements Callable<Integer> {

    private static final int MOST_SIGNALS = 1_000_000;
    private static final int MOST_THREADS = 256;
    private static final long LONGEST_CLEANING_SECONDS = 60;

    private final Terminal terminal;
    private final OrderlyEnd end;

    @Mixin
    private StoreOption store = new StoreOption();

    @Option(
            names = "--signals",
            paramLabel = "N",
            description = "How many signals are written, read and deleted. Default: 10000")
    private int signals = 10_000;

    @Option(names = "--threads", paramLabel = "N", description = "How many threads share the work. Default: 1")
    private int threads = 1;

    @Mixin
    private JsonOption json = new JsonOption();

    BenchStoreCommand(Terminal terminal, OrderlyEnd end) {
        this.terminal = terminal;
        this.end = end;
    }

    @Override
    public Integer call() {
        check("signals", signals, MOST_SIGNALS);
        check("threads", threads, MOST_THREADS);
        Optional<OutputFile> output = json.check();
        String trial = "bench-"
                + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
        try (SignalStore opened = store.openOrMake()) {
            StoreBenchReport report = measured(opened, trial);
            if (!json.replacesText()) {
                report.lines().forEach(terminal::say);
            }
            json.write(terminal, output, report::writeTo);
        }
        return 0;
    }

    private static void check(String what, int number, int most) {
        if (number < 1 || number > most) {
            throw CommandFailure.wrongUse("Cannot measure with " + number + " " + what + ": it must be 1 to " + most
                    + ". Correct --" + what + ".");
        }
    }

    private StoreBenchReport measured(SignalStore opened, String trial) {
        Optional<BareStore> bare = bareBeside(opened, trial);
        StoreBench bench = new StoreBench(trial, opened, bare, signals, threads);
        end.onSignal(
                bench::stop,
                LONGEST_CLEANING_SECONDS,
                "Cannot remove everything of strategy '" + trial + "' in time. See: backtest-kit store list");
        boolean finished = false;
        Progress progress = new Progress(json.textOf(terminal), "Measuring");
        try {
            StoreBench.Result result = bench.run(progress);
            finished = true;
            progress.done(String.format("Measured %s.", opened.describe()));
            return new StoreBenchReport(
                    opened.describe(), bare.map(StoreBenchReport.Driver::of), signals, threads, result);
        } catch (Exception e) {
            progress.clear();
            throw failure(opened, e);
        } finally {
            clean(opened, bare, bench, trial, finished);
        }
    }

    private Optional<BareStore> bareBeside(SignalStore opened, String trial) {
        try {
            return BareStore.beside(StoreLocation.parse(store.location()), trial);
        } catch (Exception e) {
            throw failure(opened, e);
        }
    }

    private static void clean(
            SignalStore opened, Optional<BareStore> bare, StoreBench bench, String trial, boolean finished) {
        try {
            if (!finished) {
                bench.removeAll(opened);
            }
        } catch (SignalStoreException e) {
            throw CommandFailure.runFailed(
                    "Cannot remove what was written to " + opened.describe() + ": " + e.getMessage()
                            + " Signals of strategy '" + trial + "' may be left: see backtest-kit store list.",
                    e);
        } finally {
            if (bare.isPresent()) {
                discard(opened, bare.get(), trial);
            }
        }
    }

    private static void discard(SignalStore opened, BareStore bare, String trial) {
        try {
            try {
                bare.forget(trial);
            } finally {
                bare.discard();
            }
        } catch (Exception e) {
            throw CommandFailure.runFailed(
                    "Cannot remove what the bare driver wrote to " + opened.describe() + ": " + found(e)
                            + ". Remove everything that bears the name '" + trial + "'.",
                    e);
        }
    }

    private static RuntimeException failure(SignalStore opened, Exception e) {
        if (e instanceof SignalStoreException || e instanceof CommandFailure) {
            return (RuntimeException) e;
        }
        if (e instanceof InterruptedException) {
            return CommandFailure.runFailed("Cannot finish measuring " + opened.describe() + ": it was stopped.");
        }
        return CommandFailure.runFailed(
                "Cannot measure the bare driver in " + opened.describe() + ": " + found(e)
                        + ". Check that this user may make a table, collection or folder of its own there.",
                e);
    }

    /** Names the failure without its message: a driver's may quote what was sent. */
    private static String found(Exception e) {
        Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
        return cause.getClass().getSimpleName()
                + (cause instanceof SQLException sql ? " with SQLSTATE " + sql.getSQLState() : "");
    }
}
