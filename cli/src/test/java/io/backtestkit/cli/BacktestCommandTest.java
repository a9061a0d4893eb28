package io.backtestkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BacktestCommandTest {

    @TempDir
    private Path folder;

    private Path candles;

    @BeforeEach
    void writeCandles() {
        candles = SampleFiles.candles(folder, 3000);
    }

    private Ran backtest(String strategy, String... more) {
        return Ran.command(Stream.concat(
                        Stream.of(
                                "backtest",
                                "--strategy",
                                strategy,
                                "--symbol",
                                "BTCUSD",
                                "--candles",
                                candles.toString()),
                        Stream.of(more))
                .toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bracket", "sma-cross", "dip-buyer", "io.backtestkit.strategy.DipBuyerStrategy"})
    void aStrategyIsRunByItsName(String strategy) {
        Ran ran = backtest(strategy).succeeded();

        assertThat(ran.out()).contains("3,000 minutes", "closed (", "win rate", "Fingerprint of the trade list:");
    }

    @Test
    void theResultIsWrittenForPrograms() {
        Path json = folder.resolve("result.json");

        backtest("dip-buyer", "--json", json.toString()).succeeded();

        assertThat(SampleFiles.read(json))
                .startsWith("{\n  \"symbol\" : \"BTCUSD\",\n  \"strategy\" : \"dip-buyer\",\n  \"candles\" : 3000,\n"
                        + "  \"from\" : 1385337600000,\n  \"to\" : 1385517600000,\n  \"fingerprint\" : \"")
                .containsPattern("\"priceOpen\" : \"\\d+\\.?\\d*\"")
                .containsPattern("\"pnlPercent\" : -?\\d")
                .contains("\"reason\" : \"timeout\"", "\"tradesPerYear\" : null")
                .endsWith("}\n");
    }

    @Test
    void aSecondRunGivesTheSameResultFile() {
        Path first = folder.resolve("first.json");
        Path second = folder.resolve("second.json");
        backtest("dip-buyer", "--json", first.toString());
        backtest("dip-buyer", "--json", second.toString());

        assertThat(SampleFiles.read(second)).isEqualTo(SampleFiles.read(first));
    }

    @Test
    void aParameterChangesTheResult() {
        assertThat(backtest("bracket", "--param", "side=short", "--param", "take=3")
                        .succeeded()
                        .out())
                .contains(" short ")
                .doesNotContain(" long ");
    }

    @Test
    void aStrategyIsCompiledFromAFileOfAnyName() {
        Path file = SampleFiles.write(folder.resolve("mine.java"), SampleFiles.STRATEGY);

        assertThat(backtest(file.toString(), "--param", "take=3").succeeded().out())
                .contains("Breakout/BTCUSD");
    }

    @Test
    void anUnknownParameterOfAFileIsRefusedWithTheKnownOnes() {
        Path file = SampleFiles.write(folder.resolve("mine.java"), SampleFiles.STRATEGY);

        backtest(file.toString(), "--param", "tak=3").failed(2, "'tak' is unknown", "take=2 (0.5 to 50)");
    }

    @Test
    void aCompileErrorIsShownWithLineColumnAndSource() {
        String broken = SampleFiles.STRATEGY.replace("Optional.empty()", "Optinal.empty()");
        Path file = SampleFiles.write(folder.resolve("Breakout.java"), broken);

        backtest(file.toString())
                .failed(1, "Cannot compile strategy", "1 error", "line 27, column 20", "return Optinal.empty();");
    }

    @Test
    void aFileThatCannotBeAStrategySaysWhy() {
        List<String[]> cases = List.of(
                new String[] {"class A {}", "no class in it implements"},
                new String[] {"", "no class in it implements"},
                new String[] {strategy("abstract class A implements Strategy", ""), "is abstract"},
                new String[] {
                    strategy("class A implements Strategy", "") + "class B extends A {}", "several strategies: A, B"
                },
                new String[] {strategy("class A implements Strategy", "A(int x) {}"), "no constructor"},
                new String[] {strategy("class A implements Strategy", "private A() {}"), "no constructor"},
                new String[] {
                    strategy("class A implements Strategy", "A() { throw new IllegalStateException(\"no luck\"); }"),
                    "its constructor threw java.lang.IllegalState"
                },
                new String[] {
                    strategy("class A implements Strategy", "static final int X = Integer.parseInt(\"x\");"),
                    "failed with"
                },
                new String[] {"class \u0000\u0001 {", "Cannot compile"});
        for (String[] each : cases) {
            Path file = SampleFiles.write(folder.resolve("Case.java"), each[0]);

            Ran ran = backtest(file.toString());

            assertThat(ran.exitCode()).as(each[0]).isEqualTo(1);
            assertThat(ran.err()).startsWith("Cannot ").contains(each[1]).doesNotContain("\tat ");
        }
    }

    private static String strategy(String declaration, String member) {
        return "import io.backtestkit.strategy.*; import io.backtestkit.market.*; import java.util.*;\n" + declaration
                + " { " + member + " public Optional<Bracket> decide(MarketView m) { return Optional.empty(); } }\n";
    }

    private Path throwing(String when, String what) {
        return SampleFiles.write(
                folder.resolve("Throws.java"),
                "import io.backtestkit.strategy.*; import io.backtestkit.market.*; import java.util.*;\n"
                        + "class Throws implements Strategy { public Optional<Bracket> decide(MarketView m) { if ("
                        + when + ") " + what + " return Optional.empty(); } }");
    }

    @Test
    void aStrategyThatNeverAnswersFailsTheRun() {
        candles = SampleFiles.candles(folder, 10);
        for (String what : List.of("throw new IllegalStateException(\"no luck\");", "decide(m);", "return null;")) {
            Path json = folder.resolve("result.json");

            Ran ran = backtest(throwing("m.price() > 0", what).toString(), "--json", json.toString());

            assertThat(ran.exitCode()).as(what).isEqualTo(1);
            assertThat(ran.err().lines().toList()).singleElement().satisfies(line -> assertThat(line)
                    .startsWith("Cannot run strategy Throws/BTCUSD: of 6 answers none came. The first at"
                            + " 2013-11-25 00:05 UTC: Cannot ask strategy Throws/BTCUSD: it threw java.lang.")
                    .endsWith("mend the strategy."));
            assertThat(ran.out()).doesNotContain("closed");
            assertThat(json).doesNotExist();
        }
    }

    @Test
    void aStrategyThatFailsNowAndThenIsToldOfInOneLineAndCounted() {
        Path json = folder.resolve("result.json");
        String threw = throwing("m.closedMinutes() % 1000 == 0", "throw new IllegalStateException(\"no luck\");")
                .toString();

        Ran ran = backtest(threw, "--json", json.toString());

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.err().lines().toList()).singleElement().satisfies(line -> assertThat(line)
                .startsWith("3 problems, the first at 2013-11-25 16:40 UTC: Cannot ask strategy Throws/BTCUSD")
                .contains("no luck"));
        assertThat(ran.out()).contains("No signal was closed.");
        assertThat(SampleFiles.read(json)).contains("\"problems\" : 3");
    }

    @Test
    void aRunThatEndsInTheMiddleOfAPositionShowsTheFingerprintOfLiveTradingToo() {
        String out = backtest("bracket").succeeded().out();

        String live = Ran.command(
                        "live",
                        "--strategy",
                        "bracket",
                        "--symbol",
                        "BTCUSD",
                        "--replay",
                        candles.toString(),
                        "--store",
                        "file:" + folder.resolve("store"))
                .succeeded()
                .out();

        assertThat(out).contains("frame_end", "as live trading logs it:");
        assertThat(lastLine(live)).hasSize(2 + 64).isEqualTo(lastLine(out));
        String trades = Ran.command("store", "trades", "--store", "file:" + folder.resolve("store"))
                .succeeded()
                .out();
        assertThat(lastLine(trades)).isEqualTo(lastLine(out));
    }

    private static String lastLine(String out) {
        return out.lines().reduce("", (before, line) -> line);
    }

    @Test
    void anUnreadableStrategyFileSaysWhy() throws IOException {
        Path binary = Files.write(folder.resolve("Noise.java"), new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
        backtest(folder.resolve("none.java").toString()).failed(1, "there is no such file");
        backtest(binary.toString()).failed(1, "not UTF-8");
        backtest(Files.createDirectory(folder.resolve("Dir.java")).toString()).failed(1, "it is a folder");
    }

    @Test
    void anUnwritableOutputIsRefusedBeforeTheRun() {
        Path inFile = SampleFiles.write(folder.resolve("file"), "x").resolve("result.json");
        for (String output :
                List.of(folder.resolve("none/result.json").toString(), folder.toString(), inFile.toString())) {
            Ran ran = backtest("bracket", "--json", output).failed(1, "Cannot write --json", "Nothing was run.");

            assertThat(ran.out()).isEmpty();
        }
    }

    @Test
    void anOutputLeavesNothingBesideIt() throws IOException {
        backtest("bracket", "--json", folder.resolve("result.json").toString()).succeeded();

        try (Stream<Path> content = Files.list(folder)) {
            assertThat(content.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("candles-3000.csv", "result.json");
        }
    }
}
