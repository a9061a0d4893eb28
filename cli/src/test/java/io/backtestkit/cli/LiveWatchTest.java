package io.backtestkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.engine.BacktestKit;
import io.backtestkit.engine.LiveSession;
import io.backtestkit.engine.ReplayFeed;
import io.backtestkit.event.Event;
import io.backtestkit.market.CandleCsv;
import io.backtestkit.signal.CloseReason;
import io.backtestkit.signal.ClosedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.testkit.SampleSignals;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveWatchTest {

    private static final SignalKey KEY = new SignalKey("bracket", "BTCUSD");
    private static final Signal POSITION = SampleSignals.openLong(KEY).build();

    @TempDir
    private Path folder;

    /** As a full pipe that nobody reads. */
    private static final class FullPipe extends OutputStream {

        final CountDownLatch writing = new CountDownLatch(1);
        final CountDownLatch read = new CountDownLatch(1);

        @Override
        public void write(int ignored) {
            writing.countDown();
            try {
                read.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Test
    void stoppingDoesNotWaitForATerminalThatTakesNothing() throws Exception {
        FullPipe pipe = new FullPipe();
        PrintStream out = new PrintStream(pipe, true, StandardCharsets.UTF_8);
        LiveWatch watch = new LiveWatch(Terminal.plain(out, out), null);
        ReplayFeed feed =
                ReplayFeed.of(CandleCsv.read(SampleFiles.candles(folder, 10))).speed(0.001);
        try (BacktestKit kit =
                BacktestKit.builder().store("file:" + folder.resolve("store")).build()) {
            LiveSession session = kit.live()
                    .strategy("idle", market -> Optional.empty())
                    .symbol("BTCUSD")
                    .feed(feed)
                    .start();
            watch.began(session);
            Event shown = new Event.Warned(new SignalKey("idle", "BTCUSD"), Instant.EPOCH, "the pipe is full");
            Thread showing = new Thread(() -> watch.accept(shown));
            showing.start();
            pipe.writing.await();
            try {
                assertThat(CompletableFuture.runAsync(watch::stop)).succeedsWithin(1, TimeUnit.MINUTES);
                assertThat(session.awaitEnd(Duration.ofMinutes(1))).isTrue();
            } finally {
                pipe.read.countDown();
            }
            showing.join();
        }
    }

    private static Event failed(String activity) {
        return new Event.Failed(KEY, Instant.EPOCH, activity, "Cannot " + activity + ".", new IOException("away"));
    }

    private static Event closed() {
        return new Event.Closed(
                KEY,
                Instant.EPOCH,
                1,
                new ClosedSignal(
                        POSITION,
                        CloseReason.CLOSED,
                        POSITION.priceOpen(),
                        POSITION.openTimestamp().orElseThrow(),
                        0));
    }

    private static Event recovered() {
        return new Event.Recovered(KEY, Instant.EPOCH, "reach the store");
    }

    private static Event stopped(Optional<Signal> held) {
        return new Event.Stopped(KEY, Instant.EPOCH, held);
    }

    /** Returns what is told last of these events, in one line. */
    private static String toldLast(Event... events) {
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(told, true, StandardCharsets.UTF_8);
        LiveWatch watch = new LiveWatch(Terminal.plain(out, out), null);
        for (int i = 0; i < events.length; i++) {
            if (i == events.length - 1) {
                told.reset();
            }
            watch.accept(events[i]);
        }
        return told.toString(StandardCharsets.UTF_8).replaceAll("\\s+", " ").strip();
    }

    @Test
    void anExitThatCouldNotBeStoredIsToldAtTheEndWithWhatTheStoreMayShow() {
        assertThat(toldLast(
                        failed("reach the store"),
                        closed(),
                        failed("store what changed last"),
                        stopped(Optional.empty())))
                .endsWith("stopped long " + POSITION.id() + " has ended, but the store may still show it: what changed"
                        + " last is not known to be stored");
    }

    @Test
    void anEntryAndMarksThatMayNotBeStoredAreToldAtTheEnd() {
        assertThat(toldLast(
                        failed("reach the store"),
                        closed(),
                        recovered(),
                        failed("reach the store"),
                        failed("store what changed last"),
                        stopped(Optional.empty())))
                .endsWith("stopped nothing is known to be held, but the store may show something else: what changed"
                        + " last is not known to be stored");
        assertThat(toldLast(
                        failed("reach the store"), failed("store what changed last"), stopped(Optional.of(POSITION))))
                .endsWith("stopped long " + POSITION.id() + " is held, but the store may show something else: what"
                        + " changed last is not known to be stored");
    }

    /** Returns what is written last of these events for programs. */
    private String writtenLast(Event... events) throws IOException {
        Path file = folder.resolve("events.jsonl");
        Terminal nowhere = Terminal.plain(
                new PrintStream(OutputStream.nullOutputStream()), new PrintStream(OutputStream.nullOutputStream()));
        try (EventFile written = EventFile.open(file)) {
            LiveWatch watch = new LiveWatch(nowhere, written);
            for (Event event : events) {
                watch.accept(event);
            }
        }
        List<String> lines = Files.readAllLines(file);
        return lines.get(lines.size() - 1);
    }

    @Test
    void programsAreToldWhatPeopleAreOfAnExitThatCouldNotBeStored() throws IOException {
        assertThat(writtenLast(
                        failed("reach the store"),
                        closed(),
                        failed("store what changed last"),
                        stopped(Optional.empty())))
                .startsWith("{\"event\":\"stopped\",")
                .contains("\"signal\":null,\"stored\":false,\"ended\":{\"id\":\"" + POSITION.id() + "\"");
        assertThat(writtenLast(
                        failed("reach the store"), failed("store what changed last"), stopped(Optional.of(POSITION))))
                .contains("\"signal\":{\"id\":\"" + POSITION.id() + "\"")
                .endsWith("},\"stored\":false,\"ended\":null}");
        assertThat(writtenLast(failed("reach the store"), closed(), recovered(), stopped(Optional.empty())))
                .endsWith("\"signal\":null,\"stored\":true,\"ended\":null}");
    }

    @Test
    void anExitThatWasStoredLeavesNothingHeld() {
        assertThat(toldLast(failed("reach the store"), closed(), recovered(), stopped(Optional.empty())))
                .endsWith("stopped nothing is held");
    }
}
