package io.backtestkit.store.file;

import static io.backtestkit.store.file.Samples.BTC;
import static io.backtestkit.store.file.Samples.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backtestkit.signal.SignalEnvelope;
import io.backtestkit.store.ClaimLostException;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.StoreRefusedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OneProcessTest {

    private final Path folder;

    OneProcessTest(@TempDir Path folder) {
        this.folder = folder;
    }

    /** Opens a folder, says so, and holds it until its input ends or it is killed. */
    static final class HolderMain {
        public static void main(String[] arguments) throws IOException {
            try (FileSignalStore store = FileSignalStore.open(Path.of(arguments[0]))) {
                store.write(BTC, open(BTC, "child"));
                System.out.println("open");
                while (System.in.read() >= 0) {
                    // wait
                }
            } catch (StoreRefusedException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    private Process child() throws IOException {
        String classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classes,
                        HolderMain.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static String line(Process child) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = child.getInputStream().read();
                c >= 0 && c != '\n';
                c = child.getInputStream().read()) {
            line.append((char) c);
        }
        return line.toString();
    }

    @Test
    void aSecondOpenerInTheSameProcessIsRefusedAndToldWhoHasTheFolder() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), Files.createDirectory(folder.resolve("data")));
        try (FileSignalStore store = FileSignalStore.open(folder.resolve("data"))) {
            for (Path same : List.of(folder.resolve("data"), folder.resolve("data/../data"), link)) {
                assertThatThrownBy(() -> FileSignalStore.open(same))
                        .isInstanceOf(StoreRefusedException.class)
                        .hasMessageMatching("Cannot open store \\Qfile:" + same + "\\E: it is in use by process "
                                + ProcessHandle.current().pid()
                                + " on host \\S+ since \\S+Z\\. Stop that process first, or give this one another"
                                + " folder\\.");
            }
            store.write(BTC, open(BTC, "a1"));
        }
        FileSignalStore.open(link).close();
    }

    @Test
    void anotherProcessIsRefusedWhileThisOneHasTheFolder() throws Exception {
        try (FileSignalStore store = FileSignalStore.open(folder)) {
            store.write(BTC, open(BTC, "a1"));
            assertThatThrownBy(() -> FileSignalStore.open(folder)).isInstanceOf(StoreRefusedException.class);
            Process child = child();
            assertThat(line(child))
                    .contains(
                            "it is in use by process " + ProcessHandle.current().pid());
            assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void thisProcessIsRefusedWhileAnotherHasTheFolderAndGetsItOnceThatIsKilled() throws Exception {
        Process child = child();
        try {
            assertThat(line(child)).isEqualTo("open");
            assertThatThrownBy(() -> FileSignalStore.open(folder))
                    .isInstanceOf(StoreRefusedException.class)
                    .hasMessageContaining("it is in use by process " + child.pid() + " on host ");
            try (SignalStore reader = FileSignalStore.openReadOnly(folder)) {
                assertThat(reader.read(BTC)).contains(open(BTC, "child"));
            }
        } finally {
            child.destroyForcibly();
        }
        assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
        try (FileSignalStore store = FileSignalStore.open(folder)) {
            assertThat(store.read(BTC)).contains(open(BTC, "child"));
        }
    }

    @Test
    void aProcessThatWasOvertakenLosesItsClaimBeforeItCanWrite() throws IOException {
        try (FileSignalStore store = FileSignalStore.open(folder)) {
            store.write(BTC, open(BTC, "a1"));
            Files.write(folder.resolve(".owner"), new Owner(9, 77, "other", Instant.EPOCH).encode());
            assertThatThrownBy(() -> store.write(BTC, open(BTC, "a2")))
                    .isInstanceOf(ClaimLostException.class)
                    .hasMessageContaining("process 77 on host other")
                    .hasMessageContaining("under epoch 9, this process holds 1");
            assertThatThrownBy(() -> store.delete(BTC)).isInstanceOf(ClaimLostException.class);
            assertThatThrownBy(() -> store.tradeLog().orElseThrow().append(Samples.closed(BTC, "a1", 1)))
                    .isInstanceOf(ClaimLostException.class);
            assertThat(store.read(BTC)).contains(open(BTC, "a1"));
        }
    }

    @Test
    void aRecordOfALaterEpochIsNotOverwritten() throws IOException {
        try (FileSignalStore store = FileSignalStore.open(folder)) {
            store.write(BTC, open(BTC, "a1"));
            byte[] later = new SignalEnvelope(open(BTC, "b1"), 5).seal();
            Files.write(folder.resolve("breakout/BTCUSDT.json"), later);
            assertThatThrownBy(() -> store.write(BTC, open(BTC, "a2"))).isInstanceOf(ClaimLostException.class);
            assertThatThrownBy(() -> store.delete(BTC)).isInstanceOf(ClaimLostException.class);
            assertThat(store.read(BTC)).contains(open(BTC, "b1"));
        }
    }

    @Test
    void aDamagedOwnerFileDoesNotKeepTheStoreFromOpening() throws IOException {
        FileSignalStore.open(folder).close();
        Files.writeString(folder.resolve(".owner"), "rubbish");
        try (FileSignalStore store = FileSignalStore.open(folder)) {
            store.write(BTC, open(BTC, "a1"));
        }
        assertThat(Owner.decode("rubbish".getBytes(StandardCharsets.UTF_8))).isEmpty();
    }
}
