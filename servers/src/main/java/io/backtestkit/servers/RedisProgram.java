package io.backtestkit.servers;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import redis.embedded.core.ExecutableProvider;

/**
 * The redis-server to run: the one that the system property {@code backtestkit.redisServer} or the environment variable {@code
 * BACKTESTKIT_REDIS_SERVER} names, else one of 6.2 that is unpacked once a process.
 */
public final class RedisProgram {

    private static final long LONGEST_BUSY_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private RedisProgram() {}

    /**
     * Returns its path.
     *
     * @throws UncheckedIOException if there is none for this machine
     */
    public static String path() {
        return Found.PATH;
    }

    private static final class Found {

        static final String PATH = find();

        private static String find() {
            @Nullable String property = System.getProperty("backtestkit.redisServer");
            @Nullable String named = property != null ? property : System.getenv("BACKTESTKIT_REDIS_SERVER");
            if (named != null) {
                return named;
            }
            try {
                return unpacked();
            } catch (IOException e) {
                throw new UncheckedIOException(
                        "There is no redis-server for this machine; name one by BACKTESTKIT_REDIS_SERVER.", e);
            }
        }
    }

    private static String unpacked() throws IOException {
        File unpackedIn = Files.createTempDirectory("backtest-kit-redis-server").toFile();
        unpackedIn.deleteOnExit();
        File program = ExecutableProvider.newJarResourceProvider(unpackedIn).get();
        program.deleteOnExit();
        awaitRunnable(program.getAbsolutePath());
        return program.getAbsolutePath();
    }

    /**
     * Waits until it runs: a process that another thread was starting while the file was written holds it open for a moment,
     * and the system runs no file that is open for writing.
     */
    private static void awaitRunnable(String program) throws IOException {
        long end = System.nanoTime() + LONGEST_BUSY_NANOS;
        while (true) {
            try {
                new ProcessBuilder(program, "--version")
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .onExit()
                        .join();
                return;
            } catch (IOException e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }
}
