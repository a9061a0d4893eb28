package io.backtestkit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.market.CandleCsv;
import io.backtestkit.market.Candles;
import io.backtestkit.market.Interval;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExamplesTest {

    @TempDir
    Path folder;

    private Path csv = Path.of("unset");

    @BeforeEach
    void write_two_days_of_candles() throws Exception {
        csv = folder.resolve("candles.csv");
        Candles.Builder candles = Candles.builder(Interval.ONE_MINUTE);
        Random random = new Random(7);
        double price = 100;
        for (int i = 0; i < 2880; i++) {
            double next = Math.round(price * (1 + random.nextGaussian() * 0.002) * 100) / 100.0;
            candles.append(
                    1_700_000_040_000L + i * 60_000L, price, Math.max(price, next), Math.min(price, next), next, 1);
            price = next;
        }
        CandleCsv.write(csv, candles.build());
    }

    private interface Program {
        void run() throws Exception;
    }

    private static String printedBy(Program program) throws Exception {
        PrintStream before = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            program.run();
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void the_backtest_prints_its_trades_and_fingerprint() throws Exception {
        assertThat(printedBy(() -> BacktestMain.main(new String[] {csv.toString()})))
                .contains("signals closed")
                .containsPattern("fingerprint [0-9a-f]{64}");
    }

    @Test
    void live_trading_opens_and_closes_what_the_backtest_does() throws Exception {
        String live = printedBy(() -> LiveReplayMain.main(
                new String[] {csv.toString(), folder.resolve("data").toString()}));
        assertThat(live).contains("opened   breakout/BTCUSD").contains("closed   ");
    }
}
