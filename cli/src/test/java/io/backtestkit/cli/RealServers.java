package io.backtestkit.cli;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.ServerVersion;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import redis.embedded.RedisServer;
import redis.embedded.core.ExecutableProvider;
import redis.embedded.core.RedisServerBuilder;

/**
 * Servers for the tests of the command: each starts when first asked for, keeps what it acknowledges, is shared by all tests
 * of this JVM and stops with it. Each location leads to an empty place of its own, and other processes may use it.
 */
final class RealServers {

    private static final int REDIS_DATABASES = 1_000;
    private static final AtomicInteger PLACES = new AtomicInteger();

    private RealServers() {}

    /** Returns the location of an empty database of a real redis-server. */
    static String redis() {
        return "redis://127.0.0.1:" + Redis.PORT + "/" + place();
    }

    /** Returns the location of an empty schema of a real PostgreSQL; opening it for trading makes the tables. */
    static String postgres() {
        return "postgresql://postgres@127.0.0.1:" + Postgres.PORT + "/postgres?schema=place" + place();
    }

    /**
     * Returns the location of an empty database of an emulator in this process, which speaks the protocol of MongoDB and is
     * no proof: the store's preflight refuses it.
     */
    static String emulatedMongo() {
        return "mongodb://127.0.0.1:" + Mongo.PORT + "/place" + place() + "?singleNode=true";
    }

    private static int place() {
        return PLACES.incrementAndGet() % REDIS_DATABASES;
    }

    private static final class Redis {

        static final int PORT = start();

        private static int start() {
            try {
                Path folder = Files.createTempDirectory("backtest-kit-redis");
                int port = freePort();
                RedisServerBuilder builder = RedisServer.newRedisServer()
                        .port(port)
                        .bind("127.0.0.1")
                        .setting("dir " + folder)
                        .setting("save \"\"")
                        .setting("databases " + REDIS_DATABASES)
                        .setting("appendonly yes")
                        .setting("appendfsync always");
                String program = System.getenv("BACKTESTKIT_REDIS_SERVER");
                if (program != null) {
                    ExecutableProvider named = () -> new File(program);
                    builder.executableProvider(named);
                }
                RedisServer server = builder.build();
                server.start();
                Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, folder)));
                return port;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static int freePort() throws IOException {
            try (ServerSocket socket = new ServerSocket(0)) {
                return socket.getLocalPort();
            }
        }

        private static void stop(RedisServer server, Path folder) {
            try {
                server.stop();
                try (Stream<Path> files = Files.walk(folder)) {
                    files.sorted(Comparator.reverseOrder())
                            .forEach(file -> file.toFile().delete());
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static final class Postgres {

        static final int PORT = start();

        @SuppressWarnings("resource") // stops with the JVM
        private static int start() {
            try {
                return EmbeddedPostgres.builder()
                        .setOverrideWorkingDirectory(
                                Path.of("target", "postgres").toAbsolutePath().toFile())
                        .setPGStartupWait(Duration.ofSeconds(60))
                        .setServerConfig("fsync", "on")
                        .setServerConfig("full_page_writes", "on")
                        .setServerConfig("synchronous_commit", "on")
                        .setServerConfig("timezone", "America/St_Johns")
                        .setServerConfig("shared_buffers", "32MB")
                        .start()
                        .getPort();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static final class Mongo {

        static final int PORT = new MongoServer(new MemoryBackend().version(ServerVersion.MONGO_5_0))
                .bind()
                .getPort();
    }
}
