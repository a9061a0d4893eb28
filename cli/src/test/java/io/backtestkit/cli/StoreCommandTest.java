package io.backtestkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalCodec;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import io.backtestkit.testkit.SampleSignals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreCommandTest {

    private static final SignalKey KEY = new SignalKey("dip-buyer", "BTCUSD");
    private static final SignalKey OTHER = new SignalKey("breakout", "BTC/USDT");

    @TempDir
    private Path folder;

    private Signal held = SampleSignals.openLong(KEY).build();

    @BeforeEach
    void fill() {
        try (SignalStore store = SignalStores.open(location())) {
            store.write(KEY, held);
            store.write(OTHER, SampleSignals.openLong(OTHER).build());
        }
    }

    private String location() {
        return "file:" + folder.resolve("data");
    }

    private Path record() {
        return folder.resolve("data/dip-buyer/BTCUSD.json");
    }

    private Ran store(String command, String... more) {
        List<String> arguments = new ArrayList<>(List.of("store", command, "--store", location()));
        arguments.addAll(List.of(more));
        return Ran.command(arguments.toArray(String[]::new));
    }

    private Ran one(String command, String... more) {
        return store(
                command,
                Stream.concat(Stream.of("--strategy", "dip-buyer", "--symbol", "BTCUSD"), Stream.of(more))
                        .toArray(String[]::new));
    }

    private void damage() {
        SampleFiles.write(record(), SampleFiles.read(record()).replace("long", "lomg"));
    }

    @Test
    void listShowsEverySignalAlsoWhileAnotherProcessTrades() {
        try (SignalStore trading = SignalStores.open(location())) {
            assertThat(store("list").succeeded().out())
                    .contains("dip-buyer/BTCUSD", "breakout/BTC/USDT", "open", "long");
            assertThat(trading.keys()).hasSize(2);
        }
    }

    @Test
    void listPrintsWholeRecordsForPrograms() {
        String json = store("list", "--symbol", "BTCUSD", "--json").succeeded().out();

        assertThat(json.strip()).isEqualTo("[" + SignalCodec.encode(held) + "]");
    }

    @Test
    void jsonGoesToAFileIfOneIsNamed() {
        Path file = folder.resolve("list.json");

        store("list", "--json", file.toString()).succeeded();

        assertThat(SampleFiles.read(file)).startsWith("[{\"schema\":1,");
    }

    @Test
    void showShowsEverythingOfOne() {
        assertThat(one("show").succeeded().out())
                .contains("dip-buyer/BTCUSD, open", held.id(), held.priceOpen().toPlainString());
        store("show", "--strategy", "none").failed(1, "no such signal is held", "Held: ");
    }

    @Test
    void aStoreThatIsNotThereIsNotMade() {
        for (String command : List.of("list", "show", "check", "trades")) {
            Ran.command("store", command, "--store", "file:" + folder.resolve("none"))
                    .failed(1, "is not there");
        }
        Ran.command(
                        "store",
                        "delete",
                        "--yes",
                        "--strategy",
                        "a",
                        "--symbol",
                        "b",
                        "--store",
                        "file:" + folder.resolve("none"))
                .failed(1, "is not there");
        assertThat(folder.resolve("none")).doesNotExist();
    }

    @Test
    void aFileIsNotTakenForAFolderThatIsNotThere() {
        Ran.command("store", "list", "--store", "file:" + record())
                .failed(1, "BTCUSD.json was a file, not a folder. Name the data folder, not a file in it.");
    }

    @Test
    void theCheckIsATable() {
        String out = store("check").succeeded().out();

        assertThat(out.lines().filter(line -> !line.startsWith("Nothing is damaged")))
                .isNotEmpty()
                .allMatch(line -> line.matches("(level|ok|warning|damaged|refused) +\\S.*| {18,}\\S.*"))
                .noneMatch(line -> line.endsWith(".."));
        assertThat(out).startsWith("level    subject ").containsPattern("ok {7}signal dip-buyer/BTCUSD +'");
    }

    @Test
    void aLongNameIsListedInFull() {
        SignalKey longest = new SignalKey("s".repeat(200), "X".repeat(200));
        try (SignalStore store = SignalStores.open(location())) {
            store.write(longest, SampleSignals.openLong(longest).build());
        }

        assertThat(store("list").succeeded().out().lines()).contains(longest.toString());
    }

    @Test
    void anEmptyStoreSaysSo() throws IOException {
        String empty = "file:" + Files.createDirectory(folder.resolve("empty"));

        assertThat(Ran.command("store", "list", "--store", empty).succeeded().out())
                .contains("No signal is held");
        assertThat(Ran.command("store", "show", "--store", empty).succeeded().out())
                .contains("No signal is held");
        assertThat(Ran.command("store", "trades", "--store", empty).succeeded().out())
                .contains("No signal has ended");
        assertThat(Ran.command("store", "trades", "--json", "--store", empty)
                        .succeeded()
                        .out()
                        .strip())
                .isEqualTo("[]");
    }

    @Test
    void aDamagedRecordIsListedShownAndNamedByCheck() {
        damage();
        String before = SampleFiles.read(record());

        assertThat(store("list").exitCode()).isZero();
        assertThat(store("list").out()).contains("damaged", "the checksum was");
        assertThat(store("list", "--json").out()).contains("\"damaged\":\"");
        one("show").failed(1, "the checksum was");
        store("check").failed(1, "findings needs a decision");
        assertThat(store("check").out()).contains("damaged");
        one("delete", "--yes").failed(1, "the checksum was");
        assertThat(SampleFiles.read(record())).isEqualTo(before);
    }

    @Test
    void aForeignFileIsNoHarm() {
        SampleFiles.write(folder.resolve("data/dip-buyer/notes.txt"), "notes");
        SampleFiles.write(folder.resolve("data/readme.md"), "notes");

        assertThat(store("list").succeeded().out()).contains("dip-buyer/BTCUSD");
        assertThat(store("check").exitCode()).isZero();
        assertThat(SampleFiles.read(folder.resolve("data/readme.md"))).isEqualTo("notes");
    }

    @Test
    void deleteNeedsAYesAndShowsWhatItDeletes() {
        one("delete").failed(2, "it was not confirmed", "Nothing was changed.");
        assertThat(record()).exists();

        assertThat(one("delete", "--yes").succeeded().out()).contains(held.id(), "Deleted dip-buyer/BTCUSD");

        assertThat(record()).doesNotExist();
        one("delete", "--yes").failed(1, "no such signal is held");
    }

    @Test
    void deleteAndResolveAreRefusedWhileSomebodyTradesTheSlot() throws IOException {
        try (SignalStore trading = SignalStores.open(location())) {
            Claim claim = claim(trading);
            one("delete", "--yes").failed(1, "it was held by a trader until " + claim.until());
            assertThat(trading.read(KEY)).contains(held);
            damage();
            one("resolve", "--discard").failed(1, "it was held by a trader until " + claim.until());
            assertThat(record()).exists();
        }
    }

    private static Claim claim(SignalStore store) {
        return store.claims()
                .orElseThrow()
                .claim(KEY, "a trader", Duration.ofHours(1))
                .claim();
    }

    @Test
    void aDamagedClaimIsResolvedAndTheSignalStays() {
        try (SignalStore trading = SignalStores.open(location())) {
            claim(trading);
        }
        SampleFiles.write(folder.resolve("data/dip-buyer/BTCUSD.claim"), "rubbish");

        store("check").failed(1);
        assertThat(one("resolve", "--discard").succeeded().out())
                .contains("BTCUSD.claim.damaged", "Only its claim was damaged. The signal stays");

        try (SignalStore store = SignalStores.open(location())) {
            assertThat(store.read(KEY)).contains(held);
            assertThat(claim(store).epoch()).isGreaterThan(1);
        }
    }

    @Test
    void discardFreesTheSlotAndKeepsTheBytes() throws IOException {
        damage();
        String damaged = SampleFiles.read(record());

        assertThat(one("resolve", "--discard").succeeded().out()).contains("The slot is free");

        try (SignalStore store = SignalStores.openReadOnly(location());
                Stream<Path> files = Files.list(record().getParent())) {
            assertThat(store.read(KEY)).isEmpty();
            assertThat(files.map(SampleFiles::read)).contains(damaged);
        }
    }

    @Test
    void replacePutsTheGivenRecordInItsPlace() {
        Path file = folder.resolve("right.json");
        one("show", "--json", file.toString()).succeeded();
        damage();

        assertThat(one("resolve", "--replace", file.toString()).succeeded().out())
                .contains("The record above stands in its place");

        try (SignalStore store = SignalStores.openReadOnly(location())) {
            assertThat(store.read(KEY)).contains(held);
        }
    }

    @Test
    void resolveChangesNothingWhenItCannotBeRight() {
        one("resolve", "--discard").failed(1, "its record can be read", "Nothing was changed.");
        damage();
        String damaged = SampleFiles.read(record());
        one("resolve", "--replace", folder.resolve("none.json").toString()).failed(1, "there is no such file");
        one(
                        "resolve",
                        "--replace",
                        SampleFiles.write(folder.resolve("x.json"), "{\"id\":").toString())
                .failed(1, "Cannot use record");
        Path other = SampleFiles.write(
                folder.resolve("other.json"),
                SignalCodec.encode(SampleSignals.openLong(OTHER).build()));
        one("resolve", "--replace", other.toString()).failed(1);

        assertThat(SampleFiles.read(record())).isEqualTo(damaged);
    }

    @Test
    void tradesListTheLogInItsOrder() {
        Path candles = SampleFiles.candles(folder, 2000);
        String location = "file:" + folder.resolve("traded");
        Ran.command(
                        "live",
                        "--strategy",
                        "dip-buyer",
                        "--symbol",
                        "BTCUSD",
                        "--replay",
                        candles.toString(),
                        "--store",
                        location)
                .succeeded();

        String json = Ran.command("store", "trades", "--store", location, "--json")
                .succeeded()
                .out();
        assertThat(json)
                .startsWith("[{\"id\":\"2013")
                .contains("\"outcome\":\"closed\"", "\"outcome\":\"cancelled\"", "\"reason\":\"timeout\"");
        assertThat(Ran.command("store", "trades", "--store", location)
                        .succeeded()
                        .out())
                .contains("dip-buyer/BTCUSD: ", "take_profit", "timeout");
    }
}
