package io.backtestkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Candles that cannot be: refused by backtest and live alike, before anything is opened or written. */
class BadCandlesTest {

    @TempDir
    private Path folder;

    private void refused(Path file, String... parts) {
        Path store = folder.resolve("store");
        Ran.command("backtest", "--strategy", "bracket", "--symbol", "X", "--candles", file.toString())
                .failed(1, parts);
        Ran.command(
                        "live",
                        "--strategy",
                        "bracket",
                        "--symbol",
                        "X",
                        "--replay",
                        file.toString(),
                        "--store",
                        "file:" + store)
                .failed(1, parts);
        assertThat(store).doesNotExist();
    }

    private Path changed(Consumer<List<String>> change) {
        List<String> lines = SampleFiles.lines(50);
        change.accept(lines);
        return SampleFiles.write(folder.resolve("candles.csv"), String.join("\n", lines) + "\n");
    }

    private Path line(int number, String content) {
        return changed(lines -> lines.set(number, content));
    }

    @Test
    void aGapIsRefusedAndFilledOnlyIfAskedFor() {
        Path file = changed(lines -> lines.subList(10, 13).clear());

        refused(file, "line 11", "2013-11-25T00:09:00Z", "3");
        assertThat(Ran.command(
                                "backtest",
                                "--strategy",
                                "bracket",
                                "--symbol",
                                "X",
                                "--fill-gaps",
                                "--candles",
                                file.toString())
                        .succeeded()
                        .out())
                .contains("3 missing minutes");
    }

    @Test
    void aCandleThatComesTwiceIsRefused() {
        refused(changed(lines -> lines.add(10, lines.get(9))), "line 11");
    }

    @Test
    void candlesInTheWrongOrderAreRefused() {
        refused(changed(lines -> Collections.swap(lines, 10, 11)), "line 1");
    }

    @Test
    void numbersThatCannotBeAreRefused() {
        refused(line(5, "1385337840000,abc,807,801,806,1"), "line 6", "abc");
        refused(line(5, "1385337840000,NaN,807,801,806,1"), "line 6", "NaN");
        refused(line(5, "1385337840000,Infinity,807,801,806,1"), "line 6");
        refused(line(5, "1385337840000,-5,807,801,806,1"), "line 6", "-5");
        refused(line(5, "1385337840000,806,801,807,806,1"), "line 6");
        refused(line(5, "1385337840000,806,807,801,806,-1"), "line 6");
        refused(line(5, "1385337840000,806,807,801"), "line 6");
        refused(line(5, "1385337840000,0.0001,807,0.0001,806,1"), "1/1000");
    }

    @Test
    void filesThatAreNoCandlesAreRefused() throws IOException {
        refused(SampleFiles.write(folder.resolve("empty.csv"), ""), "empty");
        refused(changed(lines -> lines.subList(1, lines.size()).clear()), "candles");
        refused(changed(lines -> lines.subList(4, lines.size()).clear()), "At least 5");
        refused(line(0, "time,open,high,low,close,volume"), "header");
        refused(folder.resolve("none.csv"), "there is no such file");
        refused(folder, "directory");
        byte[] noise = new byte[100_000];
        new Random(7).nextBytes(noise);
        refused(Files.write(folder.resolve("noise.csv"), noise), "noise.csv");
        noise[0] = 0x1f;
        noise[1] = (byte) 0x8b;
        refused(Files.write(folder.resolve("noise.csv.gz"), noise), "noise.csv.gz");
        refused(
                Files.write(folder.resolve("text.csv"), "<html>no candles</html>".getBytes(StandardCharsets.US_ASCII)),
                "header");
    }
}
