package io.backtestkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import io.backtestkit.testkit.Ports;
import io.backtestkit.testkit.SampleSignals;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A password is in the location, in the environment or in a file, right or wrong, and whatever goes wrong: it is in nothing
 * that a command writes, the stack traces and the log included.
 */
class SecretsTest {

    /** A wrong password has it in it, too. */
    private static final String SECRET = "correct-horse-battery";

    /** Set by the build, to {@link #SECRET}. */
    private static final String VARIABLE = "BACKTESTKIT_TEST_SECRET";

    private static final SignalKey KEY = new SignalKey("bracket", "SECRETS");

    @TempDir
    private Path folder;

    private final Queue<String> log = new ConcurrentLinkedQueue<>();
    private final Handler listening = new Handler() {
        @Override
        public void publish(LogRecord logged) {
            log.add(new SimpleFormatter().format(logged));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        Logger.getLogger("").addHandler(listening);
    }

    @AfterEach
    void listenNoMore() {
        Logger.getLogger("").removeHandler(listening);
    }

    /** A server with users whose password is the secret. */
    enum Server {
        REDIS("redis", "0", "9999", "") {
            @Override
            int port() throws Exception {
                String location = RealServers.redis().newPlace();
                try (RedisClient client = RedisClient.create(location);
                        StatefulRedisConnection<String, String> connection = client.connect()) {
                    // the second one may not see the configuration, so the preflight cannot vouch for it
                    user(connection, "trader", "+@all");
                    user(connection, "blind", "+@all", "-config");
                }
                return RealServers.redis().port();
            }

            private void user(StatefulRedisConnection<String, String> connection, String name, String... rights) {
                CommandArgs<String, String> args = new CommandArgs<>(StringCodec.UTF8)
                        .add("SETUSER")
                        .add(name)
                        .add("reset")
                        .add("on")
                        .add(">" + SECRET)
                        .add("~*")
                        .add("&*");
                for (String right : rights) {
                    args.add(right);
                }
                connection.sync().dispatch(CommandType.ACL, new StatusOutput<>(StringCodec.UTF8), args);
            }
        },
        POSTGRES("postgresql", "postgres", "nowhere", "schema=secrets") {
            @Override
            int port() throws Exception {
                int port = RealServers.postgres().port();
                String url = "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres";
                try (Connection connection = DriverManager.getConnection(url);
                        Statement statement = connection.createStatement()) {
                    for (String user : List.of("trader", "blind")) {
                        makeUser(statement, user);
                    }
                    // the preflight refuses the second one
                    statement.execute("alter role blind set synchronous_commit = off");
                }
                return port;
            }

            private void makeUser(Statement statement, String user) throws SQLException, IOException {
                try (ResultSet known =
                        statement.executeQuery("select 1 from pg_roles where rolname = '" + user + "'")) {
                    if (known.next()) {
                        return;
                    }
                }
                statement.execute("create role " + user + " login superuser password '" + SECRET + "'");
                Path rules;
                try (ResultSet file = statement.executeQuery("show hba_file")) {
                    file.next();
                    rules = Path.of(file.getString(1));
                }
                String before = Files.readString(rules);
                Files.writeString(rules, "host all " + user + " 127.0.0.1/32 scram-sha-256\n" + before);
                statement.execute("select pg_reload_conf()");
            }
        },
        /** The emulator lets nobody in who has a password. */
        MONGO("mongodb", "secrets", "nowhere", "singleNode=true&serverSelectionTimeoutMS=100&connectTimeoutMS=100") {
            @Override
            int port() {
                return RealServers.emulatedMongo().port();
            }
        };

        private final String scheme;
        private final String database;
        private final String otherDatabase;
        private final String options;

        Server(String scheme, String database, String otherDatabase, String options) {
            this.scheme = scheme;
            this.database = database;
            this.otherDatabase = otherDatabase;
            this.options = options;
        }

        /** Makes sure that it runs and has the users, and returns its port. */
        abstract int port() throws Exception;

        private String at(String user, int port, String place, String more) {
            String all = options + (options.isEmpty() || more.isEmpty() ? "" : "&") + more;
            return scheme + "://" + user + "127.0.0.1:" + port + "/" + place + (all.isEmpty() ? "" : "?" + all);
        }

        /** Returns options under which it is soon noticed that the server is gone, though not too soon that it is slow. */
        String briefly() {
            return this == REDIS
                    ? "commandTimeout=20s&connectTimeout=20s&socketTimeout=20s"
                    : "socketTimeout=20s&statementTimeout=18s&lockTimeout=10s&poolTimeout=1s&connectTimeout=20s";
        }

        String right(Path file) throws Exception {
            return at("trader@", port(), database, "passwordFile=" + file);
        }

        /** Returns locations that cannot be used, for all sorts of reasons. */
        List<String> useless(Path file) throws Exception {
            int port = port();
            int closed = Ports.free();
            String user = "trader:" + SECRET + "@";
            return List.of(
                    at("trader:" + SECRET + "-wrong@", port, database, ""),
                    at(user, closed, database, ""),
                    at("trader@", closed, database, "passwordEnv=" + VARIABLE),
                    at("trader@", closed, database, "passwordFile=" + file),
                    at(user, port, otherDatabase, "singleNode=false").replaceFirst("singleNode=true&", ""),
                    at("blind:" + SECRET + "@", port, database, ""),
                    at("blind@", port, database, "passwordEnv=" + VARIABLE),
                    at(user, port, database, "colour=red"),
                    at(user, port, database, "passwordEnv=" + VARIABLE),
                    at(user, 99_999, database, ""),
                    at("trader:" + SECRET + "%@", port, database, ""),
                    at("trader:" + SECRET + "?x@", port, database, ""),
                    at("trader:x@" + SECRET + "@", port, database, ""),
                    "Redis://" + user + "127.0.0.1/",
                    user + "127.0.0.1/" + database);
        }
    }

    /** Every command that opens a store, with what it needs besides the store. */
    private List<List<String>> commands() {
        String candles = SampleFiles.candles(folder, 20).toString();
        String file = "file:" + folder.resolve("other");
        String lines = SampleFiles.write(folder.resolve("none.jsonl"), SampleFiles.read(export()))
                .toString();
        List<String> one = List.of("--strategy", "bracket", "--symbol", "SECRETS");
        return Stream.of(
                        "store list --store AT",
                        "store list --json --store AT",
                        "store show --store AT ONE",
                        "store check --store AT",
                        "store check --json " + folder.resolve("check.json") + " --store AT",
                        "store trades --store AT",
                        "store trades --json --store AT",
                        "store delete --yes --store AT ONE",
                        "store resolve --discard --store AT ONE",
                        "store export --file " + folder.resolve("export.jsonl") + " --store AT",
                        "store import --file " + lines + " --store AT",
                        "store copy --from AT --to " + file,
                        "store copy --from " + file + " --to AT",
                        "store copy --from AT --to AT",
                        "live --replay " + candles + " ONE --json-events " + folder.resolve("events.jsonl")
                                + " --store AT",
                        "demo --kills 1 --seed 1 --store AT")
                .map(words -> {
                    List<String> all = new ArrayList<>();
                    for (String word : words.split(" ")) {
                        all.addAll(word.equals("ONE") ? one : List.of(word));
                    }
                    all.add("--stacktrace");
                    return all;
                })
                .toList();
    }

    private Path export() {
        String location = "file:" + folder.resolve("other");
        try (SignalStore store = SignalStores.open(location)) {
            store.write(KEY, SampleSignals.openLong(KEY).build());
        }
        Path file = folder.resolve("exported.jsonl");
        Ran.command("store", "export", "--store", location, "--file", file.toString())
                .succeeded();
        return file;
    }

    private Path secretFile() {
        return SampleFiles.write(folder.resolve("password"), SECRET + "\n");
    }

    private void assertSilent(List<String> command, String location, Ran ran) throws IOException {
        String what = String.join(" ", command) + " at " + location;
        assertThat(ran.out() + ran.err()).as(what).doesNotContain(SECRET);
        assertThat(String.join("", log)).as("the log of " + what).doesNotContain(SECRET);
        for (String file : List.of("check.json", "events.jsonl", "export.jsonl")) {
            Path written = folder.resolve(file);
            if (Files.exists(written)) {
                assertThat(SampleFiles.read(written)).as(file + " of " + what).doesNotContain(SECRET);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Server.class)
    void noCommandThatFailsShowsThePassword(Server server) throws Exception {
        assertThat(System.getenv(VARIABLE)).as("set by the build").isEqualTo(SECRET);
        List<List<String>> commands = commands();
        for (String location : server.useless(secretFile())) {
            for (List<String> command : commands) {
                String[] words = command.stream()
                        .map(word -> word.equals("AT") ? location : word)
                        .toArray(String[]::new);

                Ran ran = Ran.command(words);

                assertSilent(command, location, ran);
                boolean mayLook = location.contains("blind");
                if (!mayLook || command.contains("live") || command.contains("demo")) {
                    assertThat(ran.exitCode()).as(command + " at " + location).isNotZero();
                    assertThat(ran.err()).as(command + " at " + location).contains("Cannot ", "\tat ");
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"REDIS", "POSTGRES"})
    void noCommandThatSucceedsShowsThePassword(Server server) throws Exception {
        String location = server.right(secretFile());
        for (List<String> command : commands()) {
            String[] words = command.stream()
                    .map(word -> word.equals("AT") ? location : word)
                    .toArray(String[]::new);
            assertSilent(command, location, Ran.command(words));
        }
        assertThat(Ran.command("store", "list", "--store", location).succeeded().out())
                .contains("bracket/SECRETS");
    }

    @ParameterizedTest
    @EnumSource(names = {"REDIS", "POSTGRES"})
    void aServerThatGoesAwayInTheMiddleShowsNoPassword(Server server) throws Exception {
        Path output = folder.resolve("output.txt");
        Path events = folder.resolve("events.jsonl");
        List<String> arguments = List.of(
                "--strategy",
                "bracket",
                "--symbol",
                "CUT-" + server,
                "--replay",
                SampleFiles.candles(folder).toString(),
                "--json-events",
                events.toString(),
                "--speed",
                "6000",
                "--stacktrace");
        try (Relay relay = new Relay(server.port());
                LiveProcess process = LiveProcess.start(
                        arguments,
                        server.at("trader:" + SECRET + "@", relay.port(), server.database, server.briefly()),
                        output)) {
            await(process, events, "\"event\":\"opened\"");
            assertThat(SampleFiles.read(Path.of("/proc/" + process.number() + "/cmdline")))
                    .as("what every user of the machine can see; this test needs Linux")
                    .contains("--replay")
                    .doesNotContain(SECRET);

            relay.cut();

            await(process, events, "\"event\":\"error\"");
            process.terminate();
            process.awaitExit();
        }
        assertThat(SampleFiles.read(output)).contains("error").doesNotContain(SECRET);
        assertThat(SampleFiles.read(events)).contains("Cannot ").doesNotContain(SECRET);
    }

    private static void await(LiveProcess process, Path events, String text) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        while (!Files.exists(events) || !SampleFiles.read(events).contains(text)) {
            assertThat(process.isAlive()).as(process.printed()).isTrue();
            assertThat(System.nanoTime())
                    .as("no " + text + ": " + process.printed())
                    .isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    @Test
    void theProgramsOwnFailureShowsNoPassword() {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        PrintStream err = new PrintStream(written, true, StandardCharsets.UTF_8);
        String location = "redis://trader:" + SECRET + "@127.0.0.1/";

        int exitCode = Main.run(new String[] {"store", "lst", "--store", location, "--stacktrace"}, err, err);
        int second = Main.run(new String[] {"store", "list", "--stor=" + location, "--stacktrace"}, err, err);
        int third = Main.run(new String[] {"store", "list", location, "--stacktrace"}, err, err);

        assertThat(List.of(exitCode, second, third)).containsOnly(2);
        assertThat(written.toString(StandardCharsets.UTF_8))
                .contains("is unknown")
                .doesNotContain(SECRET);
    }
}
