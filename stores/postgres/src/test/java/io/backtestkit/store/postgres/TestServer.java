package io.backtestkit.store.postgres;

import io.backtestkit.servers.Folders;
import io.backtestkit.servers.Turn;
import io.backtestkit.testkit.Ports;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * A real PostgreSQL, with every setting on that a power cut asks for, in a time zone that is not UTC. It can be killed and
 * started again on the same data and port.
 */
final class TestServer implements AutoCloseable {

    static final List<Integer> VERSIONS = List.of(14, 18);

    /** The one user who is asked for a password. */
    static final String WITH_PASSWORD = "secretive";

    private static final Path BINARIES = Path.of(System.getProperty("backtestkit.postgres.binaries"));
    private static final Path DATA = BINARIES.resolveSibling("postgres-data");
    private static final Path OWN =
            DATA.resolve(Long.toString(ProcessHandle.current().pid()));
    private static final Map<Integer, TestServer> SHARED = new ConcurrentHashMap<>();
    private static final int MOST_STARTS = 3;
    private static final Duration LONGEST_START = Duration.ofMinutes(3);

    final int version;
    private final Map<String, String> settings;
    private final boolean standby;
    private final Path data;
    private EmbeddedPostgres server;

    private TestServer(int version, boolean standby, Map<String, String> settings) throws IOException {
        this.version = version;
        this.standby = standby;
        this.settings = new TreeMap<>(Map.of(
                "fsync", "on",
                "full_page_writes", "on",
                "synchronous_commit", "on",
                "timezone", "America/St_Johns",
                "shared_buffers", "32MB"));
        this.settings.putAll(settings);
        Turn turn = Turn.at(DATA.resolveSibling("postgres-turn"));
        try {
            removeStopped();
            data = Files.createTempDirectory(Files.createDirectories(OWN), "v" + version);
            server = startedOnAnyPort();
        } finally {
            turn.end();
        }
    }

    /** Another test may take the port that was free. */
    private EmbeddedPostgres startedOnAnyPort() throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return started(Ports.free());
            } catch (IOException | IllegalStateException e) {
                if (attempt == MOST_STARTS) {
                    throw e;
                }
            }
        }
    }

    /** Returns the server of that version which all tests share; it stops with the JVM. */
    static TestServer shared(int version) {
        return SHARED.computeIfAbsent(version, wanted -> start(wanted, Map.of()));
    }

    /** Starts a server of one's own. */
    static TestServer start(int version, Map<String, String> settings) {
        return start(version, false, settings);
    }

    /** Starts a server that only follows another, which is not there: for ever in recovery. */
    static TestServer startStandby(int version) {
        return start(version, true, Map.of());
    }

    private static TestServer start(int version, boolean standby, Map<String, String> settings) {
        try {
            return new TestServer(version, standby, settings);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes what servers of this run and of those that are over left; one that runs has a postmaster.pid. */
    private static void removeStopped() throws IOException {
        try (var processes = Files.newDirectoryStream(Files.createDirectories(DATA), TestServer::isOwnOrOver)) {
            for (Path process : processes) {
                try (var folders = Files.newDirectoryStream(process, TestServer::isStopped)) {
                    for (Path folder : folders) {
                        Folders.remove(folder);
                    }
                }
            }
        }
    }

    /** Other tests may run at the same time, in a process of their own, and start their server again. */
    private static boolean isOwnOrOver(Path process) {
        String pid = process.getFileName().toString();
        return process.equals(OWN)
                || (pid.matches("\\d+") && ProcessHandle.of(Long.parseLong(pid)).isEmpty());
    }

    private static boolean isStopped(Path folder) {
        return Files.exists(folder.resolve("postgresql.conf")) && !Files.exists(folder.resolve("postmaster.pid"));
    }

    private EmbeddedPostgres started(int port) throws IOException {
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setPgBinaryResolver((system, machine) -> {
                    try (var files = Files.newDirectoryStream(BINARIES.resolve(Integer.toString(version)), "*.txz")) {
                        return Files.newInputStream(files.iterator().next());
                    }
                })
                .setOverrideWorkingDirectory(
                        BINARIES.resolveSibling("postgres-" + version).toFile())
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setPGStartupWait(LONGEST_START)
                .setDataDirectoryCustomizer(this::customize)
                .setPort(port);
        settings.forEach(builder::setServerConfig);
        return builder.start();
    }

    /** Asks one user for a password, all others on this machine for none. */
    private void customize(File folder) {
        Path access = folder.toPath().resolve("pg_hba.conf");
        try {
            String rules = Files.readString(access);
            if (!rules.contains(WITH_PASSWORD)) {
                Files.writeString(
                        access,
                        "host all " + WITH_PASSWORD + " all scram-sha-256\n" + rules + "host all all samehost trust\n");
            }
            if (standby) {
                Files.writeString(folder.toPath().resolve("standby.signal"), "");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return server.getPort();
    }

    String location(String options) {
        return location(port(), options);
    }

    static String location(int port, String options) {
        return "postgresql://postgres@localhost:" + port + "/postgres" + (options.isEmpty() ? "" : "?" + options);
    }

    Connection connect() throws SQLException {
        return connect("");
    }

    Connection connect(String properties) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://localhost:" + port() + "/postgres?user=postgres" + properties);
    }

    void execute(String sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    Optional<String> query(String sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? Optional.ofNullable(rows.getString(1)) : Optional.empty();
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** Returns every row that a query finds after some settings, its columns joined by a bar. */
    List<String> rows(String settings, String query) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(settings);
            try (ResultSet rows = statement.executeQuery(query)) {
                List<String> found = new ArrayList<>();
                while (rows.next()) {
                    List<String> columns = new ArrayList<>();
                    for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                        columns.add(rows.getString(i));
                    }
                    found.add(String.join("|", columns));
                }
                return found;
            }
        } catch (SQLException e) {
            throw new IllegalStateException(query, e);
        }
    }

    String setting(String name) {
        return query("show " + name).orElseThrow();
    }

    /** Kills the server and all its workers with SIGKILL, and starts it again: it recovers from its log. */
    void killAndRestart() throws IOException {
        int port = port();
        kill();
        server.close(); // lets go of its lock on the folder
        server = started(port);
    }

    /** Does so, and lets it follow another that is not there, until it is promoted: its data stays as it is. */
    void killAndRestartAsStandby() throws IOException {
        Files.writeString(data.resolve("standby.signal"), "");
        killAndRestart();
    }

    void promote() {
        execute("select pg_promote(true, " + LONGEST_START.toSeconds() + ")");
    }

    private void kill() throws IOException {
        long pid = Long.parseLong(
                Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip());
        ProcessHandle postmaster = ProcessHandle.of(pid).orElseThrow();
        List<ProcessHandle> workers = postmaster.descendants().toList();
        postmaster.destroyForcibly();
        workers.forEach(ProcessHandle::destroyForcibly);
        postmaster.onExit().orTimeout(2, TimeUnit.MINUTES).join();
        workers.forEach(worker -> worker.onExit().orTimeout(2, TimeUnit.MINUTES).join());
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
