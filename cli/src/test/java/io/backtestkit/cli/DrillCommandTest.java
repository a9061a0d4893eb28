package io.backtestkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DrillCommandTest {

    @TempDir
    private Path folder;

    private String[] drill(String... more) {
        Path candles = SampleFiles.candles(folder, 3000);
        String[] common = {"drill", "--symbol", "TEST", "--candles", candles.toString(), "--seed", "7"};
        String[] all = new String[common.length + more.length];
        System.arraycopy(common, 0, all, 0, common.length);
        System.arraycopy(more, 0, all, common.length, more.length);
        return all;
    }

    @Test
    void aStrategyThatDecidesFromTheMarketSurvivesEveryKillAndLeavesNothingInTheStore() {
        String store = "file:" + folder.resolve("store");
        Ran ran = Ran.command(
                        drill("--strategy", "bracket", "--param", "minutes=300", "--store", store, "--kills", "3"))
                .succeeded();
        assertThat(ran.out().replaceAll("\\s+", " "))
                .containsPattern(
                        "3 kills, [0-3] of them with a position open; 3 times exactly what was stored was restored. The trade lists are EQUAL");
        try (SignalStore left = SignalStores.openReadOnly(store)) {
            assertThat(left.keys()).isEmpty();
            assertThat(left.tradeLog().orElseThrow().trades(new SignalKey("bracket", "TEST-DRILL-7")))
                    .isEmpty();
        }
    }

    @Test
    void forProgramsTheResultIsJsonAndNothingElse() {
        Ran ran = Ran.command(drill("--strategy", "bracket", "--param", "minutes=300", "--kills", "1", "--json"));
        assertThat(ran.exitCode()).isZero();
        assertThat(ran.out())
                .startsWith("{\"strategy\":\"bracket\",\"symbol\":\"TEST-DRILL-7\",\"seed\":7,\"kills\":1,")
                .contains("\"faithful\":1,\"equal\":true,")
                .endsWith("}\n")
                .hasLineCount(1);
    }

    @Test
    void aStrategyWhoseStateARestartLosesIsFound() throws IOException {
        Path forgetful = folder.resolve("Forgetful.java");
        Files.writeString(forgetful, """
                import io.backtestkit.market.MarketView;
                import io.backtestkit.strategy.*;
                import java.util.Optional;

                public class Forgetful implements Strategy {
                    private int asked;

                    @Override
                    public Optional<Bracket> decide(MarketView market) {
                        return ++asked % 5 == 0
                                ? Optional.of(Bracket.buy()
                                        .takeProfit(market.price() * (1.01 + asked * 0.0001))
                                        .stopLoss(market.price() * 0.99)
                                        .minutes(60)
                                        .build())
                                : Optional.empty();
                    }
                }
                """);
        Ran.command(drill("--strategy", forgetful.toString(), "--kills", "3"))
                .failed(1, "Cannot confirm the drill", "it should use its memo");
    }

    @Test
    void aNumberOfKillsThatCannotBeIsRefused() {
        Ran.command(drill("--strategy", "bracket", "--kills", "0")).failed(2, "--kills 0: it must be 1 to 10000");
    }
}
