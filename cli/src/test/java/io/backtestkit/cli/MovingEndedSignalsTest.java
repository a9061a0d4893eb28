package io.backtestkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.signal.CloseReason;
import io.backtestkit.signal.ClosedSignal;
import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalCodec;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.InMemorySignalStore;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import io.backtestkit.testkit.SampleSignals;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A move brings no closed position back, and leaves the history in its order. */
class MovingEndedSignalsTest {

    private static final SignalKey KEY = new SignalKey("dip-buyer", "BTCUSD");

    private static final SignalKey OTHER = new SignalKey("dip-buyer", "ETHUSD");
    private static final PrintStream NOWHERE = new PrintStream(OutputStream.nullOutputStream());

    @TempDir
    private Path folder;

    private final Signal signal = SampleSignals.openLong(KEY).build();
    private final ClosedSignal itsEnd = SampleSignals.closed(signal);

    private String at(String name) {
        return "file:" + folder.resolve(name);
    }

    private void hold(String name, Signal held) {
        try (SignalStore store = SignalStores.open(at(name))) {
            store.write(held.key(), held);
        }
    }

    private void log(String name, EndedSignal... ends) {
        try (SignalStore store = SignalStores.open(at(name))) {
            for (EndedSignal end : ends) {
                store.tradeLog().orElseThrow().append(end);
            }
        }
    }

    private Ran copy(String... more) {
        String[] all = {"store", "copy", "--from", at("old"), "--to", at("new")};
        return Ran.command(java.util.stream.Stream.concat(List.of(all).stream(), List.of(more).stream())
                .toArray(String[]::new));
    }

    private Ran importing(String... lines) throws IOException {
        Path file = Files.write(folder.resolve("signals.jsonl"), List.of(lines));
        return Ran.command("store", "import", "--store", at("new"), "--file", file.toString(), "--overwrite");
    }

    private static String line(Signal held) {
        return "{\"signal\":" + SignalCodec.encode(held) + "}";
    }

    private static String line(EndedSignal ended) {
        return "{\"ended\":" + SignalCodec.encodeEnded(ended) + "}";
    }

    private void assertIn(String name, List<Signal> held, List<EndedSignal> ended) {
        try (SignalStore store = SignalStores.open(at(name))) {
            assertThat(store.read(KEY).stream().toList()).isEqualTo(held);
            assertThat(store.tradeLog().orElseThrow().trades(KEY)).isEqualTo(ended);
        }
    }

    /** A trade that ended so many hours after the sample did. */
    private static ClosedSignal later(int hours) {
        return new ClosedSignal(
                SampleSignals.openLong(KEY).id("later" + hours).build(),
                CloseReason.TAKE_PROFIT,
                SampleSignals.openLong(KEY).build().effectiveTakeProfit(),
                SampleSignals.closed(SampleSignals.openLong(KEY).build())
                        .closedAt()
                        .plus(Duration.ofHours(hours)),
                1.5);
    }

    @Test
    void aSignalThatHasEndedInTheOtherStoreIsNotHeldThereAgain() throws Exception {
        hold("old", signal);
        log("new", itsEnd, later(1));

        copy("--overwrite")
                .failed(
                        1,
                        "Cannot move signals to " + at("new"),
                        "these have ended, as the trade log says: dip-buyer/BTCUSD.",
                        "Nothing was written.");
        importing(line(signal)).failed(1, "these have ended");
        assertIn("new", List.of(), List.of(itsEnd, later(1)));
    }

    @Test
    void aFileThatSaysThatASignalIsHeldAndHasEndedIsRefused() throws Exception {
        importing(line(signal), line(itsEnd)).failed(1, "these have ended", "leave them out. Nothing was written.");
        assertIn("new", List.of(), List.of());
    }

    @Test
    void aSignalThatWasJustBeingFreedIsNotTakenAlong() {
        hold("old", signal);
        log("old", itsEnd);

        assertThat(copy().succeeded().out()).contains("Copied 0 signals and 1 ended one");
        assertIn("new", List.of(), List.of(itsEnd));
        String file = folder.resolve("signals.jsonl").toString();
        Ran.command("store", "export", "--store", at("old"), "--file", file).succeeded();
        assertThat(SampleFiles.read(Path.of(file))).isEqualTo(line(itsEnd) + "\n");
    }

    @Test
    void forProgramsAMoveIsToldAsJsonAndNothingElse() throws Exception {
        hold("old", SampleSignals.openLong(KEY).id("next").build());
        log("old", itsEnd, later(1));
        log("new", itsEnd);
        String[] places = {at("old"), at("new")};
        String moved = String.format(
                "{\"from\":\"%s\",\"to\":\"%s\",\"signals\":1,\"ended\":2,\"written\":{\"signals\":1,\"ended\":1}}%n",
                (Object[]) places);

        assertThat(copy("--json").succeeded().out()).isEqualTo(moved);

        Path file = Files.writeString(folder.resolve("signals.jsonl"), line(itsEnd) + "\n");
        String[] importing = {"store", "import", "--store", at("new"), "--file", file.toString(), "--json"};
        assertThat(Ran.command(importing).succeeded().out())
                .startsWith("{\"from\":\"" + file)
                .endsWith("\"signals\":0,\"ended\":1,\"written\":{\"signals\":0,\"ended\":0}}\n");
    }

    @Test
    void aSignalThatTheOtherStoreStillHoldsIsFreedByItsEnd() {
        hold("new", signal);
        log("old", itsEnd);

        copy().succeeded();
        assertIn("new", List.of(), List.of(itsEnd));
    }

    @Test
    void theNextSignalTakesThePlaceOfTheOneWhoseEndIsMoved() {
        Signal next = SampleSignals.openLong(KEY).id("next").build();
        hold("new", signal);
        log("old", itsEnd);
        hold("old", next);

        copy().succeeded();
        assertIn("new", List.of(next), List.of(itsEnd));
    }

    @Test
    void anOlderHistoryIsNotPutBehindANewerOne() throws Exception {
        log("new", later(1));

        importing(line(itsEnd), line(later(1)))
                .failed(
                        1,
                        "the trade log there knows of later ends already for dip-buyer/BTCUSD",
                        "Move the older history to an empty place first",
                        "Nothing was written.");
        assertIn("new", List.of(), List.of(later(1)));
    }

    @Test
    void aNewerHistoryIsPutBehindAnOlderOneSoThatAnInterruptedMoveCanGoOn() throws Exception {
        log("new", itsEnd, later(1));

        importing(line(itsEnd), line(later(1)), line(later(2))).succeeded();
        assertIn("new", List.of(), List.of(itsEnd, later(1), later(2)));
    }

    @Test
    void aHistoryIsPutInTheOrderOfItsTimes() throws Exception {
        importing(line(later(2)), line(itsEnd), line(later(1))).succeeded();
        assertIn("new", List.of(), List.of(itsEnd, later(1), later(2)));
    }

    @Test
    void aSlotThatWasLeftHeldBetweenItsEndAndItsFreeingIsFreedWhenTheMoveIsRepeated() throws Exception {
        hold("new", signal);
        log("new", itsEnd);
        log("old", itsEnd);

        copy().succeeded();
        assertIn("new", List.of(), List.of(itsEnd));
    }

    @Test
    void anotherEndOfTheSameSignalIsRefusedBeforeAnythingIsWritten() throws Exception {
        log("new", itsEnd);
        ClosedSignal otherwise = new ClosedSignal(
                signal,
                CloseReason.CLOSED,
                itsEnd.priceClose(),
                itsEnd.closedAt().plusSeconds(60),
                0.5);

        importing(line(otherwise), line(later(1)))
                .failed(
                        1,
                        "the trade log there tells other ends of signals of dip-buyer/BTCUSD.",
                        "Nothing was written.");
        assertIn("new", List.of(), List.of(itsEnd));
    }

    @Test
    void aLongHistoryOfWhichHalfIsThereGoesOnWithTheOtherHalf() {
        int half = 20_000;
        List<EndedSignal> history = IntStream.range(0, 2 * half)
                .<EndedSignal>mapToObj(MovingEndedSignalsTest::later)
                .toList();
        InMemorySignalStore there = new InMemorySignalStore();
        history.subList(0, half).forEach(there::append);
        List<Integer> read = new ArrayList<>();

        MoveTarget target = MoveTarget.read(there, new StoreContent(List.of(signal), history), read::add);
        target.refuseConflicts(false);

        assertThat(target.toEnd()).isEqualTo(history.subList(half, 2 * half));
        assertThat(read).as("each slot is read once").containsExactly(1);
    }

    @Test
    void howFarItIsIsToldAlsoWhileTheOtherStoreIsRead() {
        hold("old", signal);
        log("old", SampleSignals.closed(SampleSignals.openLong(OTHER).build()));
        AtomicLong nanos = new AtomicLong();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Terminal terminal = Terminal.plain(new PrintStream(out, true, StandardCharsets.UTF_8), NOWHERE);
        Progress progress = new Progress(terminal, "Copying", () -> nanos.getAndAdd(1_000_000_000L));
        try (SignalStore from = SignalStores.open(at("old"));
                SignalStore to = SignalStores.open(at("new"))) {
            StoreContent.of(from, new Progress(Terminal.plain(NOWHERE, NOWHERE), "Reading"))
                    .writeTo(to, false, terminal, progress);
        }

        // two slots are read, a signal and an end are written, and the two slots are read again
        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .containsExactly("Copying: 33 %", "Copying: 50 %", "Copying: 83 %");
    }

    @Test
    void aDamagedRecordThereIsFoundBeforeAnythingIsWritten() throws Exception {
        Signal other =
                SampleSignals.openLong(new SignalKey("a-first", "BTCUSD")).build();
        hold("new", signal);
        Path record = folder.resolve("new/dip-buyer/BTCUSD.json");
        Files.writeString(record, Files.readString(record).replace("long", "lung"));

        importing(line(other), line(signal)).failed(1, "dip-buyer/BTCUSD");
        try (SignalStore store = SignalStores.open(at("new"))) {
            assertThat(store.read(other.key())).isEmpty();
        }
    }

    @Test
    void aSignalThatEndsWhileItIsExportedIsInTheExportAsEnded() throws Exception {
        hold("old", signal);
        try (SignalStore store = SignalStores.open(at("old"))) {
            SignalStore trading = (SignalStore) Proxy.newProxyInstance(
                    SignalStore.class.getClassLoader(), new Class<?>[] {SignalStore.class}, (proxy, method, given) -> {
                        Object answer = method.invoke(store, given);
                        if (method.getName().equals("read")) {
                            store.end(itsEnd);
                        }
                        return answer;
                    });
            StoreContent content = StoreContent.of(trading, new Progress(Terminal.plain(NOWHERE, NOWHERE), "Reading"));
            assertThat(content.signals()).isEmpty();
            assertThat(content.ended()).containsExactly(itsEnd);
        }
    }
}
