package io.backtestkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.backtestkit.store.StoreLocation;
import io.backtestkit.store.postgres.PostgresLink;
import io.backtestkit.store.postgres.PostgresSignalStoreProvider;
import io.backtestkit.store.redis.RedisLink;
import io.backtestkit.store.redis.RedisSignalStoreProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is measured is the machine's affair; that it is shown, and that nothing of it stays, is ours. */
class BenchStoreCommandTest {

    private static final String SECRET = "s3cr3t-of-mine";
    private static final long LONGEST_SECONDS = 180;
    private static final String LAP = "\"count\":25,\"signalsPerSecond\":[0-9.E]+,\"p50Millis\":[0-9.E-]+,"
            + "\"p99Millis\":[0-9.E-]+,\"p999Millis\":[0-9.E-]+,\"maxMillis\":[0-9.E-]+";

    @TempDir
    private Path folder;

    private static void assertShown(Ran ran, String... rowsBesideEach) {
        assertThat(ran.out())
                .contains("25 signals, 2 threads", "store took", "A batch has up to 100 signals", "Bare driver: ")
                .contains("Target for p99 of write, below 50 ms: ", "Target for p99 of read, below 10 ms: ")
                .contains("Target for p99 of delete, below 50 ms: ");
        List<String> rows = new ArrayList<>();
        for (String request : List.of("write", "read", "delete", "batched write")) {
            rows.add(request);
            rows.addAll(List.of(rowsBesideEach));
        }
        assertThat(ran.out()
                        .lines()
                        .filter(line -> line.matches(".* {2,}\\d.*"))
                        .map(line -> line.replaceFirst(" {2,}\\d.*", "")))
                .containsExactlyElementsOf(rows);
        assertThat(ran.out().lines().filter(line -> line.endsWith(" times"))).hasSize(4 * rowsBesideEach.length);
    }

    private static Ran measured(String location, String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("bench", "store", "--store", location, "--signals", "25", "--threads", "2"));
        arguments.addAll(List.of(more));
        return Ran.command(arguments.toArray(String[]::new)).succeeded();
    }

    /** Every file and folder in a folder; one that another process removes meanwhile is left out. */
    private static List<String> filesIn(Path data) {
        List<String> names = new ArrayList<>();
        try (Stream<Path> entries = Files.list(data)) {
            for (Path entry : entries.toList()) {
                names.add(entry.getFileName().toString());
                if (Files.isDirectory(entry)) {
                    filesIn(entry).forEach(name -> names.add(entry.getFileName() + "/" + name));
                }
            }
        } catch (NoSuchFileException removedMeanwhile) {
            return names;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return names;
    }

    @Test
    void filesAreMeasuredAndRemoved() {
        Path data = folder.resolve("data");

        assertShown(measured("file:" + data), "  plain request");

        assertThat(filesIn(data)).containsExactly(".lock");
    }

    @Test
    void redisIsMeasuredAndLeftEmpty() throws Exception {
        String location = RealServers.patientPlace(RealServers.redis());

        assertShown(measured(location), "  same request", "  plain request");

        try (RedisLink link = RedisSignalStoreProvider.connect(StoreLocation.parse(location))) {
            assertThat(link.commands().keys("*").get(LONGEST_SECONDS, TimeUnit.SECONDS))
                    .isEmpty();
        }
    }

    @Test
    void postgresIsMeasuredAndItsTablesAreLeftEmpty() throws SQLException {
        String location = RealServers.patientPlace(RealServers.postgres());
        String schema = String.valueOf(StoreLocation.parse(location).options().get("schema"));

        assertShown(measured(location), "  same request", "  plain request");

        try (PostgresLink link = PostgresSignalStoreProvider.connect(StoreLocation.parse(location));
                Connection connection = link.connection();
                Statement statement = connection.createStatement()) {
            assertThat(texts(statement, "select tablename from pg_tables where schemaname = '" + schema + "'"))
                    .contains("signals", "trades")
                    .noneMatch(table -> table.contains("bench"));
            assertThat(texts(statement, "select symbol from " + schema + ".signals"))
                    .isEmpty();
            assertThat(texts(statement, "select symbol from " + schema + ".claims"))
                    .isEmpty();
        }
    }

    private static List<String> texts(Statement statement, String query) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }

    @Test
    void programsGetJson() {
        Path file = folder.resolve("bench.json");

        measured("file:" + folder.resolve("data"), "--json", file.toString());

        String json = SampleFiles.read(file);
        assertThat(json)
                .startsWith("{\"store\":\"file:")
                .contains("\"signals\":25,\"threads\":2,\"rounds\":25,\"batch\":100,\"bareDriver\":\"Java's files\","
                        + "\"plainRequests\":\"a new file")
                .contains("\"batchedAgainstSingle\":");
        for (String request : List.of("write", "read", "delete", "batched write")) {
            assertThat(json)
                    .containsPattern("\\{\"request\":\"" + request + "\",\"store\":\\{" + LAP
                            + "\\},\"sameRequest\":null,"
                            + "\"plainRequest\":\\{" + LAP + ",\"storeTookTimes\":[0-9.E-]+\\},\"targetMillis\":"
                            + (request.equals("batched write")
                                    ? "null,\"targetMet\":null"
                                    : "[15]0.0,\"targetMet\":(true|false)"));
        }
        assertThat(tokens(json)).isPositive();
    }

    private static int tokens(String json) {
        int tokens = 0;
        try (JsonParser parser = SignalJson.FACTORY.createParser(json)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                tokens++;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return tokens;
    }

    @Test
    void jsonOnTheOutputStandsAlone() {
        Ran ran = Ran.command("bench", "store", "--store", "memory:", "--signals", "25", "--json");

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.err()).isEmpty();
        assertThat(ran.out()).startsWith("{").endsWith("}\n").hasLineCount(1);
    }

    @Test
    void aStoreWithoutAKnownDriverStandsAlone() {
        assertThat(measured("memory:").out())
                .contains("No bare driver is known for this store")
                .doesNotContain(" request ", " times\n");
    }

    @Test
    void numbersThatMakeNoSenseAreRefusedBeforeAnythingIsOpened() {
        String location = "file:" + folder.resolve("data");

        Ran.command("bench", "store", "--store", location, "--signals", "0")
                .failed(2, "Cannot measure with 0 signals: it must be 1 to 1000000");
        Ran.command("bench", "store", "--store", location, "--signals", "1000001")
                .failed(2, "1000001 signals");
        Ran.command("bench", "store", "--store", location, "--threads", "0")
                .failed(2, "Cannot measure with 0 threads: it must be 1 to 256");
        Ran.command("bench", "store", "--store", location, "--threads", "many").failed(2, "'many' is not an int");
        Ran.command("bench", "store", "--store", "flie:x").failed(2, "Did you mean 'file'?");

        assertThat(filesIn(folder)).isEmpty();
    }

    @Test
    void aPasswordIsNeverShown() {
        String location =
                RealServers.patientPlace(RealServers.postgres()).replace("postgres@", "postgres:" + SECRET + "@");
        Path file = folder.resolve("bench.json");

        Ran ran = measured(location, "--json", file.toString());

        assertThat(ran.out() + ran.err() + SampleFiles.read(file)).doesNotContain(SECRET);
    }

    @Test
    void aPasswordIsNotShownInAFailureEither() {
        String location =
                RealServers.patientPlace(RealServers.redis()).replace("redis://", "redis://nobody:" + SECRET + "@");

        Ran ran = Ran.command("bench", "store", "--store", location, "--signals", "25", "--stacktrace");

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.err()).startsWith("Cannot open store").doesNotContain(SECRET);
    }

    @Test
    void whatWasWrittenIsRemovedWhenTheProcessIsToldToEnd() throws Exception {
        Path data = folder.resolve("data");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "bench",
                        "store",
                        "--store",
                        "file:" + data,
                        "--signals",
                        "20000")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        try {
            until(
                    process,
                    () -> Files.exists(data)
                            && filesIn(data).stream()
                                            .filter(file -> file.endsWith(".json"))
                                            .count()
                                    > 20);
            process.destroy();
            assertThat(process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }

        assertThat(filesIn(data)).containsExactly(".lock");
        assertThat(SampleFiles.read(folder.resolve("log"))).contains("Cannot finish measuring", "it was stopped.");
    }

    private void until(Process process, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
        while (!condition.getAsBoolean()) {
            assertThat(process.isAlive())
                    .as(() -> SampleFiles.read(folder.resolve("log")))
                    .isTrue();
            assertThat(System.nanoTime()).as("waited in vain for it to write").isLessThan(end);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }
}
