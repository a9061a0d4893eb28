package io.backtestkit.store.file;

import static io.backtestkit.store.file.Samples.BTC;
import static io.backtestkit.store.file.Samples.closed;
import static io.backtestkit.store.file.Samples.names;
import static io.backtestkit.store.file.Samples.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalEnvelope;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claims;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.StoreFinding.Level;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.store.TradeLog;
import io.backtestkit.store.UnreadableSignalException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.logging.Filter;
import java.util.logging.Logger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSignalStoreTest {

    private static final SignalKey ODD = new SignalKey("Break out", "BTC/USDT");

    private final Path folder;

    FileSignalStoreTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void whatIsWrittenIsReadReplacedAndDeleted() {
        try (FileSignalStore store = FileSignalStore.open(folder)) {
            assertThat(store.read(BTC)).isEmpty();
            store.write(BTC, open(BTC, "a1"));
            assertThat(store.read(BTC)).contains(open(BTC, "a1"));
            store.write(BTC, open(BTC, "a2"));
            assertThat(store.read(BTC)).contains(open(BTC, "a2"));
            store.delete(BTC);
            store.delete(BTC);
            assertThat(store.read(BTC)).isEmpty();
            assertThat(names(folder)).isEmpty();
        }
    }

    @Test
    void whatIsWrittenIsThereAfterReopening() {
        try (FileSignalStore store = FileSignalStore.open(folder)) {
            store.write(BTC, open(BTC, "a1"));
            store.write(ODD, open(ODD, "o1"));
        }
        try (FileSignalStore store = FileSignalStore.open(folder)) {
            assertThat(store.read(BTC)).contains(open(BTC, "a1"));
            assertThat(store.read(ODD)).contains(open(ODD, "o1"));
            assertThat(store.keys()).containsExactly(ODD, BTC);
        }
    }

    @Test
    void aSignalIsRefusedUnderAnotherKey() {
        try (FileSignalStore store = FileSignalStore.open(folder)) {
            assertThatThrownBy(() -> store.write(ODD, open(BTC, "a1"))).isInstanceOf(IllegalArgumentException.class);
            assertThat(names(folder)).isEmpty();
        }
    }

    @Test
    void aFolderOfTheVersionThatGaveOneProcessTheWholeFolderOpens() throws IOException {
        Files.createDirectories(folder.resolve("breakout"));
        Files.write(folder.resolve("breakout/BTCUSDT.json"), new SignalEnvelope(open(BTC, "old"), 7).seal());
        String owner = "{\"format\":\"backtest-kit owner\",\"version\":1,\"epoch\":7,\"process\":1234,\"host\":\"h1\","
                + "\"openedAt\":\"2026-01-01T00:00:00Z\"}\n";
        Files.writeString(folder.resolve(".owner"), owner);
        try (FileSignalStore store = FileSignalStore.open(folder)) {
            assertThat(store.read(BTC)).contains(open(BTC, "old"));
            store.write(BTC, open(BTC, "new"));
            assertThat(folder.resolve("breakout/BTCUSDT.json"))
                    .as("the epoch is never lowered")
                    .content()
                    .contains("\"epoch\":7,");
            assertThat(store.claims().orElseThrow().claim(BTC, "a", Duration.ofMinutes(1)))
                    .extracting(answer -> answer.claim().epoch())
                    .isEqualTo(8L);
            assertThat(store.check()).noneMatch(finding -> finding.subject().contains(".owner"));
        }
        assertThat(folder.resolve(".owner")).hasContent(owner.strip());
    }

    @Test
    void aRecordThatWasNeverClaimedHasTheEpochZero() throws IOException {
        try (FileSignalStore store = FileSignalStore.open(folder)) {
            store.write(BTC, open(BTC, "a1"));
        }
        try (FileSignalStore store = FileSignalStore.open(folder)) {
            store.write(BTC, open(BTC, "a2"));
        }
        assertThat(Files.readString(folder.resolve("breakout/BTCUSDT.json"))).contains("\"epoch\":0,");
    }

    @Test
    void foldersAndFilesAreForTheirOwnerOnly() throws IOException {
        Path deep = folder.resolve("x/data");
        try (FileSignalStore store = FileSignalStore.open(deep)) {
            store.write(BTC, open(BTC, "a1"));
            store.tradeLog().orElseThrow().append(closed(BTC, "a0", 1));
            store.claims().orElseThrow().claim(BTC, "a", Duration.ofMinutes(1));
        }
        // where the file system knows no modes there is nothing to check
        if (LocalDisk.POSIX) {
            for (String path : List.of("", "breakout")) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(deep.resolve(path))))
                        .isEqualTo("rwx------");
            }
            for (String path : List.of(
                    ".lock", "breakout/BTCUSDT.claim", "breakout/BTCUSDT.json", "breakout/BTCUSDT.trades.jsonl")) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(deep.resolve(path))))
                        .isEqualTo("rw-------");
            }
        }
    }

    @Test
    void aStaleTemporaryFileIsSetAsideAtOpeningAndNeverDeleted() throws IOException {
        Files.createDirectories(folder.resolve("breakout"));
        Files.writeString(folder.resolve("breakout/BTCUSDT.json.1234.tmp"), "half a rec");
        try (FileSignalStore store = FileSignalStore.open(folder)) {
            assertThat(store.read(BTC)).isEmpty();
            assertThat(names(folder)).containsExactly("breakout/BTCUSDT.json.1234.tmp.stale");
            assertThat(store.check())
                    .anyMatch(finding -> finding.level() == Level.WARNING
                            && finding.subject().contains("1234.tmp.stale"));
        }
    }

    @Test
    void anInterruptedCallerGetsItsWorkDoneAndStaysInterrupted() {
        try (FileSignalStore store = FileSignalStore.open(folder)) {
            Thread.currentThread().interrupt();
            store.write(BTC, open(BTC, "a1"));
            store.tradeLog().orElseThrow().append(closed(BTC, "a0", 1));
            assertThat(store.read(BTC)).contains(open(BTC, "a1"));
            store.delete(BTC);
            assertThat(Thread.interrupted()).isTrue();

            store.write(BTC, open(BTC, "a2"));
            assertThat(store.read(BTC)).contains(open(BTC, "a2"));
        }
    }

    @Test
    void manyThreadsWritingAndReadingSeeWholeSignalsOnly() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(6);
        try (FileSignalStore store = FileSignalStore.open(folder)) {
            List<Future<?>> all = new ArrayList<>();
            for (int thread = 0; thread < 6; thread++) {
                String name = "t" + thread;
                SignalKey own = new SignalKey("breakout", "OWN" + thread);
                all.add(threads.submit(() -> {
                    for (int i = 0; i < 25; i++) {
                        store.write(BTC, open(BTC, name + "-" + i));
                        store.write(own, open(own, name + "-" + i));
                        assertThat(store.read(own).map(Signal::id)).contains(name + "-" + i);
                        assertThat(store.read(BTC)).isPresent();
                        store.tradeLog().orElseThrow().append(closed(BTC, name + "-" + i, i));
                    }
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
            assertThat(store.keys()).hasSize(7);
            assertThat(store.tradeLog().orElseThrow().trades(BTC)).hasSize(150);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aClosedStoreRefusesAndClosesTwice() {
        FileSignalStore store = FileSignalStore.open(folder);
        store.close();
        store.close();
        assertThatThrownBy(() -> store.write(BTC, open(BTC, "a1")))
                .isInstanceOf(StoreRefusedException.class)
                .hasMessage("Cannot write signal breakout/BTCUSDT in file:" + folder
                        + ": the store was closed. Open it again.");
    }

    @Test
    void aPathThatLeadsToAFileIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("data"), "x");
        assertThatThrownBy(() -> FileSignalStore.open(file))
                .isInstanceOf(StoreRefusedException.class)
                .hasMessage("Cannot open store file:" + file + ": " + file
                        + " was a file, not a folder. Move the file away, or name another folder.");
        assertThatThrownBy(() -> FileSignalStore.open(file.resolve("below"))).isInstanceOf(StoreRefusedException.class);
        assertThatThrownBy(() -> FileSignalStore.openReadOnly(file)).isInstanceOf(StoreRefusedException.class);
    }

    @Test
    void aStrategyFolderThatIsALinkIsRefused() throws IOException {
        Path data = folder.resolve("data");
        try (FileSignalStore store = FileSignalStore.open(data)) {
            Files.createSymbolicLink(data.resolve("breakout"), Files.createDirectory(folder.resolve("elsewhere")));
            assertThatThrownBy(() -> store.write(BTC, open(BTC, "a1")))
                    .isInstanceOf(StoreRefusedException.class)
                    .hasMessageContaining("was a link");
        }
        assertThat(names(folder.resolve("elsewhere"))).isEmpty();
    }

    @Test
    void nothingIsChangedOrLockedThroughALinkedStrategyFolder() throws IOException {
        Path data = folder.resolve("data");
        Path elsewhere = folder.resolve("elsewhere");
        try (FileSignalStore other = FileSignalStore.open(elsewhere)) {
            other.tradeLog().orElseThrow().append(closed(BTC, "a0", 0));
            other.write(BTC, open(BTC, "a1"));
        }
        Path beingWritten = Files.writeString(elsewhere.resolve("breakout/BTCUSDT.json.1234.tmp"), "x");
        Files.createDirectory(data);
        Files.createSymbolicLink(data.resolve("breakout"), elsewhere.resolve("breakout"));
        List<String> before = names(elsewhere);
        try (FileSignalStore store = FileSignalStore.open(data)) {
            assertThat(beingWritten).as("a write under another lock").exists();
            assertThat(store.read(BTC)).contains(open(BTC, "a1"));
            assertRefusedAsALink(
                    () -> store.write(BTC, open(BTC, "a2")),
                    () -> store.delete(BTC),
                    () -> store.end(closed(BTC, "a1", 1)),
                    () -> store.tradeLog().orElseThrow().append(closed(BTC, "a1", 1)),
                    () -> store.tradeLog().orElseThrow().discard(BTC),
                    () -> store.claims().orElseThrow().claim(BTC, "me", Duration.ofMinutes(1)),
                    () -> store.read(new SignalKey("breakout", "ETHUSDT")));
        }
        assertThat(names(elsewhere)).isEqualTo(before);
        try (FileSignalStore other = FileSignalStore.open(elsewhere)) {
            assertThat(other.read(BTC)).contains(open(BTC, "a1"));
            assertThat(other.tradeLog().orElseThrow().trades(BTC)).containsExactly(closed(BTC, "a0", 0));
        }
    }

    @Test
    void aStrategyFolderThatIsADanglingLinkIsNotTakenForAnEmptyOne() throws IOException {
        Path data = Files.createDirectory(folder.resolve("data"));
        Files.createSymbolicLink(data.resolve("breakout"), folder.resolve("missing"));
        SignalKey elsewhere = new SignalKey("other", "BTCUSDT");
        try (FileSignalStore store = FileSignalStore.open(data)) {
            store.write(elsewhere, open(elsewhere, "a1"));
            TradeLog log = store.tradeLog().orElseThrow();
            Claims claims = store.claims().orElseThrow();
            assertRefusedAsALink(
                    () -> store.read(BTC),
                    store::keys,
                    () -> store.write(BTC, open(BTC, "a1")),
                    () -> store.delete(BTC),
                    () -> store.end(closed(BTC, "a1", 1)),
                    () -> store.setAside(BTC),
                    () -> log.append(closed(BTC, "a1", 1)),
                    () -> log.trades(BTC),
                    () -> log.last(BTC),
                    log::loggedKeys,
                    () -> log.discard(BTC),
                    () -> claims.holder(BTC),
                    () -> claims.claim(BTC, "me", Duration.ofMinutes(1)));
            assertThat(store.check())
                    .anyMatch(finding ->
                            finding.level() == Level.REFUSED && finding.found().contains("a link that leads nowhere"));
        }
        try (SignalStore looking = FileSignalStore.openReadOnly(data)) {
            assertRefusedAsALink(() -> looking.read(BTC), looking::keys);
        }
    }

    private static void assertRefusedAsALink(ThrowingCallable... acts) {
        for (ThrowingCallable act : acts) {
            assertThatThrownBy(act)
                    .isInstanceOf(StoreRefusedException.class)
                    .hasMessageContaining("breakout was a link");
        }
    }

    @Test
    void aDataFolderThatWentAwayIsNotTakenForAnEmptyOne() throws IOException {
        Path data = folder.resolve("data");
        try (FileSignalStore store = FileSignalStore.open(data)) {
            store.write(BTC, open(BTC, "a1"));
            Files.move(data, folder.resolve("moved"));
            assertThatThrownBy(() -> store.read(BTC)).isInstanceOf(StoreRefusedException.class);
            Files.createDirectory(data);
            assertThatThrownBy(() -> store.read(BTC))
                    .isInstanceOf(StoreRefusedException.class)
                    .hasMessageContaining("unmounted");
            assertThatThrownBy(() -> store.claims().orElseThrow().holder(BTC))
                    .isInstanceOf(StoreRefusedException.class);
            assertThatThrownBy(() -> store.claims().orElseThrow().claim(BTC, "a", Duration.ofMinutes(1)))
                    .isInstanceOf(StoreRefusedException.class);
            assertThatThrownBy(store::keys).isInstanceOf(StoreRefusedException.class);
            assertThatThrownBy(() -> store.tradeLog().orElseThrow().last(BTC))
                    .isInstanceOf(StoreRefusedException.class);
            assertThatThrownBy(() -> store.write(BTC, open(BTC, "a2"))).isInstanceOf(StoreRefusedException.class);
        }
    }

    @Test
    void checkFindsAllThatIsThereAndChangesNothing() throws IOException {
        try (FileSignalStore store = FileSignalStore.open(folder)) {
            store.write(BTC, open(BTC, "a1"));
            store.write(ODD, open(ODD, "o1"));
            store.tradeLog().orElseThrow().append(closed(BTC, "a0", 1));
            Files.writeString(FileNames.record(folder.toRealPath(), ODD), "rubbish");
            Files.writeString(folder.resolve("notes.txt"), "hello");
            List<String> before = names(folder);

            List<StoreFinding> findings = store.check();

            assertThat(names(folder)).isEqualTo(before);
            assertThat(findings)
                    .extracting(StoreFinding::level, StoreFinding::subject)
                    .contains(
                            Tuple.tuple(Level.OK, "signal breakout/BTCUSDT"),
                            Tuple.tuple(Level.OK, "trades of breakout/BTCUSDT"),
                            Tuple.tuple(Level.WARNING, "file notes.txt"));
            assertThat(findings.stream().map(StoreFinding::subject)).anyMatch(s -> s.startsWith("file system of "));
            assertThat(findings.stream().filter(finding -> finding.level() == Level.DAMAGED))
                    .hasSize(1);
        }
    }

    @Test
    void fileSystemsThatDoNotKeepThePromiseAreKnown() {
        Map<String, String> table = Map.of(
                "memory", "tmpfs ramfs",
                "network or shared folder",
                        "nfs nfs4 cifs smb3 smbfs 9p ceph lustre virtiofs fakeowner vmhgfs prl_fs davfs vboxsf drvfs"
                                + " fuse.sshfs fuse.glusterfs fuse.s3fs fuse.rclone fuse.grpcfuse fuse.vmhgfs-fuse",
                "made by a program", "fuse fuse.fuse-overlayfs fuse.gcsfuse fuse.something",
                "layer of a container", "overlay overlayfs aufs",
                "no journal", "vfat msdos exfat");
        table.forEach((weakness, types) -> {
            for (String type : types.split(" ")) {
                assertThat(FolderCheck.weakness(type).orElse("")).as(type).contains(weakness);
            }
        });
        for (String type : Set.of("ext4", "xfs", "btrfs", "zfs", "apfs", "ntfs", "ntfs3", "fuseblk", "ext2/ext3")) {
            assertThat(FolderCheck.weakness(type)).as(type).isEmpty();
        }
    }

    @Test
    void aFolderInMemoryIsOpenedWithAWarningThatItIsWeak() {
        WatchedDisk memory = new WatchedDisk(new WatchedDisk.Watcher() {
            @Override
            public void before(String step) {}

            @Override
            public String type(String real) {
                return "tmpfs";
            }
        });
        List<String> lines = new CopyOnWriteArrayList<>();
        Logger logger = Logger.getLogger(FileSignalStore.class.getName());
        Filter before = logger.getFilter();
        logger.setFilter(line -> lines.add(line.getMessage()));
        try (FileSignalStore store =
                FileSignalStore.open(folder, memory, InstantSource.system(), Duration.ofSeconds(10))) {
            assertThat(lines)
                    .singleElement()
                    .asString()
                    .contains(
                            "The promise of file:" + folder,
                            "which is memory: a restart of the machine loses everything");
            assertThat(store.check())
                    .anyMatch(finding -> finding.level() == Level.WARNING
                            && finding.subject().startsWith("file system of "));
        } finally {
            logger.setFilter(before);
        }
    }

    @Test
    void theTypeOfTheFileSystemIsTheOneThatTheSystemTells() throws IOException {
        String type = Files.getFileStore(folder).type().toLowerCase(Locale.ROOT);
        try (FileSignalStore store = FileSignalStore.open(folder)) {
            assertThat(store.check())
                    .filteredOn(finding -> finding.subject().startsWith("file system of "))
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.found()).startsWith("its type was " + type));
        }
    }

    @Test
    void readingOnlyTakesNoLockAndChangesNothingWhileAnotherTrades() throws IOException {
        try (FileSignalStore store = FileSignalStore.open(folder)) {
            store.write(BTC, open(BTC, "a1"));
            store.tradeLog().orElseThrow().append(closed(BTC, "a0", 1));
            store.write(ODD, open(ODD, "o1"));
            Files.writeString(FileNames.record(folder.toRealPath(), ODD), "rubbish");
            List<String> before = names(folder);
            try (SignalStore reader = FileSignalStore.openReadOnly(folder)) {
                assertThat(reader.read(BTC)).contains(open(BTC, "a1"));
                assertThat(reader.tradeLog().orElseThrow().last(BTC)).contains(closed(BTC, "a0", 1));
                assertThatThrownBy(() -> reader.read(ODD))
                        .isInstanceOf(UnreadableSignalException.class)
                        .hasMessageContaining("No new entry will be taken until you run");
                assertThatThrownBy(() -> reader.write(BTC, open(BTC, "a2"))).isInstanceOf(StoreRefusedException.class);
                assertThat(reader.check()).isNotEmpty();
                store.write(BTC, open(BTC, "a2"));
                store.tradeLog().orElseThrow().append(closed(BTC, "a1", 2));
                assertThat(reader.read(BTC)).contains(open(BTC, "a2"));
                assertThat(reader.tradeLog().orElseThrow().last(BTC)).contains(closed(BTC, "a1", 2));
            }
            assertThat(names(folder)).isEqualTo(before);
            store.write(BTC, open(BTC, "a3"));
        }
    }

    @Test
    void readingOnlyRefusesAFolderThatIsNotThereAndMakesNone() {
        Path missing = folder.resolve("nothing");
        assertThatThrownBy(() -> FileSignalStore.openReadOnly(missing))
                .isInstanceOf(StoreRefusedException.class)
                .hasMessage("Cannot open store file:" + missing + ": " + missing
                        + " is not there. Check the path, or whether a disk is missing.");
        assertThat(missing).doesNotExist();
    }
}
