package io.backtestkit.store.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import redis.embedded.core.ExecutableProvider;

/**
 * A real redis-server in a folder of its own: the one of the build, 6.2, or the program that the system property {@code
 * backtestkit.redisServer} or the environment variable {@code BACKTESTKIT_REDIS_SERVER} names.
 */
final class RealRedis implements AutoCloseable {

    static final List<String> DURABLE = List.of("--appendonly", "yes", "--appendfsync", "always");

    private static final String PROGRAM = program();

    private final Path folder;
    private final int port;
    private final String password;
    private final List<String> command = new ArrayList<>();
    private @Nullable Process process;

    private RealRedis(List<String> before, List<String> options) {
        try {
            folder = Files.createTempDirectory("backtest-kit-redis");
            port = freePort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        int at = options.indexOf("--requirepass");
        password = at < 0 ? "" : options.get(at + 1);
        command.addAll(before);
        command.add(PROGRAM);
        command.addAll(List.of(
                "--port", String.valueOf(port), "--dir", folder.toString(), "--bind", "127.0.0.1", "--save", ""));
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
                PROGRAM,
                settings.toString(),
                "--sentinel",
                "--port",
                String.valueOf(sentinel.port),
                "--dir",
                sentinel.folder.toString(),
                "--bind",
                "127.0.0.1"));
        sentinel.start();
        return sentinel;
    }

    private static RealRedis started(List<String> before, List<String> options) {
        RealRedis redis = new RealRedis(before, options);
        redis.start();
        return redis;
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            // a cluster also uses the port 10,000 above
            return socket.getLocalPort() > 55_000 ? socket.getLocalPort() - 20_000 : socket.getLocalPort();
        }
    }

    private static String program() {
        String property = System.getProperty("backtestkit.redisServer");
        String named = property != null ? property : System.getenv("BACKTESTKIT_REDIS_SERVER");
        if (named != null) {
            return named;
        }
        try {
            File unpackedIn =
                    Files.createTempDirectory("backtest-kit-redis-server").toFile();
            unpackedIn.deleteOnExit();
            File program = ExecutableProvider.newJarResourceProvider(unpackedIn).get();
            program.deleteOnExit();
            return program.getAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException("no redis-server for this machine; name one by backtestkit.redisServer", e);
        }
    }

    void start() {
        startWithoutWaiting();
        Poll.until("the server answers", () -> {
            try {
                String answer = ask(RedisCommands::ping);
                return answer.equals("PONG");
            } catch (RedisException e) {
                if (process != null && !process.isAlive()) {
                    throw new AssertionError("redis-server has ended: " + log(), e);
                }
                return false;
            }
        });
    }

    void startWithoutWaiting() {
        try {
            process = new ProcessBuilder(command)
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
