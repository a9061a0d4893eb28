package io.backtestkit.store.file;

import static io.backtestkit.store.file.Samples.BTC;
import static io.backtestkit.store.file.Samples.START;
import static io.backtestkit.store.file.Samples.closed;
import static io.backtestkit.store.file.Samples.names;
import static io.backtestkit.store.file.Samples.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.backtestkit.signal.SignalEnvelope;
import io.backtestkit.signal.SignalFormatException;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimAnswer;
import io.backtestkit.store.ClaimAnswer.Granted;
import io.backtestkit.store.ClaimAnswer.Held;
import io.backtestkit.store.ClaimLostException;
import io.backtestkit.store.Claims;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.StoreFinding.Level;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.store.TradeLog;
import io.backtestkit.store.UnreadableSignalException;
import io.backtestkit.testkit.SettableClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class FileClaimsTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final String EIO = "Input/output error";

    private final SettableClock clock = new SettableClock(START);
    private final FaultyDisk disk = new FaultyDisk();
    private final Path folder;
    private final Path file;

    FileClaimsTest(@TempDir Path folder) {
        this.folder = folder;
        this.file = folder.resolve("breakout/BTCUSDT.claim");
    }

    private FileSignalStore store() {
        return FileSignalStore.open(folder, disk.disk, clock, Duration.ofSeconds(10));
    }

    private static Claims claims(SignalStore store) {
        return store.claims().orElseThrow();
    }

    private static Claim granted(ClaimAnswer answer) {
        assertThat(answer).isInstanceOf(Granted.class);
        return answer.claim();
    }

    @Test
    void aClaimIsKeptAsReadableJsonWithAChecksumAndItsEpochOutlivesTheRelease() throws IOException {
        try (FileSignalStore store = store()) {
            Claim claim = granted(claims(store).claim(BTC, "owner \"1\" \\ \u20ac \ud83d\ude80", MINUTE));
            assertThat(Files.readString(file))
                    .matches("\\Q{\"format\":\"backtest-kit claim\",\"version\":1,\"strategy\":\"breakout\","
                            + "\"symbol\":\"BTCUSDT\",\n\"epoch\":1,\"owner\":\"owner \\\"1\\\" \\\\ \u20ac \ud83d\ude80\","
                            + "\"until\":1767225660000,\n\"checksum\":\"\\E[0-9a-f]{8}\"}\n");
            assertThat(claims(store).holder(BTC)).contains(claim);
            claims(store).release(claim);
            assertThat(Files.readString(file)).contains("\"epoch\":1,\"owner\":\"\",\"until\":0");
            assertThat(claims(store).holder(BTC)).isEmpty();
        }
        try (FileSignalStore store = store()) {
            Claim next = granted(claims(store).claim(BTC, "b", MINUTE));
            assertThat(next.epoch()).isEqualTo(2);
            claims(store).write(next, open(BTC, "b1"));
            assertThat(folder.resolve("breakout/BTCUSDT.json")).content().contains("\"epoch\":2,");
            claims(store).delete(next);
            claims(store).release(next);
            store.write(BTC, open(BTC, "c1"));
            assertThat(folder.resolve("breakout/BTCUSDT.json"))
                    .as("written without a claim")
                    .content()
                    .contains("\"epoch\":2,");
        }
    }

    @Test
    void everyKeyAndOwnerOfOddCharactersIsKept() {
        SignalKey odd = new SignalKey("a\"b\\u0041\n/..", "\u0001\\\\\"{} \ud83d\ude80");
        try (FileSignalStore store = store()) {
            Claim claim = granted(claims(store).claim(odd, "\\u0041\\\"", MINUTE));
            claims(store).write(claim, open(odd, "o1"));
        }
        try (FileSignalStore store = store()) {
            assertThat(claims(store).holder(odd).map(Claim::owner)).contains("\\u0041\\\"");
            assertThat(store.read(odd)).contains(open(odd, "o1"));
            assertThat(store.check()).anyMatch(finding -> finding.subject().equals("claim " + odd));
        }
    }

    @Test
    void aStaleOwnerOfAnotherStoreChangesNothingAndItsTradeDoesNotGetIntoTheLog() {
        try (FileSignalStore one = store();
                FileSignalStore other = store()) {
            Claim stale = granted(claims(one).claim(BTC, "a", MINUTE));
            claims(one).write(stale, open(BTC, "a1"));
            assertThat(claims(other).claim(BTC, "b", MINUTE)).isEqualTo(new Held(stale));
            clock.advance(MINUTE);
            claims(one).write(stale, open(BTC, "a2")); // run out, but nobody has succeeded
            Claim next = granted(claims(other).claim(BTC, "b", MINUTE));

            for (Runnable change : List.<Runnable>of(
                    () -> claims(one).write(stale, open(BTC, "a3")),
                    () -> claims(one).delete(stale),
                    () -> claims(one).end(stale, closed(BTC, "a2", 1)),
                    () -> claims(one).renew(stale, MINUTE))) {
                assertThatThrownBy(change::run)
                        .isInstanceOf(ClaimLostException.class)
                        .hasMessageContaining("its epoch was 2, held by b until " + next.until()
                                + "; this claim had epoch 1. Stop trading it here at once.");
            }
            claims(one).release(stale);
            assertThat(claims(one).holder(BTC)).contains(next);
            assertThat(other.read(BTC)).contains(open(BTC, "a2"));
            assertThat(other.tradeLog().orElseThrow().trades(BTC)).isEmpty();

            claims(other).end(next, closed(BTC, "a2", 1));
            assertThat(one.read(BTC)).isEmpty();
            assertThat(one.tradeLog().orElseThrow().trades(BTC)).hasSize(1);
        }
    }

    @Test
    void changesWithoutAClaimAreRefusedWhileALeaseRuns() {
        try (FileSignalStore store = store()) {
            store.write(BTC, open(BTC, "a1"));
            Claim claim = granted(claims(store).claim(BTC, "a", MINUTE));
            for (Runnable change : List.<Runnable>of(
                    () -> store.write(BTC, open(BTC, "b1")),
                    () -> store.delete(BTC),
                    () -> store.end(closed(BTC, "a1", 1)),
                    () -> store.setAside(BTC))) {
                assertThatThrownBy(change::run)
                        .isInstanceOf(ClaimLostException.class)
                        .hasMessageContaining("it was held by a until " + claim.until());
            }
            assertThat(store.read(BTC)).contains(open(BTC, "a1"));
            TradeLog log = store.tradeLog().orElseThrow();
            assertThat(log.trades(BTC)).isEmpty();
            log.append(closed(BTC, "a0", 1)); // not fenced
            clock.set(claim.until());
            store.end(closed(BTC, "a1", 2));
            assertThat(log.trades(BTC)).hasSize(2);
        }
    }

    @Test
    void aRecordOfALaterEpochIsASuccessorsWork() throws IOException {
        try (FileSignalStore store = store()) {
            Claim claim = granted(claims(store).claim(BTC, "a", MINUTE));
            byte[] later = new SignalEnvelope(open(BTC, "b1"), 5).seal();
            Files.write(folder.resolve("breakout/BTCUSDT.json"), later);
            assertThatThrownBy(() -> claims(store).write(claim, open(BTC, "a2")))
                    .isInstanceOf(ClaimLostException.class)
                    .hasMessageContaining("its epoch was 5");
            assertThatThrownBy(() -> claims(store).delete(claim)).isInstanceOf(ClaimLostException.class);
            assertThat(store.read(BTC)).contains(open(BTC, "b1"));
            assertThat(granted(claims(store).claim(BTC, "a", MINUTE)).epoch()).isEqualTo(6);
        }
    }

    @Test
    void setForwardTheClockEndsALeaseEarlyAndTheEpochStillRefusesTheFormerOwner() {
        try (FileSignalStore store = store()) {
            Claim former = granted(claims(store).claim(BTC, "a", MINUTE));
            clock.advance(Duration.ofDays(1));
            Claim next = granted(claims(store).claim(BTC, "b", MINUTE));
            assertThatThrownBy(() -> claims(store).write(former, open(BTC, "a1")))
                    .isInstanceOf(ClaimLostException.class);
            claims(store).write(next, open(BTC, "b1"));
        }
    }

    @Test
    void setBackTheClockLetsALeaseRunLongerUntilItIsRenewedOrItsOwnerIsKnownToBeDead() {
        try (FileSignalStore store = store()) {
            Claim claim = granted(claims(store).claim(BTC, "a", MINUTE));
            clock.set(START.minus(Duration.ofDays(1)));
            assertThat(claims(store).claim(BTC, "b", MINUTE)).isEqualTo(new Held(claim));
            Claim renewed = claims(store).renew(claim, MINUTE);
            assertThat(renewed.until()).isEqualTo(clock.instant().plus(MINUTE));
            assertThat(granted(claims(store).takeOver(claim, "b", MINUTE)).epoch())
                    .isEqualTo(2);
        }
    }

    @Test
    void oneOfManyThreadsOfSeveralStoresGetsTheSlotAndEveryGrantHasItsOwnEpoch() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (FileSignalStore one = store();
                FileSignalStore two = store()) {
            for (int round = 1; round <= 10; round++) {
                CountDownLatch start = new CountDownLatch(1);
                List<Future<ClaimAnswer>> answers = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    Claims claims = claims(i % 2 == 0 ? one : two);
                    String owner = "owner " + i;
                    answers.add(threads.submit(() -> {
                        start.await();
                        return claims.claim(BTC, owner, MINUTE);
                    }));
                }
                start.countDown();
                List<Claim> granted = new ArrayList<>();
                for (Future<ClaimAnswer> answer : answers) {
                    if (answer.get() instanceof Granted yes) {
                        granted.add(yes.claim());
                    }
                }
                assertThat(granted).hasSize(1);
                assertThat(granted.get(0).epoch()).isEqualTo(round);
                for (Future<ClaimAnswer> answer : answers) {
                    assertThat(answer.get().claim()).isEqualTo(granted.get(0));
                }
                clock.advance(MINUTE);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aProcessPausedPastItsLeaseCannotHarmItsSuccessor() throws Exception {
        try (OtherProcess other = OtherProcess.start(folder, Duration.ofMinutes(2));
                FileSignalStore store = FileSignalStore.open(folder)) {
            other.tell("open");
            assertThat(other.tell("claim BTCUSDT 500")).isEqualTo("Granted 1");
            assertThat(other.tell("claimed-write BTCUSDT theirs")).isEqualTo("done");
            other.pause();
            ClaimAnswer answer = claims(store).claim(BTC, "successor", MINUTE);
            Instant latest = Instant.now().plusSeconds(60);
            while (answer instanceof Held && Instant.now().isBefore(latest)) {
                Thread.onSpinWait();
                answer = claims(store).claim(BTC, "successor", MINUTE);
            }
            Claim next = granted(answer);
            claims(store).write(next, open(BTC, "mine"));
            other.resume();
            assertThat(other.tell("claimed-write BTCUSDT stale"))
                    .startsWith("ClaimLostException: ")
                    .contains("its epoch was 2, held by successor");
            assertThat(other.tell("write BTCUSDT stale"))
                    .startsWith("ClaimLostException: ")
                    .contains("it was held by successor");
            assertThat(store.read(BTC)).contains(open(BTC, "mine"));
        }
    }

    @Test
    void everyFlippedBitAndEveryTruncationOfAClaimIsDetected() throws IOException {
        try (FileSignalStore store = store()) {
            claims(store).claim(BTC, "owner", MINUTE);
        }
        byte[] bytes = Files.readAllBytes(file);
        DataFolder data = DataFolder.lookedAt(folder, "file:x", new LocalDisk());
        assertThat(StoredClaim.open(data, file, bytes).epoch()).isEqualTo(1);
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            byte[] flipped = bytes.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThatThrownBy(() -> StoredClaim.open(data, file, flipped))
                    .as("bit %s", bit)
                    .isInstanceOf(SignalFormatException.class);
        }
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> StoredClaim.open(data, file, cut))
                    .as("length %s", length)
                    .isInstanceOf(SignalFormatException.class);
        }
    }

    @Test
    void aDamagedClaimLetsNothingBeChangedUntilItIsSetAsideAndThenNoOlderClaimFits() throws IOException {
        try (FileSignalStore store = store()) {
            Claim before = granted(claims(store).claim(BTC, "a", MINUTE));
            claims(store).write(before, open(BTC, "a1"));
            Files.writeString(file, "rubbish");
            for (Runnable act : List.<Runnable>of(
                    () -> claims(store).claim(BTC, "b", MINUTE),
                    () -> claims(store).takeOver(before, "b", MINUTE),
                    () -> claims(store).renew(before, MINUTE),
                    () -> claims(store).release(before),
                    () -> claims(store).holder(BTC),
                    () -> claims(store).write(before, open(BTC, "a2")),
                    () -> store.write(BTC, open(BTC, "a2")),
                    () -> store.delete(BTC))) {
                assertThatThrownBy(act::run)
                        .isInstanceOf(UnreadableSignalException.class)
                        .hasMessageContaining("breakout/BTCUSDT")
                        .hasMessageContaining("Kept as breakout/BTCUSDT.claim.damaged");
            }
            assertThat(file).hasContent("rubbish");
            assertThat(store.read(BTC)).contains(open(BTC, "a1"));
            assertThat(store.check())
                    .anyMatch(finding -> finding.level() == Level.DAMAGED
                            && finding.subject().equals("claim breakout/BTCUSDT")
                            && finding.advice().contains("store resolve"));

            assertThat(store.setAside(BTC).map(Path::of))
                    .hasValueSatisfying(copy -> assertThat(copy).hasContent("rubbish"));
            assertThat(store.read(BTC)).contains(open(BTC, "a1"));
            assertThatThrownBy(() -> claims(store).write(before, open(BTC, "a2")))
                    .isInstanceOf(ClaimLostException.class);
            assertThat(granted(claims(store).claim(BTC, "b", MINUTE)).epoch()).isEqualTo(START.getEpochSecond() + 1);
            assertThat(names(folder))
                    .containsExactly(
                            "breakout/BTCUSDT.claim", "breakout/BTCUSDT.claim.damaged", "breakout/BTCUSDT.json");
        }
    }

    @Test
    void aDamagedRecordCanBeClaimedAndItsSettingAsideKeepsTheEpoch() throws IOException {
        try (FileSignalStore store = store()) {
            Claim claim = granted(claims(store).claim(BTC, "a", MINUTE));
            claims(store).write(claim, open(BTC, "a1"));
            Files.writeString(folder.resolve("breakout/BTCUSDT.json"), "rubbish");
            Claim next = granted(claims(store).claim(BTC, "a", MINUTE));
            assertThatThrownBy(() -> claims(store).write(next, open(BTC, "a2")))
                    .isInstanceOf(UnreadableSignalException.class);
            claims(store).release(next);
            assertThat(store.setAside(BTC)).isPresent();
            assertThat(granted(claims(store).claim(BTC, "a", MINUTE)).epoch()).isEqualTo(3);
        }
    }

    @Test
    void aReplacementIsWrittenUnderTheEpochOfTheSlot() throws IOException {
        try (FileSignalStore store = store()) {
            Claim claim = granted(claims(store).claim(BTC, "a", MINUTE));
            claims(store).write(claim, open(BTC, "a1"));
            claims(store).release(claim);
            Files.writeString(folder.resolve("breakout/BTCUSDT.json"), "rubbish");

            assertThat(store.setAside(BTC, open(BTC, "right"))).isPresent();
            Files.delete(folder.resolve("breakout/BTCUSDT.claim"));

            assertThat(granted(claims(store).claim(BTC, "a", MINUTE)).epoch()).isEqualTo(2);
            assertThat(store.read(BTC)).contains(open(BTC, "right"));
        }
    }

    @Test
    void aPositionThatWasLeftIsLoggedEvenIfItsRecordIsDamaged() throws IOException {
        try (FileSignalStore store = store()) {
            Claim claim = granted(claims(store).claim(BTC, "a", MINUTE));
            claims(store).write(claim, open(BTC, "a1"));
            Files.writeString(folder.resolve("breakout/BTCUSDT.json"), "rubbish");
            assertThatThrownBy(() -> claims(store).end(claim, closed(BTC, "a1", 1)))
                    .isInstanceOf(UnreadableSignalException.class);
            assertThat(store.tradeLog().orElseThrow().trades(BTC)).containsExactly(closed(BTC, "a1", 1));
        }
    }

    @Test
    void anEmptyForeignOrNewerClaimIsNotTakenForNone() throws IOException {
        SignalKey eth = new SignalKey("breakout", "ETHUSDT");
        try (FileSignalStore store = store()) {
            claims(store).claim(eth, "a", MINUTE);
            Files.copy(folder.resolve("breakout/ETHUSDT.claim"), file);
            assertThatThrownBy(() -> store.write(BTC, open(BTC, "a1")))
                    .isInstanceOf(UnreadableSignalException.class)
                    .hasMessageContaining("its claim is foreign: it belongs to breakout/ETHUSDT");
            Files.write(file, new byte[0]);
            assertThatThrownBy(() -> store.write(BTC, open(BTC, "a1")))
                    .isInstanceOf(UnreadableSignalException.class)
                    .hasMessageContaining("its claim is cut off after 0 bytes");
            String newer = "{\"format\":\"backtest-kit claim\",\"version\":2,\"more\":1";
            Files.writeString(file, newer + StoredClaim.trailer(newer.getBytes(StandardCharsets.UTF_8)));
            assertThatThrownBy(() -> store.write(BTC, open(BTC, "a1")))
                    .isInstanceOf(UnreadableSignalException.class)
                    .hasMessageContaining("read it with the newer version of the program");
        }
    }

    @Test
    void aClaimForcesItsFileAndTheFolderWithWhateverAPredecessorLeftThere() {
        try (FileSignalStore store = store()) {
            store.write(BTC, open(BTC, "a1"));
            int before = disk.steps.size();
            claims(store).claim(BTC, "a", MINUTE);
            assertThat(disk.steps.subList(before, disk.steps.size()))
                    .containsExactly(
                            "folder breakout",
                            "create BTCUSDT.claim.tmp",
                            "write BTCUSDT.claim.tmp",
                            "force BTCUSDT.claim.tmp",
                            "move BTCUSDT.claim",
                            "force breakout");
        }
    }

    @Test
    void aFailureAtAnyStepOfAClaimIsTypedAndTheSameOwnerMayAskAgain() {
        try (FileSignalStore store = store()) {
            long epoch = granted(claims(store).claim(BTC, "a", MINUTE)).epoch();
            for (int step = 0; step < 6; step++) {
                disk.failStep(step, EIO);
                StoreUnavailableException failure = catchThrowableOfType(
                        StoreUnavailableException.class, () -> claims(store).claim(BTC, "a", MINUTE));
                disk.heal();
                assertThat(failure.mayHaveHappened()).as("step %s", step).isEqualTo(step >= 4);
                assertThat(names(folder)).containsExactly("breakout/BTCUSDT.claim");
                Claim again = granted(claims(store).claim(BTC, "a", MINUTE));
                assertThat(again.epoch()).as("step %s", step).isGreaterThan(epoch);
                epoch = again.epoch();
            }
            disk.fail("No space left on device", step -> step.startsWith("write"));
            assertThatThrownBy(() -> claims(store).claim(BTC, "a", MINUTE)).isInstanceOf(StoreRefusedException.class);
            disk.heal();
            assertThat(claims(store).holder(BTC).map(Claim::epoch)).contains(epoch);
        }
    }

    @Test
    void aReleaseThatWasNotFlushedIsWrittenAgainByARepeat() {
        try (FileSignalStore store = store()) {
            Claim claim = granted(claims(store).claim(BTC, "a", MINUTE));
            disk.fail(EIO, "force breakout"::equals);
            StoreUnavailableException failure = catchThrowableOfType(
                    StoreUnavailableException.class, () -> claims(store).release(claim));
            disk.heal();
            assertThat(failure.mayHaveHappened()).isTrue();
            assertThat(claims(store).holder(BTC)).isEmpty();
            int before = disk.steps.size();
            claims(store).release(claim);
            assertThat(disk.steps.subList(before, disk.steps.size()))
                    .containsSubsequence("move BTCUSDT.claim", "force breakout");
        }
    }

    @Test
    void checkListsTheClaimsAndReadingOnlyShowsTheHolder() {
        SignalKey eth = new SignalKey("breakout", "ETHUSDT");
        SignalKey sol = new SignalKey("breakout", "SOLUSDT");
        try (FileSignalStore store = store()) {
            claims(store).claim(eth, "old", Duration.ofSeconds(1));
            clock.advance(MINUTE);
            Claim claim = granted(claims(store).claim(BTC, "a", MINUTE));
            claims(store).release(granted(claims(store).claim(sol, "a", MINUTE)));
            assertThat(store.check())
                    .filteredOn(finding -> finding.subject().startsWith("claim "))
                    .extracting("level", "subject", "found")
                    .containsExactly(
                            Tuple.tuple(
                                    Level.OK,
                                    "claim breakout/BTCUSDT",
                                    "held by a under epoch 1 until " + claim.until()),
                            Tuple.tuple(
                                    Level.OK,
                                    "claim breakout/ETHUSDT",
                                    "held by old under epoch 1, run out at 2026-01-01T00:00:01Z"));
            try (SignalStore reader = FileSignalStore.openReadOnly(folder)) {
                assertThat(claims(reader).holder(BTC)).contains(claim);
                assertThat(claims(reader).holder(sol)).isEmpty();
                assertThatThrownBy(() -> claims(reader).claim(BTC, "b", MINUTE))
                        .isInstanceOf(StoreRefusedException.class);
            }
        }
    }
}
