package io.backtestkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import io.backtestkit.testkit.SampleSignals;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCommandTest {

    @TempDir
    private Path folder;

    @Test
    void theDemoKillsRestoresAndFindsTheTradesEqual() {
        Path kept = folder.resolve("kept");

        Path json = folder.resolve("demo.json");

        Ran ran = Ran.command(
                "demo", "--kills", "2", "--seed", "7", "--keep", kept.toString(), "--json", json.toString());

        assertThat(ran.err()).isEmpty();
        assertThat(ran.exitCode()).isZero();
        assertThat(ran.out())
                .contains("Kill 1, at ", "Kill 2, at ", "  stored    long ", "  restored  long ", "--seed 7", "EQUAL")
                .doesNotContain("NOT what was stored");
        assertThat(ran.out().lines().filter(line -> line.length() > 80)).isEmpty();
        assertThat(kept.resolve("events.jsonl")).exists();
        String print = ran.out()
                .lines()
                .map(String::strip)
                .filter(line -> line.matches("[0-9a-f]{64}"))
                .reduce((backtest, ofLive) -> ofLive)
                .orElseThrow();
        assertThat(SampleFiles.read(json))
                .isEqualTo("{\"strategy\":\"dip-buyer\",\"symbol\":\"BTCUSD\",\"seed\":7,\"kills\":2,\"open\":2,"
                        + "\"faithful\":2,\"equal\":true,\"ended\":62,\"fingerprint\":\"" + print
                        + "\",\"fingerprintOfBacktest\":\"" + print + "\"}\n");
    }

    @Test
    void aStoreThatKnowsTheSignalsAlreadyIsNotUsed() {
        SignalKey key = new SignalKey("dip-buyer", "BTCUSD-DEMO-7");
        String location = "file:" + folder.resolve("used");
        try (SignalStore store = SignalStores.open(location)) {
            store.write(key, SampleSignals.openLong(key).build());
        }

        Ran ran = Ran.command("demo", "--seed", "7", "--store", location)
                .failed(2, "has signals of dip-buyer/BTCUSD-DEMO-7 already");
        Ran.command("demo", "--store", "memory:").failed(2, "does not survive a kill");

        assertThat(ran.out()).isEmpty();
    }

    @Test
    void aFolderThatIsNotEmptyIsNotUsed() {
        SampleFiles.write(folder.resolve("x"), "x");

        Ran.command("demo", "--keep", folder.toString()).failed(2, "the folder is not empty");
    }
}
