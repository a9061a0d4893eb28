package io.backtestkit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backtestkit.signal.ClosedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import io.backtestkit.testkit.SampleSignals;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copying, exporting and importing; and which store is meant when none is named. */
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
    void theEnvironmentWinsOverThePropertiesFileAndTheFileOverTheDefault() throws Exception {
        assertThat(StoreChoice.of(Map.of(), folder)).isEqualTo("file:./data");
        Files.writeString(folder.resolve("backtest-kit.properties"), "store=file:./of-file\n");
        assertThat(StoreChoice.of(Map.of(), folder)).isEqualTo("file:./of-file");
        assertThat(StoreChoice.of(Map.of("BACKTEST_KIT_STORE", "file:./of-environment"), folder))
                .isEqualTo("file:./of-environment");
        Files.writeString(folder.resolve("production.properties"), "store=file:./production\n");
        assertThat(StoreChoice.of(Map.of("BACKTEST_KIT_CONFIG", "production.properties"), folder))
                .isEqualTo("file:./production");
    }

    @Test
    void aPropertiesFileThatIsMissingOrHasUnknownLinesIsRefused() throws Exception {
        assertThatThrownBy(() -> StoreChoice.of(Map.of("BACKTEST_KIT_CONFIG", "none.properties"), folder))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("none.properties");
        Files.writeString(folder.resolve("backtest-kit.properties"), "stroe=file:./x\n");
        assertThatThrownBy(() -> StoreChoice.of(Map.of(), folder))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("store=URI");
    }
}
