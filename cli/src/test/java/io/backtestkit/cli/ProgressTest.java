package io.backtestkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTest {

    private final AtomicLong seconds = new AtomicLong();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    private final Progress progress =
            new Progress(Terminal.plain(stream, stream), "Measuring", () -> TimeUnit.SECONDS.toNanos(seconds.get()));

    private void at(long second, long done) {
        seconds.set(second);
        progress.at(done, 100);
    }

    @Test
    void whatIsSlowTellsAtLeastEveryTenSecondsHowFarItIs() {
        for (int second = 0; second <= 60; second++) {
            at(second, second / 20);
        }

        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "Measuring: 0 %",
                        "Measuring: 1 %", "Measuring: 1 %", "Measuring: 2 %", "Measuring: 2 %", "Measuring: 3 %");
    }

    @Test
    void whatIsQuickTellsNothingAndWhatIsOrdinaryEachQuarter() {
        at(0, 30);
        at(0, 60);
        assertThat(out.size()).isZero();

        at(1, 60);
        at(2, 70);
        at(3, 80);
        at(3, 100);
        assertThat(out.toString(StandardCharsets.UTF_8).lines()).containsExactly("Measuring: 60 %", "Measuring: 80 %");
    }
}
