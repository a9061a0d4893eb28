package io.backtestkit.store.file;

import static io.backtestkit.store.file.Samples.BTC;
import static io.backtestkit.store.file.Samples.closed;
import static io.backtestkit.store.file.Samples.names;
import static io.backtestkit.store.file.Samples.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.store.StoreUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class SeveralProcessesTest {

    private static final Duration LONG = Duration.ofMinutes(2);
    private static final Duration SHORT = Duration.ofMillis(50);

    private final Path folder;

    SeveralProcessesTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private FileSignalStore impatient() {
        return FileSignalStore.open(folder, new LocalDisk(), InstantSource.system(), SHORT);
    }

    @Test
    void severalProcessesOpenAnEmptyFolderAtOnceAndChangeItTogether() throws Exception {
        Path data = folder.resolve("deep/data");
        List<OtherProcess> others = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                others.add(OtherProcess.start(data, LONG));
            }
            others.forEach(other -> other.say("open"));
            for (OtherProcess other : others) {
                assertThat(other.answer()).isEqualTo("open");
            }
            for (int i = 0; i < 3; i++) {
                others.get(i).say("log OWN" + i + " 40 p" + i);
            }
            for (OtherProcess other : others) {
                assertThat(other.answer()).isEqualTo("done");
            }
            try (FileSignalStore store = FileSignalStore.open(data)) {
                for (int i = 0; i < 3; i++) {
                    SignalKey own = new SignalKey("breakout", "OWN" + i);
                    assertThat(store.read(own).map(Signal::id)).contains("p" + i + "-39");
                    assertThat(others.get(i).tell("read OWN" + (i + 1) % 3)).isEqualTo("p" + (i + 1) % 3 + "-39");
                }
                assertThat(store.tradeLog().orElseThrow().trades(BTC))
                        .extracting(trade -> trade.signal().id())
                        .hasSize(120)
                        .doesNotHaveDuplicates();
            }
            assertThat(names(data)).noneMatch(name -> name.contains("tmp") || name.contains("damaged"));
        } finally {
            for (OtherProcess other : others) {
                other.close();
            }
        }
    }

    @Test
    void aProcessPausedInTheMiddleOfAChangeIsReportedByNameAndNothingIsTorn() throws Exception {
        try (OtherProcess other = OtherProcess.start(folder, LONG);
                FileSignalStore store = impatient()) {
            store.write(BTC, open(BTC, "old"));
            other.tell("open");
            other.tell("pause BTCUSDT");
            assertThat(other.tell("write BTCUSDT new")).isEqualTo("in the middle");
            other.pause();

            StoreUnavailableException failure =
                    catchThrowableOfType(StoreUnavailableException.class, () -> store.write(BTC, open(BTC, "mine")));
            assertThat(failure.mayHaveHappened()).isFalse();
            assertThat(failure)
                    .hasMessage("Cannot write signal breakout/BTCUSDT in file:" + folder + ": process " + other.number()
                            + " was in the middle of a change and did not end it. If that process was paused, let it go"
                            + " on or end it; nothing of its change is torn.");
            assertThatThrownBy(() -> store.tradeLog().orElseThrow().append(closed(BTC, "a1", 1)))
                    .isInstanceOf(StoreUnavailableException.class);
            assertThat(store.read(BTC)).as("reading takes no lock").contains(open(BTC, "old"));
            assertThat(store.check()).isNotEmpty();

            other.resume();
            assertThat(other.tell("go on")).isEqualTo("done");
            assertThat(store.read(BTC)).contains(open(BTC, "new"));
            store.write(BTC, open(BTC, "mine"));
            assertThat(other.tell("read BTCUSDT")).isEqualTo("mine");
        }
    }

    @Test
    void openingNeverTouchesWhatALivingProcessIsWriting() throws Exception {
        try (OtherProcess other = OtherProcess.start(folder, LONG)) {
            other.tell("open");
            other.tell("pause BTCUSDT");
            assertThat(other.tell("write BTCUSDT new")).isEqualTo("in the middle");
            List<String> before = names(folder);
            assertThat(before).hasSize(1).allMatch(name -> name.endsWith(".tmp"));

            assertThatThrownBy(this::impatient)
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageStartingWith("Cannot open store file:" + folder + ": process " + other.number());

            assertThat(names(folder)).isEqualTo(before);
            assertThat(other.tell("go on")).isEqualTo("done");
            try (FileSignalStore store = impatient()) {
                assertThat(store.read(BTC)).contains(open(BTC, "new"));
            }
            assertThat(names(folder)).containsExactly("breakout/BTCUSDT.json");
        }
    }

    @Test
    void aProcessKilledInTheMiddleOfAChangeBlocksNobodyAndLeavesTheOldSignal() throws Exception {
        try (OtherProcess other = OtherProcess.start(folder, LONG);
                FileSignalStore store = impatient()) {
            store.write(BTC, open(BTC, "old"));
            other.tell("open");
            other.tell("pause BTCUSDT");
            assertThat(other.tell("write BTCUSDT new")).isEqualTo("in the middle");
            other.kill();

            assertThat(store.read(BTC)).contains(open(BTC, "old"));
            store.write(BTC, open(BTC, "mine"));
            assertThat(store.read(BTC)).contains(open(BTC, "mine"));
        }
        FileSignalStore.open(folder).close();
        assertThat(names(folder))
                .as("what was half written is set aside by the next to open")
                .hasSize(2)
                .anyMatch(name -> name.endsWith(".tmp.stale"));
    }

    @Test
    void aProcessPausedOutsideOfAChangeBlocksNobody() throws Exception {
        try (OtherProcess other = OtherProcess.start(folder, LONG);
                FileSignalStore store = impatient()) {
            other.tell("open");
            other.tell("write BTCUSDT theirs");
            other.pause();
            store.write(BTC, open(BTC, "mine"));
            store.delete(BTC);
            other.resume();
            assertThat(other.tell("read BTCUSDT")).isEqualTo("nothing");
        }
    }

    @Test
    void aTradeThatAnotherProcessLoggedIsSeenAndNotLoggedAgain() throws Exception {
        try (OtherProcess other = OtherProcess.start(folder, LONG);
                FileSignalStore store = FileSignalStore.open(folder)) {
            store.tradeLog().orElseThrow().append(closed(BTC, "mine", 0));
            other.tell("open");
            assertThat(other.tell("log OWN 2 p")).isEqualTo("done");
            assertThat(store.tradeLog().orElseThrow().last(BTC)).contains(closed(BTC, "p-1", 1));
            store.tradeLog().orElseThrow().append(closed(BTC, "p-0", 0));
            assertThat(other.tell("log OWN 3 p")).isEqualTo("done");
            assertThat(store.tradeLog().orElseThrow().trades(BTC))
                    .extracting(trade -> trade.signal().id())
                    .containsExactly("mine", "p-0", "p-1", "p-2");
        }
    }

    @Test
    void storesOfOneProcessShareTheLockAndTheLastOneGivesItBack() throws Exception {
        CountDownLatch inTheMiddle = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        WatchedDisk pausing = new WatchedDisk(step -> {
            if (step.equals("move BTCUSDT.json")) {
                inTheMiddle.countDown();
                await(goOn);
            }
        });
        Path link = Files.createSymbolicLink(folder.resolve("link"), Files.createDirectory(folder.resolve("data")));
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try (OtherProcess other = OtherProcess.start(link, SHORT);
                FileSignalStore first =
                        FileSignalStore.open(folder.resolve("data"), pausing, InstantSource.system(), LONG);
                FileSignalStore second = FileSignalStore.open(link, new LocalDisk(), InstantSource.system(), SHORT)) {
            assertThat(other.tell("open")).isEqualTo("open");
            FileSignalStore.open(link).close(); // must not lose the lock of the others
            Future<?> writing = threads.submit(() -> first.write(BTC, open(BTC, "first")));
            await(inTheMiddle);
            assertThatThrownBy(() -> second.write(BTC, open(BTC, "second")))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("another store of this process was in the middle of a change");
            assertThat(other.tell("write BTCUSDT theirs"))
                    .startsWith("StoreUnavailableException: ")
                    .contains("process " + ProcessHandle.current().pid() + " was in the middle");
            goOn.countDown();
            writing.get();
            second.write(BTC, open(BTC, "second"));
            assertThat(other.tell("write BTCUSDT theirs")).isEqualTo("done");
            assertThat(first.read(BTC)).contains(open(BTC, "theirs"));
        } finally {
            threads.shutdownNow();
        }
        assertThat(registered(folder.resolve("data"))).isEmpty();
    }

    /** Returns the name by which class loaders tell each other that a folder is open here. */
    private static Optional<String> registered(Path data) throws IOException {
        String key = String.valueOf(
                Files.readAttributes(data, BasicFileAttributes.class).fileKey());
        return System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith("io.backtestkit.store.file.open:") && name.endsWith(":" + key))
                .findFirst();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aFolderOpenInAnotherClassLoaderIsRefused() throws Exception {
        String open;
        try (SignalStore store = FileSignalStore.open(folder)) {
            assertThat(store.read(BTC)).isEmpty();
            open = registered(folder).orElseThrow();
        }
        System.setProperty(open, "yes");
        try {
            assertThatThrownBy(() -> FileSignalStore.open(folder))
                    .isInstanceOf(StoreRefusedException.class)
                    .hasMessageContaining("another class loader of this process has it open");
        } finally {
            System.clearProperty(open);
        }
        FileSignalStore.open(folder).close();
    }

    @Test
    void aLockFileThatWasReplacedIsNoticed() throws Exception {
        try (FileSignalStore store = FileSignalStore.open(folder)) {
            Files.delete(folder.resolve(".lock"));
            assertThatThrownBy(() -> store.write(BTC, open(BTC, "a1")))
                    .isInstanceOf(StoreRefusedException.class)
                    .hasMessageContaining(".lock was gone");
            // made beside it first, so that it cannot get the number of the old one
            Files.move(Files.createFile(folder.resolve("other")), folder.resolve(".lock"));
            assertThatThrownBy(() -> store.write(BTC, open(BTC, "a1")))
                    .isInstanceOf(StoreRefusedException.class)
                    .hasMessageContaining("was another file than at opening");
        }
    }
}
