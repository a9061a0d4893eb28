package io.backtestkit.cli;

import io.backtestkit.engine.BacktestKit;
import io.backtestkit.market.CandleCsv;
import io.backtestkit.market.Candles;
import io.backtestkit.market.Interval;
import io.backtestkit.strategy.BuiltInStrategies;
import io.backtestkit.strategy.Parameters;
import io.backtestkit.strategy.Strategy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code backtest-kit bench engine}: how fast candles are read and strategies are run here. */
@Command(
        name = "engine",
        description = {
            "Measure reading a CSV file of candles, beside a loop that does no more than read its bytes and gather its"
                    + " digits, and a backtest with each built-in strategy. Candles are drawn from a fixed seed.",
            ""
        },
        footer = {"", "Example:", "  backtest-kit bench engine --candles 525600"})
final class BenchEngineCommand implements Callable<Integer> {

    private static final int WARM_UPS = 5;

    private final Terminal terminal;

    @Option(names = "--candles", paramLabel = "N", description = "How many minutes. Default: 525600, a year")
    private int count = 525_600;

    @Option(names = "--runs", paramLabel = "N", description = "Counted runs of each, after five warm-ups. Default: 11")
    private int runs = 11;

    BenchEngineCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (count < 100 || runs < 1) {
            throw CommandFailure.wrongUse("Cannot measure " + runs + " runs over " + count
                    + " candles: at least 1 run over 100 candles is needed.");
        }
        Candles candles = drawn(count);
        terminal.say(
                "%s candles, %s runs each, Java %s, %s processors",
                count, runs, Runtime.version().feature(), Runtime.getRuntime().availableProcessors());
        terminal.blank();
        TextTable table = new TextTable("what", ">best ms", ">median ms", ">worst ms", ">candles/s");
        measureReading(table, candles);
        for (Map.Entry<String, Function<Parameters, Strategy>> each :
                BuiltInStrategies.all().entrySet()) {
            row(table, "backtest " + each.getKey(), () -> backtest(candles, each.getKey(), each.getValue()));
        }
        table.lines().forEach(terminal::say);
        return 0;
    }

    private void measureReading(TextTable table, Candles candles) {
        Path file;
        try {
            file = Files.createTempFile("backtest-kit-bench-", ".csv");
            try {
                CandleCsv.write(file, candles);
                double bare = row(table, "bytes and digits, nothing else", () -> digits(file));
                double read = row(
                        table, "read the CSV file", () -> CandleCsv.read(file).size());
                terminal.say(
                        "The CSV file has %.1f MB; reading it takes %.2f times the bare loop.",
                        Files.size(file) / 1e6, read / bare);
                terminal.blank();
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw CommandFailure.runFailed("Cannot measure reading: '" + e.getMessage() + "'. Check the disk.", e);
        }
    }

    /** Reads every byte and gathers every field's digits into a number: the least a reader can do. */
    private static long digits(Path file) {
        try {
            long sum = 0;
            long number = 0;
            for (byte each : Files.readAllBytes(file)) {
                if (each >= '0' && each <= '9') {
                    number = number * 10 + (each - '0');
                } else if (each != '.') {
                    sum += number;
                    number = 0;
                }
            }
            return sum;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int backtest(Candles candles, String name, Function<Parameters, Strategy> strategy) {
        try (BacktestKit kit = BacktestKit.create()) {
            return kit.backtest()
                    .strategy(name, strategy.apply(Parameters.none()))
                    .symbol("BENCH")
                    .candles(candles)
                    .run()
                    .signals()
                    .size();
        }
    }

    /** Measures, adds a row, and returns the median in milliseconds. */
    private double row(TextTable table, String what, Callable<? extends Number> work) {
        double[] millis = new double[runs];
        try {
            for (int i = -WARM_UPS; i < runs; i++) {
                long start = System.nanoTime();
                Number result = work.call();
                double took = (System.nanoTime() - start) / 1e6;
                if (result.longValue() < 0) {
                    throw new IllegalStateException("the work was not done");
                }
                if (i >= 0) {
                    millis[i] = took;
                }
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        Arrays.sort(millis);
        double median = millis[runs / 2];
        table.row(
                what,
                String.format(Locale.ROOT, "%.1f", millis[0]),
                String.format(Locale.ROOT, "%.1f", median),
                String.format(Locale.ROOT, "%.1f", millis[runs - 1]),
                String.format(Locale.ROOT, "%,d", Math.round(count / median * 1000)));
        return median;
    }

    /** Draws a random walk of prices with two decimals, the same every time. */
    private static Candles drawn(int count) {
        Random random = new Random(20_131_125);
        Candles.Builder candles = Candles.builder(Interval.ONE_MINUTE);
        double price = 40_000;
        for (int i = 0; i < count; i++) {
            double close = Math.max(1_000, Math.round(price * (1 + random.nextGaussian() * 0.0005) * 100) / 100.0);
            double high = Math.max(price, close) + random.nextInt(500) / 100.0;
            double low = Math.min(price, close) - random.nextInt(500) / 100.0;
            double volume = random.nextInt(1_000_000) / 10_000.0;
            candles.append(
                    1_704_067_200_000L + i * Interval.MINUTE_MILLIS,
                    price,
                    Math.round(high * 100) / 100.0,
                    Math.round(low * 100) / 100.0,
                    close,
                    volume);
            price = close;
        }
        return candles.build();
    }
}
