package io.backtestkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.signal.CloseReason;
import io.backtestkit.signal.ClosedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import io.backtestkit.testkit.SampleSignals;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One house after the other, of all four kinds: nothing is lost or changed, and every command works in each. */
class MovingBetweenStoresTest {

    private static final SignalKey KEY = new SignalKey("Dip/Buyer 🙂", "btc:usdt");

    @TempDir
    private Path folder;

    private final Signal held = SampleSignals.openLong(KEY)
            .note("naïve \"quotes\" 🙂 {\"a\":1}\\\n")
            .build();
    private final List<ClosedSignal> ended = Stream.of(CloseReason.STOP_LOSS, CloseReason.TAKE_PROFIT)
            .map(reason -> SampleSignals.closed(
                    SampleSignals.openLong(KEY).id(reason.code()).build(), reason))
            .toList();

    private void assertWhole(String location) {
        try (SignalStore store = SignalStores.open(location)) {
            assertThat(store.keys()).containsExactly(KEY);
            assertThat(store.read(KEY)).contains(held);
            assertThat(store.tradeLog().orElseThrow().trades(KEY)).isEqualTo(ended);
        }
    }

    private String exported(String location) {
        Path file = folder.resolve("exported.jsonl");
        Ran.command("store", "export", "--store", location, "--file", file.toString())
                .succeeded();
        return SampleFiles.read(file);
    }

    @Test
    void everythingArrivesUnchangedInEveryKindOfStoreAndIsShownThere() {
        List<String> houses = List.of(
                "file:" + folder.resolve("first"),
                RealServers.patientPlace(RealServers.redis()),
                RealServers.patientPlace(RealServers.postgres()),
                RealServers.patientPlace(RealServers.emulatedMongo()),
                "file:" + folder.resolve("last"));
        try (SignalStore store = SignalStores.open(houses.get(0))) {
            ended.forEach(store::end);
            store.write(KEY, held);
        }
        String first = exported(houses.get(0));

        for (int next = 1; next < houses.size(); next++) {
            String house = houses.get(next);
            Ran.command("store", "copy", "--from", houses.get(next - 1), "--to", house)
                    .succeeded();
            assertWhole(house);
            assertThat(exported(house)).isEqualTo(first);
            assertShown(house);
            assertManaged(house);
        }
    }

    private static Ran onSlot(String command, String location, String... more) {
        return Ran.command(Stream.of(
                        List.of("store", command, "--store", location),
                        List.of("--strategy", KEY.strategy(), "--symbol", KEY.symbol()),
                        List.of(more))
                .flatMap(List::stream)
                .toArray(String[]::new));
    }

    private void assertShown(String house) {
        assertThat(Ran.command("store", "list", "--store", house).succeeded().out())
                .contains(KEY.symbol());
        assertThat(onSlot("show", house).succeeded().out()).contains(held.id());
        assertThat(onSlot("trades", house).succeeded().out()).contains("stop_loss");
        assertThat(Ran.command("store", "check", "--store", house).succeeded().out())
                .contains(held.id(), "2 trades readable", "Nothing is damaged in ");
    }

    /** Frees the slot, takes it again from the export, and leaves it as it was. */
    private void assertManaged(String house) {
        Path export = folder.resolve("exported.jsonl");
        onSlot("resolve", house, "--discard").failed(1, "its record can be read", "Nothing was changed.");
        onSlot("delete", house, "--yes").succeeded();
        onSlot("show", house).failed(1, "no such signal is held");
        Ran.command("store", "import", "--store", house, "--file", export.toString())
                .succeeded();
        assertWhole(house);
    }
}
