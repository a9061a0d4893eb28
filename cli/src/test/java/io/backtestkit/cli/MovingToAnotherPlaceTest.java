package io.backtestkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.servers.Server;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.Claims;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import io.backtestkit.testkit.SampleSignals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A move says that it is done only where something was moved, and to where it stays. */
class MovingToAnotherPlaceTest {

    private static final SignalKey KEY = new SignalKey("dip-buyer", "BTCUSD");
    private static final String LOST = "what it has stored does not survive a crash, so a position would be lost."
            + " Use a durable store, for example file:./data.";

    @TempDir
    private Path folder;

    private final Signal held = SampleSignals.openLong(KEY).build();

    @BeforeEach
    void fill() {
        hold(old());
    }

    private void hold(String location) {
        try (SignalStore store = SignalStores.open(location)) {
            store.write(KEY, held);
        }
    }

    private String old() {
        return "file:" + folder.resolve("old");
    }

    private static Ran copy(String from, String to) {
        return Ran.command("store", "copy", "--from", from, "--to", to);
    }

    private static void assertOnePlace(String from, String to) {
        copy(from, to).failed(2, "Cannot copy signals to where they are: ", " is also --to", "Name another.");
        try (SignalStore store = SignalStores.openReadOnly(from)) {
            assertThat(store.keys()).containsExactly(KEY);
        }
    }

    @Test
    void nothingIsMovedToAStoreThatForgets() {
        String file = folder.resolve("signals.jsonl").toString();
        Ran.command("store", "export", "--store", old(), "--file", file).succeeded();

        copy(old(), "memory:").failed(1, "Cannot copy signals to memory:", LOST);
        Ran.command("store", "import", "--store", "memory:", "--file", file)
                .failed(1, "Cannot import signals into memory:", LOST);
        Ran.command("store", "init", "--store", "memory:").failed(1, "Cannot trade live on memory:", LOST);
    }

    @Test
    void aFolderOfAnotherNameIsTheSameFolder() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("old"));
        Path relative = Path.of("").toAbsolutePath().relativize(folder.resolve("old"));

        assertOnePlace(old(), "file:" + link);
        assertOnePlace("file:" + link, old());
        assertOnePlace(old(), "file:" + relative);
        assertOnePlace("file://" + folder.resolve("old"), old());
        copy(old(), "file:" + folder.resolve("new")).succeeded();
    }

    @Test
    void aServerOfAnotherNameIsTheSameServer() {
        for (Server server : List.of(RealServers.redis(), RealServers.postgres())) {
            String place = RealServers.patientPlace(server);
            String other = place.replace("127.0.0.1", "localhost");
            hold(place);

            assertThat(other).isNotEqualTo(place);
            assertOnePlace(place, other);
            copy(old(), other).succeeded();
        }
    }

    @Test
    void twoPlacesOfOneServerAreTwoAndNoTraceOfTheTrialIsLeft() {
        for (Server server : List.of(RealServers.redis(), RealServers.emulatedMongo())) {
            String first = RealServers.patientPlace(server);
            String second = RealServers.patientPlace(server);
            hold(first);

            copy(first, second).succeeded();

            try (SignalStore store = SignalStores.openReadOnly(second)) {
                assertThat(store.keys()).containsExactly(KEY);
                assertThat(store.check().toString()).doesNotContain("copy-", "TRIAL");
            }
        }
    }

    @Test
    void whatIsTradedAtThisMomentIsNotCopied() {
        String target = "file:" + folder.resolve("new");
        try (SignalStore trading = SignalStores.open(old())) {
            Claims claims = trading.claims().orElseThrow();
            Claim claim = claims.claim(KEY, "a trader", Duration.ofHours(1)).claim();

            copy(old(), target)
                    .failed(
                            1,
                            "Cannot copy the signals of " + old()
                                    + ": traded at this moment is dip-buyer/BTCUSD by a trader until " + claim.until(),
                            "Stop that owner first, or wait until its lease has run out. Nothing was written.");
            assertThat(folder.resolve("new")).doesNotExist();

            claims.release(claim);
            copy(old(), target).succeeded();
        }
    }

    @Test
    void aSlotIsTradedAlsoWhileItIsFree() {
        try (SignalStore trading = SignalStores.open(old())) {
            trading.end(SampleSignals.closed(held));
            trading.claims().orElseThrow().claim(KEY, "a trader", Duration.ofHours(1));

            copy(old(), "file:" + folder.resolve("new")).failed(1, "traded at this moment is dip-buyer/BTCUSD");
        }
    }

    @Test
    void anExportGoesThroughAPipeAndNothingElseDoes() throws Exception {
        Path got = folder.resolve("got.jsonl");
        Process reader = new ProcessBuilder("cat").redirectOutput(got.toFile()).start();
        // the name that /dev/stdout leads to, when the output is a pipe
        String pipe = "/proc/" + reader.pid() + "/fd/0";

        Ran ran = Ran.command("store", "export", "--store", old(), "--file", pipe);
        reader.getOutputStream().close();
        reader.waitFor();

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).startsWith("Exported 1 signal and 0 ended ones");
        assertThat(got).content().startsWith("{\"signal\":").hasLineCount(1);
    }

    @Test
    void anExportWhoseReaderHasSeenEnoughEndsWithoutAWordAndAsSigpipeWould() throws Exception {
        Path err = folder.resolve("err");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "store",
                        "export",
                        "--store",
                        old(),
                        "--file",
                        "/dev/stdout")
                .redirectError(err.toFile())
                .start();
        try {
            process.getInputStream().close(); // long before it can have written

            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(141);
            assertThat(err).content().doesNotContain("Cannot", "Exported");
        } finally {
            process.destroyForcibly();
        }
    }
}
