package io.backtestkit.store.redis;

import io.backtestkit.servers.RedisProgram;
import io.backtestkit.testkit.Ports;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real redis-server in a folder of its own.
 *
 * @see RedisProgram
 */
final class RealRedis implements AutoCloseable {

    /** For whatever is not about time-outs: a machine that stands still for some seconds must not make a store give up. */
    static final String PATIENT = "connectTimeout=30s&commandTimeout=60s&socketTimeout=60s";

    static final List<String> DURABLE = List.of("--appendonly", "yes", "--appendfsync", "always");

    private static final int MOST_STARTS = 3;

    private final Path folder;
    private int port;
    private final String password;
    private final List<String> command = new ArrayList<>();
    private @Nullable Process process;

    private RealRedis(List<String> before, List<String> options) {
        try {
            folder = Files.createTempDirectory("backtest-kit-redis");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        int at = options.indexOf("--requirepass");
        password = at < 0 ? "" : options.get(at + 1);
        command.addAll(before);
        command.add(RedisProgram.path());
        command.addAll(List.of("--dir", folder.toString(), "--bind", "127.0.0.1", "--save", ""));
        command.addAll(options);
    }

    /** Starts a server that keeps what it acknowledges, with more options. */
    static RealRedis durable(String... more) {
        return started(
                List.of(), Stream.concat(DURABLE.stream(), Stream.of(more)).toList());
    }

    /** Starts a server with exactly those options. */
    static RealRedis with(String... options) {
        return started(List.of(), List.of(options));
    }

    /** Starts a server whose files cannot grow over that many kilobytes. */
    static RealRedis withFilesUpTo(int kilobytes, String... options) {
        String limit = "trap '' XFSZ; ulimit -f " + kilobytes + "; exec \"$@\"";
        return started(List.of("bash", "-c", limit, "redis"), List.of(options));
    }

    /** Starts a Sentinel that watches the master on that port. */
    static RealRedis sentinel(String name, int master) throws IOException {
        Path settings = Files.createTempFile("backtest-kit-sentinel", ".conf");
        Files.writeString(settings, "sentinel monitor " + name + " 127.0.0.1 " + master + " 1\n");
        settings.toFile().deleteOnExit();
        RealRedis sentinel = new RealRedis(List.of(), List.of());
        sentinel.command.clear();
        sentinel.command.addAll(List.of(
                RedisProgram.path(),
                settings.toString(),
                "--sentinel",
                "--dir",
                sentinel.folder.toString(),
                "--bind",
                "127.0.0.1"));
        sentinel.startOnAnyPort();
        return sentinel;
    }

    private static RealRedis started(List<String> before, List<String> options) {
        RealRedis redis = new RealRedis(before, options);
        redis.startOnAnyPort();
        return redis;
    }

    /** Another test may take the port that was free: then it ends at once. */
    private void startOnAnyPort() {
        for (int attempt = 1; ; attempt++) {
            port = Ports.free();
            try {
                start();
                return;
            } catch (AssertionError e) {
                if (attempt == MOST_STARTS) {
                    throw e;
                }
            }
        }
    }

    void start() {
        startWithoutWaiting();
        Poll.until("the server answers", () -> {
            if (process != null && !process.isAlive()) {
                throw new AssertionError("redis-server has ended: " + log());
            }
            try {
                String answer = ask(RedisCommands::ping);
                return answer.equals("PONG");
            } catch (RedisException e) {
                return false;
            }
        });
        if (process != null && !process.isAlive()) { // it was another that answered
            throw new AssertionError("redis-server has ended: " + log());
        }
    }

    void startWithoutWaiting() {
        try {
            List<String> all = new ArrayList<>(command);
            all.addAll(List.of("--port", String.valueOf(port)));
            process = new ProcessBuilder(all)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            folder.resolve("log").toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String log() {
        try {
            return Files.readString(folder.resolve("log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Ends it as a power cut would end the process: kill -9. */
    void kill() {
        if (process != null) {
            process.destroyForcibly().onExit().join();
        }
    }

    int port() {
        return port;
    }

    Path folder() {
        return folder;
    }

    String location() {
        return "redis://127.0.0.1:" + port;
    }

    /** Returns a location for tests that are not about time-outs. */
    String patient() {
        return patient(location());
    }

    /** Returns that location with time-outs that no test meets. */
    static String patient(String location) {
        return location + (location.contains("?") ? "&" : "?") + PATIENT;
    }

    /** Does something on a connection of its own, without the store. */
    <T> T ask(Function<RedisCommands<String, String>, T> asking) {
        RedisURI uri = RedisURI.create("127.0.0.1", port);
        if (!password.isEmpty()) {
            uri = RedisURI.builder(uri).withPassword(password.toCharArray()).build();
        }
        RedisClient client = Clients.client();
        try (StatefulRedisConnection<String, String> connection = client.connect(uri)) {
            return asking.apply(connection.sync());
        }
    }

    @Override
    public void close() {
        kill();
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
