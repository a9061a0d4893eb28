package io.backtestkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.signal.ClosedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalCodec;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import io.backtestkit.testkit.SampleSignals;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copying, exporting and importing. */
class MovingHouseTest {

    private static final SignalKey KEY = new SignalKey("dip-buyer", "BTCUSD");
    private static final SignalKey ENDED = new SignalKey("Break/Out", "btc:usdt");

    @TempDir
    private Path folder;

    private final Signal held =
            SampleSignals.openLong(KEY).note("naïve \"quotes\" 🙂").build();
    private final ClosedSignal closed =
            SampleSignals.closed(SampleSignals.openLong(ENDED).build());

    @BeforeEach
    void fill() {
        try (SignalStore store = SignalStores.open(at("old"))) {
            store.write(KEY, held);
            store.end(closed);
        }
    }

    private String at(String name) {
        return "file:" + folder.resolve(name);
    }

    private Ran copy(String... more) {
        return Ran.command(java.util.stream.Stream.concat(
                        java.util.stream.Stream.of("store", "copy", "--from", at("old"), "--to", at("new")),
                        java.util.stream.Stream.of(more))
                .toArray(String[]::new));
    }

    private void assertMoved(String name) {
        try (SignalStore store = SignalStores.open(at(name))) {
            assertThat(store.read(KEY)).contains(held);
            assertThat(store.tradeLog().orElseThrow().trades(ENDED)).isEqualTo(List.of(closed));
        }
    }

    @Test
    void copyingBringsSignalsAndHistoryOverAndKeepsTheOldOnes() {
        assertThat(copy().succeeded().out())
                .contains("Copied 1 signal and 1 ended one")
                .containsPattern("written\\s+anew:\\s+1\\s+signal\\s+and\\s+1\\s+ended\\s+one");
        assertMoved("new");
        assertMoved("old");
    }

    @Test
    void copyingAgainWritesNothingAnew() {
        copy().succeeded();
        assertThat(copy().succeeded().out())
                .containsPattern("written\\s+anew:\\s+0\\s+signals\\s+and\\s+0\\s+ended\\s+ones");
        assertMoved("new");
    }

    @Test
    void anotherSignalInTheWayIsReplacedOnlyWhenTold() {
        try (SignalStore store = SignalStores.open(at("new"))) {
            store.write(KEY, SampleSignals.openLong(KEY).id("another").build());
        }
        assertThat(copy().failed(1).err()).contains("dip-buyer/BTCUSD", "--overwrite", "Nothing was written");
        try (SignalStore store = SignalStores.open(at("new"))) {
            assertThat(store.read(KEY).orElseThrow().id()).isEqualTo("another");
        }
        copy("--overwrite").succeeded();
        assertMoved("new");
    }

    @Test
    void aDamagedRecordStopsTheMoveBeforeAnythingIsWritten() {
        Path record = folder.resolve("old/dip-buyer/BTCUSD.json");
        SampleFiles.write(record, SampleFiles.read(record).replace("long", "lomg"));
        assertThat(copy().failed(1).err()).contains("damaged are dip-buyer/BTCUSD");
        assertThat(folder.resolve("new")).doesNotExist();
    }

    @Test
    void whatWasExportedCanBeImported() {
        String file = folder.resolve("signals.jsonl").toString();
        Ran.command("store", "export", "--store", at("old"), "--file", file).succeeded();
        Ran.command("store", "import", "--store", at("new"), "--file", file).succeeded();
        assertMoved("new");
    }

    @Test
    void aFileThatIsNotThereOrNoTextImportsNothing() throws Exception {
        importing(folder.resolve("none.jsonl")).failed(1, "none.jsonl: there is no such file. Check the path.");
        importing(folder).failed(1, "it is a folder");
        importing(Files.write(folder.resolve("noise"), new byte[] {(byte) 0xff, 0, (byte) 0xfe}))
                .failed(1, "it is not UTF-8 text");
        assertThat(folder.resolve("new")).doesNotExist();
    }

    @Test
    void anEmptyFileImportsNothingAndSaysSo() throws Exception {
        for (String content : List.of("", "\n \n")) {
            assertThat(importing(Files.writeString(folder.resolve("empty.jsonl"), content))
                            .succeeded()
                            .out())
                    .contains("Nothing was imported: ", "empty.jsonl holds no signal and no ended one.");
        }
        assertThat(folder.resolve("new")).doesNotExist();
    }

    private Ran importing(Path file) {
        return Ran.command("store", "import", "--store", at("new"), "--file", file.toString());
    }

    @Test
    void aFileWithAWrongLineImportsNothing() throws Exception {
        Path file = folder.resolve("signals.jsonl");
        Ran.command("store", "export", "--store", at("old"), "--file", file.toString())
                .succeeded();
        Files.writeString(file, Files.readString(file) + "{\"ended\":{\"schema\":1}}\n");
        assertThat(Ran.command("store", "import", "--store", at("new"), "--file", file.toString())
                        .failed(1)
                        .err())
                .contains("line 3 is not a signal", "Nothing was written");
        assertThat(folder.resolve("new")).doesNotExist();
    }

    @Test
    void twoSchemasOfOneDatabaseAreTwoStores() {
        String first = RealServers.patientPlace(RealServers.postgres());
        String second = RealServers.patientPlace(RealServers.postgres());
        try (SignalStore store = SignalStores.open(first)) {
            store.write(KEY, held);
        }

        String out = Ran.command("store", "copy", "--from", first, "--to", second)
                .succeeded()
                .out();

        assertThat(out.replaceAll("\\s+", " "))
                .contains("Copied 1 signal and 0 ended ones from " + described(first) + " to " + described(second));
        Ran.command("store", "copy", "--from", first, "--to", first)
                .failed(2, "Cannot copy signals to where they are: " + described(first) + " is also --to.");
    }

    private static String described(String location) {
        try (SignalStore store = SignalStores.openReadOnly(location)) {
            return store.describe();
        }
    }

    @Test
    void aPlaceThatIsNoneIsWrongUseOnEitherSide() {
        Ran.command("store", "copy", "--from", "nothing", "--to", at("new")).failed(2, "it has no scheme");
        Ran.command("store", "copy", "--from", at("old"), "--to", "nothing").failed(2, "it has no scheme");
    }

    @Test
    void aSignalThatIsInTheFileTwiceAndDiffersIsRefusedWithBothLines() throws Exception {
        String other =
                SignalCodec.encode(SampleSignals.openLong(KEY).id("another").build());
        Path file = exported("{\"signal\":" + other + "}");

        importing(file)
                .failed(1, "lines 1 and 3 both tell signal dip-buyer/BTCUSD, and differ.", "Nothing was written.");
        assertThat(folder.resolve("new")).doesNotExist();
    }

    @Test
    void anEndThatIsInTheFileTwiceAndDiffersIsRefusedWithBothLines() throws Exception {
        Path file = exported(
                "{\"ended\":" + SignalCodec.encodeEnded(closed).replace("\"take_profit\"", "\"stop_loss\"") + "}");

        importing(file).failed(1, "lines 2 and 3 both tell the end of signal", "Break/Out/btc:usdt, and differ.");
        assertThat(folder.resolve("new")).doesNotExist();
    }

    @Test
    void aLineThatIsThereTwiceIsImportedOnce() throws Exception {
        Path file = exported("{\"signal\":" + SignalCodec.encode(held) + "}");

        assertThat(importing(file).succeeded().out()).contains("Imported 1 signal and 1 ended one");
        assertMoved("new");
    }

    /** Exports the old store, and adds a line. */
    private Path exported(String line) throws Exception {
        Path file = folder.resolve("signals.jsonl");
        Ran.command("store", "export", "--store", at("old"), "--file", file.toString())
                .succeeded();
        return Files.writeString(file, Files.readString(file) + line + "\n");
    }

    @Test
    void ofManyConflictsTheFirstTenAreNamed() {
        try (SignalStore from = SignalStores.open(at("old"));
                SignalStore to = SignalStores.open(at("new"))) {
            for (int i = 10; i < 22; i++) {
                SignalKey key = new SignalKey("many", "S" + i);
                from.write(key, SampleSignals.openLong(key).build());
                to.write(key, SampleSignals.openLong(key).id("another").build());
            }
        }

        copy().failed(1, "many/S10, many/S11", "many/S19 and 2 more. Add --overwrite");
        assertThat(Naming.first(Collections.nCopies(3000, "a"))).endsWith("a, a and 2,990 more");
    }

    @Test
    void anInterruptionTellsWhatWasDone() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
        try (Interruption interruption = Interruption.watching(Terminal.plain(stream, stream), "file:./data")) {
            interruption.at(120, 300);
            interruption.tell();
        }

        assertThat(err.toString(StandardCharsets.UTF_8))
                .hasLineCount(1)
                .contains("120 of 300 records are written to file:./data", "may be started again");
    }
}
