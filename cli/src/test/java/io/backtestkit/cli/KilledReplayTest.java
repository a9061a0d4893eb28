package io.backtestkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.engine.BacktestKit;
import io.backtestkit.engine.BacktestResult;
import io.backtestkit.engine.Fingerprint;
import io.backtestkit.market.CandleCsv;
import io.backtestkit.market.Candles;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.strategy.DipBuyerStrategy;
import io.backtestkit.strategy.Parameters;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Live replay killed with SIGKILL at random moments. A few kills each time; all of them with
 * {@code ./mvnw verify -pl cli -am -Dtest=KilledReplayTest -Dsurefire.failIfNoSpecifiedTests=false -Dbacktestkit.kills=100};
 * {@code -Dbacktestkit.seed=N} replays the moments of an earlier run.
 */
class KilledReplayTest {

    private static final SignalKey KEY = new SignalKey("dip-buyer", "BTCUSD");

    @TempDir
    private Path folder;

    @Test
    void noTradeIsLostDoubledOrTornHoweverOftenTheProcessIsKilled() throws Exception {
        int kills = Integer.getInteger("backtestkit.kills", 8);
        long seed = Long.getLong("backtestkit.seed", System.nanoTime());
        System.out.println("KilledReplayTest: " + kills + " kills, -Dbacktestkit.seed=" + seed);
        Path file = SampleFiles.candles(folder, 400 * kills);
        Candles candles = CandleCsv.read(file);
        KilledReplay replay = new KilledReplay(
                new KilledReplay.Plan(
                        file,
                        KEY,
                        List.of("--strategy", KEY.strategy()),
                        "file:" + folder.resolve("store"),
                        folder,
                        "max"),
                new KilledReplay.Listener() {});

        List<KilledReplay.Kill> done =
                replay.run(KillMoments.anywhere(candles.start(), candles.end(), kills, new Random(seed)));

        assertThat(done).as("seed %d", seed).isNotEmpty().allMatch(KilledReplay.Kill::isFaithful);
        assertThat(Fingerprint.of(replay.trades()))
                .as("seed %d", seed)
                .isEqualTo(Fingerprint.of(LiveTrades.of(backtest(candles))));
        List<Long> ticks = Files.readAllLines(folder.resolve("events.jsonl")).stream()
                .map(EventLine::parse)
                .filter(EventLine::isTick)
                .map(EventLine::at)
                .toList();
        assertThat(ticks)
                .as("one line for each tick, seed %d", seed)
                .hasSize(candles.size() - 4)
                .doesNotHaveDuplicates()
                .isSorted();
    }

    private static BacktestResult backtest(Candles candles) {
        try (BacktestKit kit = BacktestKit.create()) {
            return kit.backtest()
                    .strategy(KEY.strategy(), new DipBuyerStrategy(Parameters.none()))
                    .symbol(KEY.symbol())
                    .candles(candles)
                    .run();
        }
    }
}
