package io.backtestkit.servers;

import io.backtestkit.testkit.Ports;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A real PostgreSQL in a folder of its own, with every setting on that a power cut asks for, in a time zone that is not UTC. */
public final class PostgresServer implements Server {

    private static final Path TEMPORARY = Path.of(System.getProperty("java.io.tmpdir"));
    private static final Duration LONGEST_START = Duration.ofMinutes(3);
    private static final long SHORTEST_POOL_MILLIS = 250;
    private static final int MOST_STARTS = 3;

    private final Map<String, String> settings = new TreeMap<>(Map.of(
            "fsync", "on",
            "full_page_writes", "on",
            "synchronous_commit", "on",
            "timezone", "America/St_Johns",
            "shared_buffers", "32MB",
            "max_connections", "300"));
    private final Path folder;
    private final Path data;
    private final AtomicInteger places = new AtomicInteger();
    private final Thread atTheEnd = new Thread(this::remove);
    private final int port;
    private EmbeddedPostgres server;

    /** Starts one; the settings, as in {@code postgresql.conf}, are added to those above and win over them. */
    public PostgresServer(Map<String, String> settings) {
        this(TEMPORARY, settings);
    }

    /** Starts one that keeps everything it stores in a new folder within that one, as on a disk of its own. */
    public PostgresServer(Path within, Map<String, String> settings) {
        this.settings.putAll(settings);
        Turn turn = Turn.at(TEMPORARY.resolve("backtest-kit-postgres-turn"));
        try {
            folder = Files.createTempDirectory(within, "backtest-kit-postgres");
            data = folder.resolve("data");
            server = startedOnAnyPort();
            port = server.getPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            turn.end();
        }
        Runtime.getRuntime().addShutdownHook(atTheEnd);
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

    private EmbeddedPostgres started(int wantedPort) throws IOException {
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setOverrideWorkingDirectory(
                        TEMPORARY.resolve("backtest-kit-postgres-program").toFile())
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                .setPGStartupWait(LONGEST_START)
                .setPort(wantedPort);
        settings.forEach(builder::setServerConfig);
        return builder.start();
    }

    @Override
    public String name() {
        return "PostgreSQL 18 (real server, fsync and synchronous_commit on)";
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public String newPlace() {
        return "postgresql://postgres@127.0.0.1:" + port + "/postgres?schema=place" + places.incrementAndGet();
    }

    @Override
    public String through(int other, String place, Duration timeout) {
        long seconds = Math.max(1, timeout.toSeconds());
        return place.replace(":" + port + "/", ":" + other + "/") + "&connectTimeout=" + seconds + "s&socketTimeout="
                + seconds + "s&statementTimeout=" + (1_000 * seconds - 100) + "ms&lockTimeout=" + 500 * seconds
                + "ms&poolTimeout=" + Math.max(SHORTEST_POOL_MILLIS, timeout.toMillis()) + "ms";
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres");
    }

    /** Returns the file that holds a table, given by schema and name, on the server's disk. */
    public Path file(String table) {
        return data.resolve(answer("select pg_relation_filepath(?::regclass)", table));
    }

    /** Returns the value of a setting, as a new connection finds it. */
    public String setting(String name) {
        return answer("select current_setting(?)", name);
    }

    private String answer(String question, String about) {
        try (Connection connection = connect();
                PreparedStatement statement = connection.prepareStatement(question)) {
            statement.setString(1, about);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getString(1);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(
                    "Cannot ask the server of a test about " + about + ": " + e.getMessage(), e);
        }
    }

    /** Runs SQL as the owner of everything, on a connection of its own. */
    public void execute(String sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot run " + sql + " on the server of a test: " + e.getMessage(), e);
        }
    }

    /** Says whether it takes connections. */
    public boolean answers() {
        try (Connection connection = connect()) {
            return connection.isValid(0);
        } catch (SQLException e) {
            return false;
        }
    }

    /** Does so as {@link Server#kill}; of one that has ended by itself it clears away what is left. */
    @Override
    public void kill() {
        try {
            postmaster().ifPresent(PostgresServer::kill);
            server.close(); // lets go of its lock on the folder
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Optional<ProcessHandle> postmaster() throws IOException {
        Path own = data.resolve("postmaster.pid");
        return Files.exists(own)
                ? ProcessHandle.of(Long.parseLong(Files.readAllLines(own).get(0).strip()))
                : Optional.empty();
    }

    private static void kill(ProcessHandle postmaster) {
        List<ProcessHandle> workers = postmaster.descendants().toList();
        postmaster.destroyForcibly();
        workers.forEach(ProcessHandle::destroyForcibly);
        awaitEnd(postmaster);
        workers.forEach(PostgresServer::awaitEnd);
    }

    private static void awaitEnd(ProcessHandle process) {
        process.onExit().orTimeout(2, TimeUnit.MINUTES).join();
    }

    @Override
    public void start() {
        try {
            server = started(port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void remove() {
        try {
            Optional<ProcessHandle> postmaster = postmaster();
            server.close(); // gives up waiting after five seconds
            postmaster.ifPresent(PostgresServer::awaitEnd);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Folders.remove(folder);
    }

    @Override
    public void close() {
        remove();
        Runtime.getRuntime().removeShutdownHook(atTheEnd);
    }
}
