package io.backtestkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is told to end does so when its command has told how it went. */
class OrderlyEndTest {

    private final ByteArrayOutputStream warned = new ByteArrayOutputStream();
    private final Terminal terminal = Terminal.plain(
            new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
            new PrintStream(warned, true, StandardCharsets.UTF_8));

    @TempDir
    private Path folder;

    @Test
    void theShutdownGoesOnWhenEverythingIsTold() throws Exception {
        List<String> order = new CopyOnWriteArrayList<>();
        CountDownLatch asked = new CountDownLatch(1);
        OrderlyEnd end = new OrderlyEnd(terminal);
        Thread shutdown = new Thread(() -> {
            end.obey(
                    () -> {
                        order.add("asked to stop");
                        asked.countDown();
                    },
                    600,
                    "late");
            order.add("the process ends");
        });
        shutdown.start();
        asked.await();

        order.add("told");
        end.close();

        shutdown.join();
        assertThat(order).containsExactly("asked to stop", "told", "the process ends");
        assertThat(warned.size()).isZero();
    }

    @Test
    void whatTakesTooLongIsSaid() {
        new OrderlyEnd(terminal).obey(() -> {}, 0, "Cannot stop in time.");

        assertThat(warned.toString(StandardCharsets.UTF_8)).isEqualTo("Cannot stop in time.\n");
    }

    /** Fills its output, and is late when it is told to end. */
    static final class LateMain {

        private LateMain() {}

        public static void main(String[] ignored) {
            // open for ever: it is never told how this ended
            new OrderlyEnd(Terminal.ofThisProcess()).onSignal(() -> {}, 0, "Late. ".repeat(100_000));
            while (true) {
                System.out.println("Said to nobody.");
            }
        }
    }

    @Test
    void aProcessWhoseOutputIsAFullPipeThatNobodyReadsEndsAllTheSame() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LateMain.class.getName())
                .redirectErrorStream(true)
                .start();
        try {
            assertThat(process.getInputStream().read())
                    .as("the hook is there before the first line")
                    .isPositive();

            process.toHandle().destroy(); // that of the process itself would close the pipe

            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(143);
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void whyLiveTradingFailedIsToldBeforeTheProcessMayEnd() {
        String location = "file:" + folder.resolve("store");
        try (SignalStore store = SignalStores.open(location)) {
            SignalKey key = new SignalKey("bracket", "BTCUSD");
            store.claims().orElseThrow().claim(key, "another trader", Duration.ofHours(1));

            assertToldBeforeTheEnd(
                    "it was held by another trader",
                    "live",
                    "--strategy",
                    "bracket",
                    "--symbol",
                    "BTCUSD",
                    "--replay",
                    SampleFiles.candles(folder, 20).toString(),
                    "--store",
                    location);
        }
    }

    @Test
    void whyABenchFailedIsToldBeforeTheProcessMayEnd() {
        Path data = SampleFiles.write(folder.resolve("data"), "no folder");

        assertToldBeforeTheEnd("Cannot ", "bench", "store", "--signals", "1", "--store", "file:" + data);
    }

    private void assertToldBeforeTheEnd(String told, String... command) {
        OrderlyEnd end = new OrderlyEnd(terminal);
        ByteArrayOutputStream intime = new ByteArrayOutputStream();
        PrintStream err = new PrintStream(
                new OutputStream() {
                    @Override
                    public void write(int b) {
                        if (!end.isOver()) {
                            intime.write(b);
                        }
                    }
                },
                true,
                StandardCharsets.UTF_8);
        try (end) {
            assertThat(Main.run(command, terminal, err, end)).isEqualTo(1);
        }
        assertThat(intime.toString(StandardCharsets.UTF_8)).contains(told);
    }
}
