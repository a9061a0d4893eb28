package io.backtestkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.engine.BacktestKit;
import io.backtestkit.engine.BacktestResult;
import io.backtestkit.engine.Fingerprint;
import io.backtestkit.market.CandleCsv;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LiveCommandTest {

    private static final int MINUTES = 2000;

    @TempDir
    private Path folder;

    private Path candles() {
        return SampleFiles.candles(folder, MINUTES);
    }

    private String store() {
        return "file:" + folder.resolve("store");
    }

    private Path events() {
        return folder.resolve("events.jsonl");
    }

    private Ran live(String strategy, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "live",
                "--strategy",
                strategy,
                "--symbol",
                "BTCUSD",
                "--replay",
                candles().toString(),
                "--store",
                store()));
        arguments.addAll(List.of(more));
        return Ran.command(arguments.toArray(String[]::new));
    }

    private List<EventLine> written() {
        return SampleFiles.read(events()).lines().map(EventLine::parse).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bracket", "sma-cross", "dip-buyer", "USER"})
    void liveReplayGivesTheTradesOfTheBacktest(String name) {
        String strategy = name.equals("USER")
                ? SampleFiles.write(folder.resolve("user.java"), SampleFiles.STRATEGY)
                        .toString()
                : name;
        LoadedStrategy loaded = new StrategyLoader(Map.of()).load(strategy);
        BacktestResult backtest;
        try (BacktestKit kit = BacktestKit.create()) {
            backtest = kit.backtest()
                    .strategy(loaded.name(), loaded.strategy())
                    .symbol("BTCUSD")
                    .candles(CandleCsv.read(candles()))
                    .run();
        }

        live(strategy).succeeded();

        try (SignalStore store = SignalStores.openReadOnly(store())) {
            var trades = store.tradeLog().orElseThrow().trades(new SignalKey(loaded.name(), "BTCUSD"));
            var expected = LiveTrades.of(backtest);
            assertThat(trades).hasSameSizeAs(expected).isNotEmpty();
            assertThat(Fingerprint.of(trades)).isEqualTo(Fingerprint.of(expected));
        }
    }

    @Test
    void everyTickHasOneLine() {
        live("dip-buyer", "--json-events", events().toString()).succeeded();

        List<EventLine> ticks = written().stream().filter(EventLine::isTick).toList();
        assertThat(ticks).hasSize(MINUTES - 4);
        for (int i = 0; i < ticks.size(); i++) {
            assertThat(ticks.get(i).at()).isEqualTo(1385337600000L + (5 + i) * 60_000L);
        }
        assertThat(written().get(written().size() - 1).event()).isEqualTo("stopped");
        assertThat(SampleFiles.read(events()).lines().findFirst())
                .contains("{\"event\":\"idle\",\"at\":1385337900000,\"strategy\":\"dip-buyer\",\"symbol\":\"BTCUSD\","
                        + "\"price\":\"804.94328396\",\"signal\":null}");
    }

    @Test
    void peopleAreShownChangesOnly() {
        String out = live("dip-buyer").succeeded().out();

        assertThat(out).contains("  scheduled  long at ", "  opened     long at ", "  closed ", "  stopped ");
        assertThat(out).doesNotContain("  idle", "  active", "  waiting");
        assertThat(out).containsPattern("Stopped: \\d+ closed, \\d+ cancelled, no errors\\.");
    }

    @Test
    void theFirstTickIsTheOneNamedAndWhatIsStoredIsRestored() {
        live("dip-buyer", "--json-events", events().toString(), "--stop-after-close")
                .succeeded();
        EventLine closed = written().get(written().size() - 2);
        assertThat(closed.event()).isEqualTo("closed");

        live(
                        "dip-buyer",
                        "--json-events",
                        events().toString(),
                        "--from",
                        Long.toString(closed.at() + 60_000L),
                        "--speed",
                        "max")
                .succeeded();

        List<Long> ticks =
                written().stream().filter(EventLine::isTick).map(EventLine::at).toList();
        assertThat(ticks).doesNotHaveDuplicates().isSorted().hasSize(MINUTES - 4);
    }

    @Test
    void aTornLastLineIsCutOff() {
        SampleFiles.write(events(), "{\"event\":\"idle\",\"at\":1}\n{\"event\":\"id");

        live("bracket", "--json-events", events().toString()).succeeded();

        assertThat(SampleFiles.read(events()))
                .startsWith("{\"event\":\"idle\",\"at\":1}\n{\"event\":\"opened\",\"at\":")
                .endsWith("}\n");
    }

    @Test
    void aFileThatHasNoEventsIsLeftAsItIs() {
        for (String foreign : List.of("timestamp,open\n1,2\n", "notes", "{\"event\":\"idle\"}\nnotes", "{\"x\":1}\n")) {
            SampleFiles.write(events(), foreign);

            live("bracket", "--json-events", events().toString()).failed(1, "it is not a file of events");

            assertThat(SampleFiles.read(events())).isEqualTo(foreign);
        }
    }

    @Test
    void eventsThatCannotBeWrittenAreRefusedBeforeTheStart() {
        live("bracket", "--json-events", folder.toString()).failed(1, "it is a folder");
        live("bracket", "--json-events", folder.resolve("none/events").toString())
                .failed(1, "Nothing was run.");

        assertThat(folder.resolve("store")).doesNotExist();
    }

    @Test
    void aFullDiskUnderTheEventsStopsTradingGracefully() {
        assertThat(Path.of("/dev/full")).as("this test needs Linux").exists();

        live("bracket", "--json-events", "/dev/full").failed(1, "Live trading was stopped", "--from 1385337900000");
    }

    @Test
    void aStoreThatForgetsIsRefused() {
        Ran.command(
                        "live",
                        "--strategy",
                        "bracket",
                        "--symbol",
                        "X",
                        "--replay",
                        candles().toString(),
                        "--store",
                        "memory:")
                .failed(1, "Cannot trade live on memory: what it has stored", "Use a durable store");
    }

    @Test
    void aSlotThatAnotherOwnerHasIsRefusedAndTheOwnerNamedWhileOthersOfTheFolderAreTraded() {
        try (SignalStore store = SignalStores.open(store())) {
            SignalKey key = new SignalKey("bracket", "BTCUSD");
            store.claims().orElseThrow().claim(key, "another trader", Duration.ofHours(1));

            live("bracket").failed(1, "bracket/BTCUSD", "it was held by another trader until");
            live("dip-buyer").succeeded();

            assertThat(store.keys()).doesNotContain(key);
        }
    }

    @Test
    void aDamagedRecordIsRefusedAndKept() throws IOException {
        live("dip-buyer", "--from", "1385337960000").succeeded();
        Path record = folder.resolve("store/dip-buyer/BTCUSD.json");
        SampleFiles.write(record, "{\"format\":\"backtest-kit signal\",\"version\":1,\"epo");

        live("dip-buyer").failed(1, "Cannot read signal dip-buyer/BTCUSD", "store resolve");

        assertThat(SampleFiles.read(record)).startsWith("{\"format\":");
        assertThat(Files.exists(record)).isTrue();
    }

    @Test
    void theTickAfterTheLastCandleLeavesNothingToDo() {
        long after = 1385337600000L + (MINUTES + 1) * 60_000L;

        assertThat(live("bracket", "--from", Long.toString(after), "--json-events", events().toString())
                        .succeeded()
                        .out())
                .contains("Every candle was traded before: nothing is left to do.");

        assertThat(written()).extracting(EventLine::event).containsExactly("stopped");
    }

    @Test
    void aTimeBehindTheCandlesIsRefused() {
        long behind = 1385337600000L + (MINUTES + 2) * 60_000L;
        for (String from : List.of(Long.toString(behind), "2014-01-01")) {
            live("bracket", "--from", from).failed(2, "Cannot begin at --from '" + from, "2013-11-26 09:20 UTC");
        }
        assertThat(folder.resolve("store")).doesNotExist();
    }

    @Test
    void aStrategyThatNeverAnswersFailsTheSession() {
        Path file = SampleFiles.write(
                folder.resolve("Throws.java"),
                "import io.backtestkit.strategy.*; import io.backtestkit.market.*; import java.util.*;\n"
                        + "class Throws implements Strategy { public Optional<Bracket> decide(MarketView m) {"
                        + " return decide(m); } }");

        Ran ran = Ran.command(
                "live",
                "--strategy",
                file.toString(),
                "--symbol",
                "BTCUSD",
                "--replay",
                SampleFiles.candles(folder, 20).toString(),
                "--store",
                store());

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.err()).startsWith("Cannot run strategy Throws/BTCUSD: of 16 answers none came.");
        assertThat(ran.out()).contains("java.lang.StackOverflowError. Nothing was opened", "More errors are counted");
    }

    @Test
    void aSecondSessionShowsTheFingerprintOfTheWholeLog() {
        String whole = live("dip-buyer").succeeded().out();
        Ran.command(
                        "live",
                        "--strategy",
                        "dip-buyer",
                        "--symbol",
                        "BTCUSD",
                        "--replay",
                        candles().toString(),
                        "--store",
                        store() + "2",
                        "--stop-after-close")
                .succeeded();

        String parts = Ran.command(
                        "live",
                        "--strategy",
                        "dip-buyer",
                        "--symbol",
                        "BTCUSD",
                        "--replay",
                        candles().toString(),
                        "--store",
                        store() + "2")
                .succeeded()
                .out();

        assertThat(parts).contains(whole.substring(whole.indexOf("Trade log: ")));
    }

    @Test
    void terminationStopsGracefullyAndKeepsThePosition() throws InterruptedException {
        List<String> arguments = List.of(
                "--strategy",
                "bracket",
                "--symbol",
                "BTCUSD",
                "--replay",
                candles().toString(),
                "--json-events",
                events().toString(),
                "--speed",
                "6000");
        try (LiveProcess process = LiveProcess.start(arguments, store(), folder.resolve("output.txt"))) {
            EventTail tail = new EventTail(events());
            long deadline = System.nanoTime() + 180_000_000_000L;
            boolean opened = false;
            while (!opened && System.nanoTime() < deadline) {
                opened = tail.next().map(EventLine::isOpen).orElse(false);
            }
            assertThat(opened).as(process.printed()).isTrue();

            process.terminate();

            assertThat(process.awaitExit()).isEqualTo(143);
        }
        EventLine stopped = written().get(written().size() - 1);
        assertThat(stopped.event()).isEqualTo("stopped");
        try (SignalStore store = SignalStores.open(store())) {
            assertThat(store.read(new SignalKey("bracket", "BTCUSD")).map(KilledReplay::json))
                    .contains(String.valueOf(stopped.signal()));
        }
    }
}
