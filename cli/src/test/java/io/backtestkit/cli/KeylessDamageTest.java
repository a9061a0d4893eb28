package io.backtestkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import io.backtestkit.testkit.SampleSignals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A damaged record whose file does not tell its key is never taken for a free slot. */
class KeylessDamageTest {

    private static final SignalKey KEY = new SignalKey("Breakout", "BTC/USDT");

    @TempDir
    private Path folder;

    @BeforeEach
    void fill() {
        try (SignalStore store = SignalStores.open(location())) {
            store.end(
                    SampleSignals.closed(SampleSignals.openLong(KEY).id("ended").build()));
            store.write(KEY, SampleSignals.openLong(KEY).build());
        }
    }

    private String location() {
        return "file:" + folder.resolve("old");
    }

    private Path file(String ending) {
        try (Stream<Path> files = Files.walk(folder.resolve("old"))) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void assertToldEverywhere(Path damaged, String found) {
        String named = folder.resolve("old").relativize(damaged) + " (" + found;
        for (String command : List.of("list", "show", "trades")) {
            for (String filter : List.of("", "--symbol BTC/USDT", "--json")) {
                String[] words = ("store " + command + " --store " + location() + " " + filter).split(" ");
                Ran ran = Ran.command(words).failed(1, "Cannot show everything in " + location(), named);
                assertThat(ran.out()).doesNotContain("No signal");
            }
        }
        Path export = folder.resolve("signals.jsonl");
        Ran.command("store", "export", "--store", location(), "--file", export.toString())
                .failed(1, "damaged are ", named, "Nothing was written.");
        assertThat(export).doesNotExist();
        Ran.command("store", "copy", "--from", location(), "--to", "file:" + folder.resolve("new"))
                .failed(1, "damaged are ", named, "Nothing was written.");
        assertThat(folder.resolve("new")).doesNotExist();
        Ran.command("store", "check", "--store", location()).failed(1);
    }

    private Ran one(String command) {
        return Ran.command(
                "store", command, "--store", location(), "--strategy", KEY.strategy(), "--symbol", KEY.symbol());
    }

    @Test
    void anEmptiedRecordIsToldAndNotLeftBehind() throws IOException {
        Files.write(file(".json"), new byte[0]);

        assertToldEverywhere(file(".json"), "it is empty");
        one("show").failed(1, "Cannot read signal Breakout/BTC/USDT");
        assertThat(one("list").out()).contains("Breakout/BTC/USDT", "damaged", "Cannot read signal");
        assertThat(one("trades").succeeded().out()).contains("1 ended");
    }

    @Test
    void aRecordWhoseNameHasAFlippedBitIsToldAndNotLeftBehind() throws IOException {
        String whole = Files.readString(file(".json"));
        Files.writeString(file(".json"), whole.replace("\"Breakout\"", "\"Breakouu\""));

        assertToldEverywhere(file(".json"), "the checksum was");
        one("show").failed(1, "Cannot read signal Breakout/BTC/USDT");
    }

    @Test
    void aHistoryOfOneDamagedLineIsToldAndNotLeftBehind() throws IOException {
        String whole = Files.readString(file(".trades.jsonl"));
        Files.writeString(file(".trades.jsonl"), whole.replace("\"Breakout\"", "\"Breakouu\""));

        assertToldEverywhere(file(".trades.jsonl"), "line 1 of ");
        one("trades").failed(1, "Cannot read trades of Breakout/BTC/USDT");
        one("show").succeeded();
    }
}
