package io.backtestkit.store.file;

import static io.backtestkit.store.file.Samples.BTC;
import static io.backtestkit.store.file.Samples.closed;
import static io.backtestkit.store.file.Samples.names;
import static io.backtestkit.store.file.Samples.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.ClaimAnswer;
import io.backtestkit.store.Claims;
import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.store.TradeLog;
import io.backtestkit.store.UnreadableSignalException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FaultTest {

    private static final String EIO = "Input/output error";

    private static final List<String> WRITE_STEPS = List.of(
            "folder breakout",
            "create BTCUSDT.json.tmp",
            "write BTCUSDT.json.tmp",
            "force BTCUSDT.json.tmp",
            "move BTCUSDT.json",
            "force breakout");

    private static final List<String> DELETE_STEPS =
            List.of("folder breakout", "delete BTCUSDT.json", "force breakout");

    private static final List<String> LOG_STEPS =
            List.of("append BTCUSDT.trades.jsonl", "write BTCUSDT.trades.jsonl", "force BTCUSDT.trades.jsonl");

    /** What a failing write leaves of its bytes: nothing, half, all but the line feed, all. */
    private static final List<IntUnaryOperator> PARTS =
            List.of(bytes -> 0, bytes -> bytes / 2, bytes -> bytes - 1, bytes -> bytes);

    private final Path folder;
    private final FaultyDisk disk = new FaultyDisk();

    FaultTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private FileSignalStore store() {
        return Samples.store(folder, disk);
    }

    private List<String> stepsOf(Runnable work) {
        int before = disk.steps.size();
        work.run();
        return List.copyOf(disk.steps.subList(before, disk.steps.size()));
    }

    @Test
    void writingAndDeletingTakeTheirStepsInThisOrder() {
        try (FileSignalStore store = store()) {
            store.write(BTC, open(BTC, "a1"));
            assertThat(stepsOf(() -> store.write(BTC, open(BTC, "a2")))).isEqualTo(WRITE_STEPS);
            assertThat(stepsOf(() -> store.delete(BTC))).isEqualTo(DELETE_STEPS);
            assertThat(stepsOf(() -> store.delete(BTC)))
                    .as("of an absent record")
                    .isEqualTo(DELETE_STEPS);
        }
    }

    @Test
    void theFirstWriteOfAStrategyForcesTheFolderAroundItsOwn() {
        try (FileSignalStore store = store()) {
            String data = FileNames.nameOf(folder);
            assertThat(stepsOf(() -> store.write(BTC, open(BTC, "a1"))))
                    .startsWith("createFolder breakout", "folder " + data, "force " + data)
                    .endsWith(WRITE_STEPS.toArray(String[]::new));
        }
    }

    @Test
    void openingForcesWhatItMakesAndWhatItFinds() {
        Path deep = folder.resolve("x/data");
        List<String> first = stepsOf(() -> Samples.store(deep, disk).close());
        assertThat(first)
                .containsSubsequence(
                        "createFolder x",
                        "force " + FileNames.nameOf(folder),
                        "createFolder data",
                        "force x",
                        "force data");
        try (FileSignalStore store = Samples.store(deep, disk)) {
            store.write(BTC, open(BTC, "a1"));
        }
        assertThat(stepsOf(() -> Samples.store(deep, disk).close()))
                .containsSubsequence("force x", "force data", "force breakout");
    }

    @Test
    void aFolderThatAnotherOpenerMakesMeanwhileIsForcedAllTheSame() {
        Path deep = folder.resolve("x/data");
        disk.fail("", step -> {
            if (step.equals("createFolder x")) {
                makeFolders(deep);
            }
            return false;
        });
        assertThat(stepsOf(() -> Samples.store(deep, disk).close()))
                .containsSubsequence("createFolder x", "force " + FileNames.nameOf(folder), "force x", "force data");
    }

    private static void makeFolders(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aFailureAtAnyStepOfAWriteLeavesTheOldOrTheNewSignalWhole() {
        try (FileSignalStore store = store()) {
            store.write(BTC, open(BTC, "old"));
            for (int step = 0; step < WRITE_STEPS.size(); step++) {
                Signal next = open(BTC, "new" + step);
                disk.failStep(step, EIO);
                StoreUnavailableException failure =
                        catchThrowableOfType(StoreUnavailableException.class, () -> store.write(BTC, next));
                disk.heal();
                boolean atOrAfterTheRename = step >= WRITE_STEPS.indexOf("move BTCUSDT.json");
                assertThat(failure.mayHaveHappened()).as(WRITE_STEPS.get(step)).isEqualTo(atOrAfterTheRename);
                assertThat(store.read(BTC))
                        .as(WRITE_STEPS.get(step))
                        .contains(step == WRITE_STEPS.size() - 1 ? next : open(BTC, "old"));
                assertThat(names(folder)).as("no litter").containsExactly("breakout/BTCUSDT.json");
                store.write(BTC, open(BTC, "old"));
            }
        }
    }

    @Test
    void aFailureAtAnyStepOfADeleteIsReportedAndDoneByARepeat() {
        try (FileSignalStore store = store()) {
            for (int step = 0; step < DELETE_STEPS.size(); step++) {
                store.write(BTC, open(BTC, "old"));
                disk.failStep(step, EIO);
                StoreUnavailableException failure =
                        catchThrowableOfType(StoreUnavailableException.class, () -> store.delete(BTC));
                disk.heal();
                assertThat(failure.mayHaveHappened()).isEqualTo(step > 0);
                assertThat(store.read(BTC).isPresent()).isEqualTo(step < 2);
                store.delete(BTC);
                assertThat(store.read(BTC)).isEmpty();
                assertThat(names(folder)).isEmpty();
            }
        }
    }

    @Test
    void anEndThatFailsOnceItIsLoggedMayHaveHappenedWhateverTheReason() {
        for (String reason :
                List.of(EIO, "Permission denied", "Read-only file system", "Too many open files", "No space left")) {
            for (int step = 0; step < DELETE_STEPS.size(); step++) {
                EndedSignal ended = closed(BTC, reason + step, 1);
                try (FileSignalStore store = store()) {
                    store.tradeLog().orElseThrow().append(closed(BTC, "before" + reason + step, 0));
                    store.write(BTC, open(BTC, reason + step));
                    disk.failStep(LOG_STEPS.size() + step, reason);
                    StoreUnavailableException failure =
                            catchThrowableOfType(StoreUnavailableException.class, () -> store.end(ended));
                    disk.heal();
                    assertThat(failure.mayHaveHappened())
                            .as(reason + " at " + DELETE_STEPS.get(step))
                            .isTrue();
                    assertThat(store.tradeLog().orElseThrow().last(BTC)).contains(ended);
                    assertThat(stepsOf(() -> store.end(ended))).endsWith(DELETE_STEPS.toArray(String[]::new));
                    assertThat(store.read(BTC)).isEmpty();
                }
            }
        }
    }

    @Test
    void anEndThatFailsUnderAClaimOnceItIsLoggedMayHaveHappened() {
        try (FileSignalStore store = store()) {
            Claims claims = store.claims().orElseThrow();
            if (!(claims.claim(BTC, "me", Duration.ofMinutes(1)) instanceof ClaimAnswer.Granted granted)) {
                throw new AssertionError("the slot is free");
            }
            claims.write(granted.claim(), open(BTC, "a1"));
            disk.fail("Permission denied", step -> step.startsWith("delete"));
            assertThatThrownBy(() -> claims.end(granted.claim(), closed(BTC, "a1", 1)))
                    .isInstanceOfSatisfying(
                            StoreUnavailableException.class,
                            failure -> assertThat(failure.mayHaveHappened()).isTrue())
                    .hasMessageContaining("its end was logged, then access to");
        }
    }

    @Test
    void settingAsideThatFailsOnceTheClaimIsSetAsideMayHaveHappened() throws IOException {
        try (FileSignalStore store = store()) {
            store.write(BTC, open(BTC, "a1"));
            Files.writeString(folder.resolve("breakout/BTCUSDT.json"), "no signal");
            Files.writeString(folder.resolve("breakout/BTCUSDT.claim"), "no claim");
            disk.fail("Permission denied", step -> step.equals("delete BTCUSDT.json"));
            assertThatThrownBy(() -> store.setAside(BTC))
                    .isInstanceOfSatisfying(
                            StoreUnavailableException.class,
                            failure -> assertThat(failure.mayHaveHappened()).isTrue());
            assertThatThrownBy(() -> store.setAside(BTC))
                    .as("of the signal alone")
                    .isInstanceOf(StoreRefusedException.class);
        }
    }

    private static final List<String> REPLACE_STEPS = List.of(
            "folder breakout",
            "create BTCUSDT.json.damaged.tmp",
            "write BTCUSDT.json.damaged.tmp",
            "force BTCUSDT.json.damaged.tmp",
            "move BTCUSDT.json.damaged",
            "force breakout",
            "folder breakout",
            "create BTCUSDT.json.tmp",
            "write BTCUSDT.json.tmp",
            "force BTCUSDT.json.tmp",
            "move BTCUSDT.json",
            "force breakout");

    private void damage() {
        try {
            Files.createDirectories(folder.resolve("breakout"));
            Files.deleteIfExists(folder.resolve("breakout/BTCUSDT.json.damaged"));
            Files.writeString(folder.resolve("breakout/BTCUSDT.json"), "rubbish");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aReplacementIsRenamedOverTheDamageOnceACopyOfThatIsDurable() {
        try (FileSignalStore store = store()) {
            store.write(BTC, open(BTC, "a1"));
            damage();

            assertThat(stepsOf(() -> store.setAside(BTC, open(BTC, "right")))).isEqualTo(REPLACE_STEPS);
        }
    }

    @Test
    void aFailureAtAnyStepOfAReplacementLeavesTheDamageOrTheReplacement() {
        for (int step = 0; step < REPLACE_STEPS.size(); step++) {
            try (FileSignalStore store = store()) {
                damage();
                disk.failStep(step, EIO);
                assertThatThrownBy(() -> store.setAside(BTC, open(BTC, "right")))
                        .as(REPLACE_STEPS.get(step))
                        .isInstanceOf(StoreUnavailableException.class);
                disk.heal();
                assertDamagedOrReplaced(store, step);
            }
        }
    }

    /** What is never made in a process that is gone is not made later either. */
    @Test
    void aReplacementThatIsKilledBeforeAnyOfItsStepsIsFoundDamagedOrWholeAndIsCompletedByTheNextTry() {
        for (int step = 0; step < REPLACE_STEPS.size(); step++) {
            int last = step;
            try (FileSignalStore store = store()) {
                damage();
                int before = disk.steps.size();
                disk.fail(EIO, each -> disk.steps.size() - before > last);
                assertThatThrownBy(() -> store.setAside(BTC, open(BTC, "right")))
                        .as(REPLACE_STEPS.get(step))
                        .isInstanceOf(StoreUnavailableException.class);
                disk.heal();
            }
            try (FileSignalStore next = store()) {
                assertDamagedOrReplaced(next, step);
            }
        }
    }

    private void assertDamagedOrReplaced(FileSignalStore store, int step) {
        String failing = step + ", " + REPLACE_STEPS.get(step);
        boolean replaced = step > REPLACE_STEPS.indexOf("move BTCUSDT.json");
        if (replaced) {
            assertThat(store.read(BTC)).as(failing).contains(open(BTC, "right"));
        } else {
            assertThatThrownBy(() -> store.read(BTC)).as(failing).isInstanceOf(UnreadableSignalException.class);
        }
        assertThat(store.keys()).as(failing).containsExactly(BTC);

        assertThat(store.setAside(BTC, open(BTC, "right")).isEmpty())
                .as(failing)
                .isEqualTo(replaced);

        assertThat(store.read(BTC)).as(failing).contains(open(BTC, "right"));
        assertThat(folder.resolve("breakout/BTCUSDT.json.damaged")).hasContent("rubbish");
        assertThat(folder.resolve("breakout/BTCUSDT.json.2.damaged")).doesNotExist();
    }

    @Test
    void whatTheSystemRefusesIsRefusedAndTheOldSignalStays() {
        Map<String, String> reasons = Map.of(
                "No space left on device", "the disk was full",
                "Disk quota exceeded", "quota",
                "Permission denied", "was denied",
                "Operation not permitted", "was denied",
                "Read-only file system", "read-only");
        try (FileSignalStore store = store()) {
            store.write(BTC, open(BTC, "old"));
            reasons.forEach((reason, told) -> {
                for (String act : List.of("create", "write", "move")) {
                    disk.fail(reason, step -> step.startsWith(act));
                    assertThatThrownBy(() -> store.write(BTC, open(BTC, "new")))
                            .as("%s at %s", reason, act)
                            .isInstanceOf(StoreRefusedException.class)
                            .hasMessageStartingWith("Cannot write signal breakout/BTCUSDT in file:")
                            .hasMessageContaining(told);
                    disk.heal();
                    assertThat(store.read(BTC)).contains(open(BTC, "old"));
                }
            });
        }
    }

    @Test
    void tooManyOpenFilesIsNoticedBeforeAnythingChanges() {
        try (FileSignalStore store = store()) {
            store.write(BTC, open(BTC, "old"));
            disk.fail("Too many open files", step -> step.startsWith("folder") || step.startsWith("create"));
            StoreUnavailableException failure =
                    catchThrowableOfType(StoreUnavailableException.class, () -> store.write(BTC, open(BTC, "new")));
            assertThat(failure.mayHaveHappened()).isFalse();
            assertThat(failure).hasMessageContaining("ulimit");
            assertThat(store.read(BTC)).contains(open(BTC, "old"));
        }
    }

    @Test
    void anErrorAfterTheRenameIsUnknownWhateverItsReason() {
        try (FileSignalStore store = store()) {
            store.write(BTC, open(BTC, "old"));
            disk.fail("No space left on device", step -> step.equals("force breakout"));
            StoreUnavailableException failure =
                    catchThrowableOfType(StoreUnavailableException.class, () -> store.write(BTC, open(BTC, "new")));
            assertThat(failure.mayHaveHappened()).isTrue();
        }
    }

    @Test
    void aSlotWhoseLastChangeIsUnknownIsWrittenOnceMoreBeforeItIsRead() {
        try (FileSignalStore store = store()) {
            store.write(BTC, open(BTC, "old"));
            disk.fail(EIO, step -> step.equals("force breakout"));
            assertThatThrownBy(() -> store.write(BTC, open(BTC, "new"))).isInstanceOf(StoreUnavailableException.class);
            disk.heal();
            assertThat(stepsOf(() -> assertThat(store.read(BTC)).contains(open(BTC, "new"))))
                    .isEqualTo(WRITE_STEPS);
            assertThat(stepsOf(() -> store.read(BTC))).isEmpty();
        }
    }

    @Test
    void aReadThatCannotSettleAnUnknownChangeDoesNotAnswer() {
        try (FileSignalStore store = store()) {
            store.write(BTC, open(BTC, "old"));
            disk.fail(EIO, step -> step.equals("force breakout"));
            assertThatThrownBy(() -> store.write(BTC, open(BTC, "new"))).isInstanceOf(StoreUnavailableException.class);
            assertThatThrownBy(() -> store.read(BTC))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("whether its last change survives a power cut is not known");
        }
    }

    @Test
    void afterTwoFailedFlushesInARowEveryChangeIsRefusedUntilItIsOpenedAgain() {
        SignalKey eth = new SignalKey("breakout", "ETHUSDT");
        try (FileSignalStore store = store()) {
            store.write(BTC, open(BTC, "old"));
            disk.fail(EIO, step -> step.startsWith("force") && step.endsWith(".tmp"));
            for (int failed = 0; failed < 2; failed++) {
                assertThatThrownBy(() -> store.write(BTC, open(BTC, "new")))
                        .isInstanceOf(StoreUnavailableException.class);
            }
            disk.heal();
            for (Runnable change : List.<Runnable>of(
                    () -> store.write(BTC, open(BTC, "new")),
                    () -> store.write(eth, open(eth, "new")),
                    () -> store.delete(BTC),
                    () -> store.tradeLog().orElseThrow().append(closed(BTC, "a1", 1)))) {
                assertThatThrownBy(change::run)
                        .isInstanceOf(StoreRefusedException.class)
                        .hasMessageContaining("failed 2 times in a row")
                        .hasMessageContaining("open the store again");
            }
            assertThat(store.read(BTC)).contains(open(BTC, "old"));
            assertThat(store.check()).anyMatch(finding -> finding.level() == StoreFinding.Level.REFUSED);
        }
        try (FileSignalStore store = store()) {
            store.write(BTC, open(BTC, "new"));
            assertThat(store.read(BTC)).contains(open(BTC, "new"));
        }
    }

    @Test
    void aFlushThatWorksInBetweenForgivesOneThatFailed() {
        try (FileSignalStore store = store()) {
            for (int round = 0; round < 3; round++) {
                disk.fail(EIO, step -> step.startsWith("force BTC"));
                assertThatThrownBy(() -> store.write(BTC, open(BTC, "new")))
                        .isInstanceOf(StoreUnavailableException.class);
                disk.heal();
                store.write(BTC, open(BTC, "round" + round));
            }
        }
    }

    @Test
    void aFolderThatCouldNotBeForcedIsMadeAgain() {
        try (FileSignalStore store = store()) {
            disk.fail(EIO, step -> step.equals("force " + FileNames.nameOf(folder)));
            assertThatThrownBy(() -> store.write(BTC, open(BTC, "a1"))).isInstanceOf(StoreUnavailableException.class);
            disk.heal();
            assertThat(folder.resolve("breakout")).doesNotExist();
            assertThat(stepsOf(() -> store.write(BTC, open(BTC, "a1")))).contains("createFolder breakout");
        }
    }

    @Test
    void aFailureAtAnyStepOfAnAppendLosesNoTradeAndGluesNoLines() {
        try (FileSignalStore store = store()) {
            TradeLog log = store.tradeLog().orElseThrow();
            int number = 0;
            log.append(closed(BTC, "t" + number, number));
            for (String act : List.of("append", "write", "force", "folder", "create", "move")) {
                number++;
                var next = closed(BTC, "t" + number, number);
                if (List.of("folder", "create", "move").contains(act)) {
                    // the steps of writing a log in full, which a failed flush leads to
                    assertThat(failingAppend(log, next, "force")).isTrue();
                }
                assertThat(failingAppend(log, next, act)).as(act).isTrue();
                assertThat(log.trades(BTC)).as(act).hasSizeBetween(number, number + 1);
                log.append(next);
                assertThat(log.trades(BTC)).as(act).hasSize(number + 1);
                assertThat(log.last(BTC)).contains(next);
            }
        }
        try (FileSignalStore store = store()) {
            assertThat(store.tradeLog().orElseThrow().trades(BTC)).hasSize(7);
        }
    }

    private boolean failingAppend(TradeLog log, EndedSignal next, String act) {
        disk.fail(EIO, step -> step.startsWith(act + " "));
        Optional<SignalStoreException> failure = Optional.empty();
        try {
            log.append(next);
        } catch (SignalStoreException e) {
            failure = Optional.of(e);
        }
        disk.heal();
        return failure.isPresent();
    }

    @Test
    void anAppendThatIsRefusedInTheMiddleLeavesTheLogAsItWas() throws IOException {
        Path file = folder.resolve("breakout/BTCUSDT.trades.jsonl");
        try (FileSignalStore store = store()) {
            TradeLog log = store.tradeLog().orElseThrow();
            log.append(closed(BTC, "t0", 0));
            byte[] before = Files.readAllBytes(file);
            for (IntUnaryOperator left : PARTS) {
                disk.leave(left);
                disk.fail("No space left on device", step -> step.startsWith("write"));
                assertThatThrownBy(() -> log.append(closed(BTC, "t1", 1))).isInstanceOf(StoreRefusedException.class);
                disk.heal();
                assertThat(file).hasBinaryContent(before);
                assertThat(log.trades(BTC)).containsExactly(closed(BTC, "t0", 0));
            }
            assertThat(stepsOf(() -> log.append(closed(BTC, "t1", 1))))
                    .as("the log is not written again in full, which a full disk has no space for")
                    .isEqualTo(LOG_STEPS);
        }
    }

    @Test
    void anAppendThatCannotBeTakenBackMayHaveHappened() {
        try (FileSignalStore store = store()) {
            TradeLog log = store.tradeLog().orElseThrow();
            int number = 0;
            log.append(closed(BTC, "t0", 0));
            for (IntUnaryOperator left : PARTS.subList(1, PARTS.size())) {
                for (String notTakenBack : List.of("cut", "force")) {
                    EndedSignal next = closed(BTC, "t" + ++number, number);
                    disk.leave(left);
                    disk.fail(
                            "No space left on device",
                            step -> step.startsWith("write") || step.startsWith(notTakenBack));
                    StoreUnavailableException failure =
                            catchThrowableOfType(StoreUnavailableException.class, () -> log.append(next));
                    disk.heal();
                    assertThat(failure.mayHaveHappened()).as(notTakenBack).isTrue();
                    log.append(next);
                    assertThat(log.trades(BTC)).hasSize(number + 1);
                }
            }
        }
    }

    @Test
    void anAppendThatFailsWithoutARefusalMayHaveHappenedAlsoOnceItIsTakenBack() throws IOException {
        Path file = folder.resolve("breakout/BTCUSDT.trades.jsonl");
        try (FileSignalStore store = store()) {
            TradeLog log = store.tradeLog().orElseThrow();
            log.append(closed(BTC, "t0", 0));
            byte[] before = Files.readAllBytes(file);
            for (IntUnaryOperator left : PARTS) {
                disk.leave(left);
                disk.fail(EIO, step -> step.startsWith("write"));
                StoreUnavailableException failure =
                        catchThrowableOfType(StoreUnavailableException.class, () -> log.append(closed(BTC, "t1", 1)));
                disk.heal();
                assertThat(failure.mayHaveHappened()).isTrue();
                assertThat(file).hasBinaryContent(before);
                assertThat(log.trades(BTC)).hasSize(1);
            }
        }
    }

    @Test
    void anAppendWhoseFlushFailedIsWrittenInFullElsewhereBeforeItIsBelieved() {
        try (FileSignalStore store = store()) {
            TradeLog log = store.tradeLog().orElseThrow();
            log.append(closed(BTC, "t0", 0));
            disk.fail(EIO, step -> step.equals("force BTCUSDT.trades.jsonl"));
            StoreUnavailableException failure =
                    catchThrowableOfType(StoreUnavailableException.class, () -> log.append(closed(BTC, "t1", 1)));
            assertThat(failure.mayHaveHappened()).isTrue();
            disk.heal();
            assertThat(stepsOf(() -> log.append(closed(BTC, "t1", 1))))
                    .contains("create BTCUSDT.trades.jsonl.tmp", "move BTCUSDT.trades.jsonl", "force breakout");
            assertThat(log.trades(BTC)).hasSize(2);
        }
    }

    @Test
    void aLogThatAnotherStoreAddedToOrReplacedIsFlushedBeforeItIsAnsweredFrom() throws IOException {
        Path file = folder.resolve("breakout/BTCUSDT.trades.jsonl");
        List<String> flushed = List.of(
                "append BTCUSDT.trades.jsonl", "force BTCUSDT.trades.jsonl", "folder breakout", "force breakout");
        try (FileSignalStore store = store();
                FileSignalStore other = FileSignalStore.open(folder)) {
            TradeLog log = store.tradeLog().orElseThrow();
            log.append(closed(BTC, "t0", 0));
            assertThat(stepsOf(() -> log.last(BTC))).isEmpty();

            other.tradeLog().orElseThrow().append(closed(BTC, "t1", 1));
            assertThat(stepsOf(() -> assertThat(log.last(BTC)).contains(closed(BTC, "t1", 1))))
                    .isEqualTo(flushed);
            assertThat(stepsOf(() -> log.last(BTC))).isEmpty();

            Path same = Files.copy(file, folder.resolve("breakout/same"));
            Files.move(same, file, StandardCopyOption.ATOMIC_MOVE);
            assertThat(stepsOf(() -> assertThat(log.trades(BTC)).hasSize(2))).isEqualTo(flushed);
        }
    }

    @Test
    void aDataFolderThatIsTheRootOfItsDiskIsOpenedWithoutLookingIntoLostAndFound() throws IOException {
        Files.createDirectories(folder.resolve("lost+found"));
        Files.createDirectories(folder.resolve("Of somebody/else.tmp"));
        disk.fail(
                "Permission denied",
                step -> step.equals("list lost+found")
                        || step.equals("folder lost+found")
                        || step.equals("list Of somebody"));
        try (FileSignalStore store = store()) {
            store.write(BTC, open(BTC, "a1"));
            store.tradeLog().orElseThrow().append(closed(BTC, "a0", 0));
            assertThat(store.keys()).containsExactly(BTC);
            assertThat(store.tradeLog().orElseThrow().loggedKeys()).containsExactly(BTC);
            assertThat(store.check())
                    .filteredOn(finding -> finding.found().equals("it is not of this store"))
                    .extracting(StoreFinding::subject)
                    .containsExactly("folder Of somebody");
        }
    }

    @Test
    void aFailureWhileOpeningGivesTheFolderBack() {
        disk.fail(EIO, step -> step.equals("force " + FileNames.nameOf(folder)));
        assertThatThrownBy(this::store)
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageStartingWith("Cannot open store file:");
        disk.heal();
        store().close();
        assertThat(names(folder)).isEmpty();
    }
}
