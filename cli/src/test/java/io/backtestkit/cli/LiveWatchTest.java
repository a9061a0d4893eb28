package io.backtestkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.engine.BacktestKit;
import io.backtestkit.engine.LiveSession;
import io.backtestkit.engine.ReplayFeed;
import io.backtestkit.event.Event;
import io.backtestkit.market.CandleCsv;
import io.backtestkit.signal.SignalKey;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveWatchTest {

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
}
