package io.backtestkit.store.file;

import static io.backtestkit.store.file.Samples.BTC;
import static io.backtestkit.store.file.Samples.names;
import static io.backtestkit.store.file.Samples.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.backtestkit.signal.SignalEnvelope;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.store.UnreadableSignalException;
import io.backtestkit.testkit.SampleSignals;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DamagedRecordTest {

    private final Path folder;
    private final Path file;

    DamagedRecordTest(@TempDir Path folder) {
        this.folder = folder;
        this.file = folder.resolve("breakout/BTCUSDT.json");
    }

    private static byte[] sealed() {
        return new SignalEnvelope(open(BTC, "a1"), 1).seal();
    }

    private void put(byte[] bytes) throws IOException {
        Files.createDirectories(folder.resolve("breakout"));
        Files.write(file, bytes);
    }

    @Test
    void everyFlippedBitAndEveryTruncationIsDetected() throws IOException {
        byte[] sealed = sealed();
        put(sealed);
        DataFolder data = DataFolder.lookedAt(folder, "file:x", new LocalDisk());
        assertThat(StoredRecord.load(data, file).orElseThrow().belongsTo(BTC)).isTrue();
        for (int bit = 0; bit < sealed.length * 8; bit++) {
            byte[] flipped = sealed.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            Files.write(file, flipped);
            assertThat(StoredRecord.load(data, file).orElseThrow().belongsTo(BTC))
                    .as("bit %s", bit)
                    .isFalse();
        }
        for (int length = 0; length < sealed.length; length++) {
            Files.write(file, Arrays.copyOf(sealed, length));
            assertThat(StoredRecord.load(data, file).orElseThrow().belongsTo(BTC))
                    .as("length %s", length)
                    .isFalse();
        }
    }

    @Test
    void aDamagedRecordIsToldKeptAndNeitherReadNorWrittenNorDeleted() throws IOException {
        byte[] damaged = sealed();
        damaged[100] ^= 1;
        put(damaged);
        try (FileSignalStore store = FileSignalStore.open(folder)) {
            assertThatThrownBy(() -> store.read(BTC))
                    .isInstanceOf(UnreadableSignalException.class)
                    .hasMessageMatching("Cannot read signal breakout/BTCUSDT in \\Qfile:" + folder
                            + "\\E: the checksum was [0-9a-f]{8}, expected [0-9a-f]{8}\\. Kept as"
                            + " breakout/BTCUSDT\\.json\\.damaged; no new entry will be taken until you run:"
                            + " backtest-kit store resolve --store \\Qfile:" + folder
                            + "\\E --strategy breakout --symbol BTCUSDT --discard \\(or, if the exchange holds a"
                            + " position, --replace FILE\\)");
            assertThatThrownBy(() -> store.read(BTC)).isInstanceOf(UnreadableSignalException.class);
            assertThatThrownBy(() -> store.write(BTC, open(BTC, "a2"))).isInstanceOf(UnreadableSignalException.class);
            assertThatThrownBy(() -> store.delete(BTC)).isInstanceOf(UnreadableSignalException.class);

            assertThat(names(folder)).containsExactly("breakout/BTCUSDT.json", "breakout/BTCUSDT.json.damaged");
            assertThat(file).hasBinaryContent(damaged);
            assertThat(folder.resolve("breakout/BTCUSDT.json.damaged")).hasBinaryContent(damaged);
            assertThat(store.keys()).containsExactly(BTC);
        }
    }

    @Test
    void damageThatAppearsWhileTheStoreIsOpenIsNotOverwritten() throws IOException {
        try (FileSignalStore store = FileSignalStore.open(folder)) {
            store.write(BTC, open(BTC, "a1"));
            Files.writeString(file, "rubbish");
            assertThatThrownBy(() -> store.write(BTC, open(BTC, "a2"))).isInstanceOf(UnreadableSignalException.class);
            assertThat(file).hasContent("rubbish");
            assertThat(folder.resolve("breakout/BTCUSDT.json.damaged")).hasContent("rubbish");
        }
    }

    @Test
    void differentDamageIsKeptUnderNumberedNamesAndTheSameOnlyOnce() throws IOException {
        try (FileSignalStore store = FileSignalStore.open(folder)) {
            for (String content : new String[] {"one", "two", "one", "three", "two"}) {
                put(content.getBytes(StandardCharsets.UTF_8));
                assertThatThrownBy(() -> store.read(BTC)).isInstanceOf(UnreadableSignalException.class);
            }
            assertThat(names(folder))
                    .containsExactly(
                            "breakout/BTCUSDT.json",
                            "breakout/BTCUSDT.json.2.damaged",
                            "breakout/BTCUSDT.json.3.damaged",
                            "breakout/BTCUSDT.json.damaged");
        }
    }

    @Test
    void aRecordOfAnotherKeyIsForeign() throws IOException {
        SignalKey eth = new SignalKey("breakout", "ETHUSDT");
        put(new SignalEnvelope(open(eth, "e1"), 1).seal());
        try (FileSignalStore store = FileSignalStore.open(folder)) {
            assertThatThrownBy(() -> store.read(BTC))
                    .isInstanceOf(UnreadableSignalException.class)
                    .hasMessageContaining("it is foreign: the signal in it belongs to breakout/ETHUSDT");
            assertThat(store.read(eth)).isEmpty();
            assertThat(store.keys()).containsExactly(BTC);
        }
    }

    @Test
    void damageThatNoKeyTellsIsListedAsSuch() throws IOException {
        SignalKey hashed = new SignalKey("Breakout", "BTC/USDT");
        SignalKey ended = new SignalKey("breakout", "ETH/USDT");
        try (FileSignalStore store = FileSignalStore.open(folder)) {
            store.write(hashed, open(hashed, "a1"));
            store.write(BTC, open(BTC, "a1"));
            store.end(SampleSignals.closed(open(ended, "a2")));
            assertThat(store.keyless()).isEmpty();

            Path record = FileNames.record(folder, hashed);
            Path log = FileNames.tradeLog(folder, ended);
            Files.write(record, new byte[0]);
            Files.write(file, new byte[0]);
            Files.writeString(log, Files.readString(log).replace("ETH/USDT", "ETH/USDU"));

            assertThat(store.keys()).as("the file's name tells it").containsExactly(BTC);
            assertThat(store.tradeLog().orElseThrow().loggedKeys()).isEmpty();
            assertThat(store.keyless())
                    .extracting(StoreFinding::level, StoreFinding::subject)
                    .containsExactlyInAnyOrder(
                            tuple(StoreFinding.Level.DAMAGED, "signal in " + folder.relativize(record)),
                            tuple(StoreFinding.Level.DAMAGED, "trades in " + folder.relativize(log)));
            assertThat(store.check()).containsAll(store.keyless());
        }
    }

    @Test
    void aRecordOfANewerVersionIsKeptAndTheAdviceNamesTheNewerProgram() throws IOException {
        String text = new String(sealed(), StandardCharsets.UTF_8);
        put(resealed(text.replace("\"version\":1", "\"version\":9")));
        try (FileSignalStore store = FileSignalStore.open(folder)) {
            assertThatThrownBy(() -> store.read(BTC))
                    .isInstanceOf(UnreadableSignalException.class)
                    .hasMessageContaining("envelope version was 9")
                    .hasMessageContaining("read it with the newer version of the program");
            assertThatThrownBy(() -> store.write(BTC, open(BTC, "a2"))).isInstanceOf(UnreadableSignalException.class);
        }
    }

    /** Gives changed text a checksum that fits. */
    private static byte[] resealed(String text) {
        int trailer = text.lastIndexOf(",\n\"checksum\":\"");
        byte[] content = text.substring(0, trailer).getBytes(StandardCharsets.UTF_8);
        CRC32C crc = new CRC32C();
        crc.update(content);
        String sum = String.format(Locale.ROOT, "%08x", crc.getValue());
        return (text.substring(0, trailer) + ",\n\"checksum\":\"" + sum + "\"}\n").getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void settingAsideFreesADamagedSlotAndKeepsItsBytes() throws IOException {
        put("rubbish".getBytes(StandardCharsets.UTF_8));
        try (FileSignalStore store = FileSignalStore.open(folder)) {
            String copy = store.setAside(BTC).orElseThrow();
            assertThat(Path.of(copy)).hasContent("rubbish");
            assertThat(store.read(BTC)).isEmpty();
            store.write(BTC, open(BTC, "a2"));
            assertThat(store.read(BTC)).contains(open(BTC, "a2"));
        }
    }

    @Test
    void settingAsideLeavesAFreeOrReadableSlotAlone() {
        try (FileSignalStore store = FileSignalStore.open(folder)) {
            assertThat(store.setAside(BTC)).isEmpty();
            store.write(BTC, open(BTC, "a1"));
            assertThat(store.setAside(BTC)).isEmpty();
            assertThat(store.read(BTC)).contains(open(BTC, "a1"));
            assertThat(names(folder)).containsExactly("breakout/BTCUSDT.json");
        }
    }

    @Test
    void settingAsideKeepsTheOriginalWhenNoCopyCanBeMade() throws IOException {
        FaultyDisk disk = new FaultyDisk();
        put("rubbish".getBytes(StandardCharsets.UTF_8));
        try (FileSignalStore store = Samples.store(folder, disk)) {
            disk.fail("No space left on device", step -> step.startsWith("create"));
            assertThatThrownBy(() -> store.setAside(BTC)).isInstanceOf(StoreRefusedException.class);
            assertThatThrownBy(() -> store.read(BTC))
                    .isInstanceOf(UnreadableSignalException.class)
                    .hasMessageContaining("no copy could be made (the disk was full");
            assertThat(file).hasContent("rubbish");
        }
    }

    @Test
    void checkReportsDamageFoundAtOpening() throws IOException {
        put("rubbish".getBytes(StandardCharsets.UTF_8));
        try (FileSignalStore store = FileSignalStore.open(folder)) {
            assertThat(store.check())
                    .anyMatch(finding -> finding.level() == StoreFinding.Level.DAMAGED
                            && finding.subject().equals("signal breakout/BTCUSDT")
                            && finding.advice().contains("store resolve"));
        }
    }
}
