package io.backtestkit.store.file;

import static io.backtestkit.store.file.Samples.BTC;
import static io.backtestkit.store.file.Samples.START;
import static io.backtestkit.store.file.Samples.cancelled;
import static io.backtestkit.store.file.Samples.closed;
import static io.backtestkit.store.file.Samples.names;
import static io.backtestkit.store.file.Samples.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backtestkit.signal.SignalFormatException;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.TradeLog;
import io.backtestkit.store.UnreadableSignalException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTradeLogTest {

    private final Path folder;
    private final Path file;

    FileTradeLogTest(@TempDir Path folder) {
        this.folder = folder;
        this.file = folder.resolve("breakout/BTCUSDT.trades.jsonl");
    }

    private void writeLog(int trades) {
        try (FileSignalStore store = FileSignalStore.open(folder)) {
            for (int i = 0; i < trades; i++) {
                store.tradeLog().orElseThrow().append(closed(BTC, "t" + i, i));
            }
        }
    }

    @Test
    void whatEndedIsReadInOrderByTimeAndOnlyOnce() {
        SignalKey odd = new SignalKey("Break out", "BTC/USDT");
        try (FileSignalStore store = FileSignalStore.open(folder)) {
            TradeLog log = store.tradeLog().orElseThrow();
            assertThat(log.trades(BTC)).isEmpty();
            assertThat(log.last(BTC)).isEmpty();
            assertThat(log.loggedKeys()).isEmpty();
            log.append(closed(BTC, "t0", 0));
            log.append(cancelled(BTC, "t1", 1));
            log.append(closed(BTC, "t0", 0));
            log.append(closed(BTC, "t2", 2));
            log.append(closed(odd, "o0", 5));
            assertThat(log.trades(BTC))
                    .containsExactly(closed(BTC, "t0", 0), cancelled(BTC, "t1", 1), closed(BTC, "t2", 2));
            assertThat(log.trades(BTC, START.plusSeconds(60), START.plusSeconds(120)))
                    .containsExactly(cancelled(BTC, "t1", 1));
            assertThat(log.last(BTC)).contains(closed(BTC, "t2", 2));
            assertThat(log.loggedKeys()).containsExactly(odd, BTC);
        }
        try (FileSignalStore store = FileSignalStore.open(folder)) {
            TradeLog log = store.tradeLog().orElseThrow();
            log.append(closed(BTC, "t2", 2));
            assertThat(log.last(BTC)).contains(closed(BTC, "t2", 2));
            assertThat(log.trades(BTC)).hasSize(3);
            assertThat(log.loggedKeys()).containsExactly(odd, BTC);
        }
    }

    @Test
    void endingMovesASignalFromItsSlotToTheLog() {
        try (FileSignalStore store = FileSignalStore.open(folder)) {
            store.write(BTC, open(BTC, "a1"));
            store.end(closed(BTC, "a1", 3));
            store.end(closed(BTC, "a1", 3));
            assertThat(store.read(BTC)).isEmpty();
            assertThat(store.tradeLog().orElseThrow().trades(BTC)).containsExactly(closed(BTC, "a1", 3));
        }
    }

    @Test
    void aTailTornAtAnyByteIsNotReadAndIsCutOffAndKeptAtTheNextAppend() throws IOException {
        writeLog(2);
        byte[] two = Files.readAllBytes(file);
        byte[] line = TradeLine.encode(closed(BTC, "t2", 2));
        for (int length = 1; length < line.length - 1; length += 7) {
            Files.write(file, two);
            Files.write(file, Arrays.copyOf(line, length), StandardOpenOption.APPEND);
            try (FileSignalStore store = FileSignalStore.open(folder)) {
                TradeLog log = store.tradeLog().orElseThrow();
                assertThat(log.trades(BTC)).as("length %s", length).hasSize(2);
                assertThat(log.last(BTC)).contains(closed(BTC, "t1", 1));
                assertThat(store.check())
                        .anyMatch(finding -> finding.level() == StoreFinding.Level.WARNING
                                && finding.found().contains("never finished"));
                log.append(closed(BTC, "t2", 2));
                assertThat(log.trades(BTC)).hasSize(3);
            }
            assertThat(Files.readAllBytes(file)).endsWith(line).hasSize(two.length + line.length);
        }
        assertThat(folder.resolve("breakout/BTCUSDT.trades.jsonl.damaged")).hasBinaryContent(Arrays.copyOf(line, 1));
    }

    @Test
    void aLastLineOfWhichASectorNeverReachedTheDiskIsTorn() throws IOException {
        writeLog(2);
        byte[] two = Files.readAllBytes(file);
        writeLog(3);
        byte[] three = Files.readAllBytes(file);
        int boundary = (two.length / 512 + 1) * 512;
        assertThat(boundary).as("the last line crosses a sector's end").isLessThan(three.length);
        Arrays.fill(three, two.length, boundary, (byte) 0);
        Files.write(file, three);
        try (FileSignalStore store = FileSignalStore.open(folder)) {
            TradeLog log = store.tradeLog().orElseThrow();
            assertThat(log.trades(BTC)).hasSize(2);
            log.append(closed(BTC, "t2", 2));
            assertThat(log.trades(BTC)).hasSize(3);
        }
        assertThat(folder.resolve("breakout/BTCUSDT.trades.jsonl.damaged"))
                .hasBinaryContent(Arrays.copyOfRange(three, two.length, three.length));
    }

    @Test
    void zerosWithinASectorAreDamageAndNotATornLine() throws IOException {
        writeLog(2);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 10] = 0;
        Files.write(file, bytes);
        try (FileSignalStore store = FileSignalStore.open(folder)) {
            assertThatThrownBy(() -> store.tradeLog().orElseThrow().trades(BTC))
                    .isInstanceOf(UnreadableSignalException.class);
        }
    }

    @Test
    void aWholeLineThatOnlyLacksItsLineFeedIsATrade() throws IOException {
        writeLog(2);
        byte[] two = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(two, two.length - 1));
        try (FileSignalStore store = FileSignalStore.open(folder)) {
            TradeLog log = store.tradeLog().orElseThrow();
            assertThat(log.trades(BTC)).hasSize(2);
            log.append(closed(BTC, "t1", 1));
            assertThat(file).hasBinaryContent(two);
            log.append(closed(BTC, "t2", 2));
            assertThat(log.trades(BTC)).hasSize(3);
        }
        assertThat(names(folder)).containsExactly("breakout/BTCUSDT.trades.jsonl");
    }

    @Test
    void everyFlippedBitOfTheLogIsDetected() throws IOException {
        writeLog(2);
        byte[] bytes = Files.readAllBytes(file);
        DataFolder data = DataFolder.lookedAt(folder, "file:x", new LocalDisk());
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            byte[] flipped = bytes.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            Files.write(file, flipped);
            assertThat(TradeFile.load(data, file).fault()).as("bit %s", bit).isNotEmpty();
        }
    }

    @Test
    void aDamagedLineMakesReadingThrowButNotAppending() throws IOException {
        writeLog(3);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        try (FileSignalStore store = FileSignalStore.open(folder)) {
            TradeLog log = store.tradeLog().orElseThrow();
            log.append(closed(BTC, "t3", 3));
            log.append(closed(BTC, "t3", 3));
            assertThatThrownBy(() -> log.trades(BTC))
                    .isInstanceOf(UnreadableSignalException.class)
                    .hasMessage("Cannot read trades of breakout/BTCUSDT in file:" + folder
                            + ": line 2 of breakout/BTCUSDT.trades.jsonl is damaged: its checksum does not fit what"
                            + " it says. Mend or remove that line while nothing trades here, then run:"
                            + " backtest-kit store check --store file:" + folder);
            assertThat(log.last(BTC)).contains(closed(BTC, "t3", 3));
            assertThat(log.loggedKeys()).containsExactly(BTC);
            assertThat(store.check())
                    .anyMatch(finding -> finding.level() == StoreFinding.Level.DAMAGED
                            && finding.subject().equals("trades of breakout/BTCUSDT"));
        }
        assertThat(Files.readAllBytes(file)).startsWith(bytes);
        assertThat(Files.readAllLines(file)).hasSize(4);
    }

    @Test
    void aLogOverwrittenByAnotherOfTheSameLengthIsReadAgain() throws IOException {
        try (FileSignalStore store = FileSignalStore.open(folder)) {
            TradeLog log = store.tradeLog().orElseThrow();
            log.append(closed(BTC, "t0", 0));
            assertThat(log.last(BTC)).contains(closed(BTC, "t0", 0));
            overwrite(TradeLine.encode(closed(BTC, "t1", 0)));
            assertThat(log.last(BTC)).contains(closed(BTC, "t1", 0));
            store.end(closed(BTC, "t0", 0));
            assertThat(log.trades(BTC)).containsExactly(closed(BTC, "t1", 0), closed(BTC, "t0", 0));
        }
    }

    @Test
    void aByteMendedInPlaceIsReadAtOnce() throws IOException {
        writeLog(1);
        byte[] bytes = Files.readAllBytes(file);
        byte[] damaged = bytes.clone();
        damaged[bytes.length / 2] ^= 1;
        Files.write(file, damaged);
        try (FileSignalStore store = FileSignalStore.open(folder)) {
            TradeLog log = store.tradeLog().orElseThrow();
            assertThatThrownBy(() -> log.last(BTC)).isInstanceOf(UnreadableSignalException.class);
            overwrite(bytes);
            assertThat(log.last(BTC)).contains(closed(BTC, "t0", 0));
            assertThat(log.trades(BTC)).hasSize(1);
        }
    }

    /** Puts bytes in the place of as many, in the same file, and lets the system's clock for files move on meanwhile. */
    private void overwrite(byte[] bytes) throws IOException {
        TradeIndex.Stamp before = TradeIndex.Stamp.of(file);
        assertThat(before.length()).isEqualTo(bytes.length);
        Instant latest = Instant.now().plusSeconds(10);
        do {
            try (FileChannel open = FileChannel.open(file, StandardOpenOption.WRITE)) {
                open.write(ByteBuffer.wrap(bytes));
            }
        } while (TradeIndex.Stamp.of(file).equals(before) && Instant.now().isBefore(latest));
        assertThat(TradeIndex.Stamp.of(file).sameFile(before)).isTrue();
    }

    @Test
    void aFlippedBitKeepsWhatEndedLastFromBeingKnownOnlyInTheLastLine() throws IOException {
        writeLog(3);
        byte[] bytes = Files.readAllBytes(file);
        int line = bytes.length / 3;
        for (int bit = 0; bit < bytes.length * 8; bit += 3) {
            boolean ofTheLast = bit / 8 >= 2 * line - 1; // its first bit stands after the line feed of the second
            byte[] flipped = bytes.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            Files.write(file, flipped);
            TradeFile found = TradeFile.load(DataFolder.lookedAt(folder, "file:x", new LocalDisk()), file);
            assertThat(found.fault()).as("bit %s", bit).isNotEmpty();
            assertThat(!found.lastFault().isEmpty()).as("bit %s", bit).isEqualTo(ofTheLast);
        }
    }

    @Test
    void aDamagedLineKeepsWhatEndedLastFromBeingKnownOnlyIfItIsTheLast() throws IOException {
        writeLog(3);
        byte[] bytes = Files.readAllBytes(file);
        for (int line = 0; line < 3; line++) {
            byte[] flipped = bytes.clone();
            flipped[bytes.length / 3 * line + 100] ^= 1;
            Files.write(file, flipped);
            try (FileSignalStore store = FileSignalStore.open(folder)) {
                TradeLog log = store.tradeLog().orElseThrow();
                assertThatThrownBy(() -> log.trades(BTC)).isInstanceOf(UnreadableSignalException.class);
                assertThat(store.check()).anyMatch(finding -> finding.level() == StoreFinding.Level.DAMAGED);
                if (line < 2) {
                    assertThat(log.last(BTC)).contains(closed(BTC, "t2", 2));
                } else {
                    assertThatThrownBy(() -> log.last(BTC)).isInstanceOf(UnreadableSignalException.class);
                    log.append(closed(BTC, "t3", 3));
                    assertThat(log.last(BTC)).contains(closed(BTC, "t3", 3));
                }
            }
        }
    }

    @Test
    void aLogOfAnotherKeyIsForeign() throws IOException {
        writeLog(1);
        Files.copy(file, folder.resolve("breakout/ETHUSDT.trades.jsonl"));
        try (FileSignalStore store = FileSignalStore.open(folder)) {
            TradeLog log = store.tradeLog().orElseThrow();
            assertThatThrownBy(() -> log.trades(new SignalKey("breakout", "ETHUSDT")))
                    .isInstanceOf(UnreadableSignalException.class)
                    .hasMessageContaining("foreign");
        }
    }

    @Test
    void aLineIsReadableJsonWithAChecksum() {
        byte[] line = TradeLine.encode(closed(BTC, "t0", 0));
        assertThat(new String(line, StandardCharsets.UTF_8))
                .matches("\\{\"checksum\":\"[0-9a-f]{8}\",\"trade\":\\{\"schema\":1,.*\\}\\}\n");
        for (String text : List.of("", "x", "{}", "}", "{\"checksum\":\"00000000\",\"trade\":{}}")) {
            assertThatThrownBy(() -> TradeLine.decode(text.getBytes(StandardCharsets.UTF_8)))
                    .isInstanceOf(SignalFormatException.class);
        }
    }
}
