package io.backtestkit.servers;

import io.backtestkit.testkit.Ports;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A real redis-server in a folder of its own, with {@code appendfsync always}.
 *
 * @see RedisProgram
 */
public final class RedisServer implements Server {

    private static final int DATABASES = 5_000;
    private static final int MOST_STARTS = 3;
    private static final long LONGEST_START_NANOS = TimeUnit.MINUTES.toNanos(3);

    private final Path folder;
    private int port;
    private final List<String> command = new ArrayList<>();
    private final AtomicInteger places = new AtomicInteger();
    private final Thread atTheEnd = new Thread(this::remove);
    private @Nullable Process process;

    /** Starts one; the options are added to those that make it keep what it acknowledges, and win over them. */
    public RedisServer(String... options) {
        try {
            folder = Files.createTempDirectory("backtest-kit-redis");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        command.addAll(List.of(RedisProgram.path(), "--dir", folder.toString()));
        command.addAll(List.of("--bind", "127.0.0.1", "--save", "", "--databases", String.valueOf(DATABASES)));
        command.addAll(List.of("--appendonly", "yes", "--appendfsync", "always"));
        command.addAll(List.of(options));
        Runtime.getRuntime().addShutdownHook(atTheEnd);
        startOnAnyPort();
    }

    /** Another test may take the port that was free: then it ends at once. */
    private void startOnAnyPort() {
        for (int attempt = 1; ; attempt++) {
            port = Ports.free();
            try {
                start();
                return;
            } catch (IllegalStateException e) {
                if (attempt == MOST_STARTS) {
                    throw e;
                }
            }
        }
    }

    @Override
    public String name() {
        return "Redis (real server, appendfsync always)";
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public String newPlace() {
        return "redis://127.0.0.1:" + port + "/" + places.incrementAndGet() % DATABASES;
    }

    @Override
    public String through(int other, String place, Duration timeout) {
        String moved = place.replace(":" + port + "/", ":" + other + "/");
        String time = timeout.toMillis() + "ms";
        return moved + (moved.contains("?") ? "&" : "?") + "connectTimeout=" + time + "&commandTimeout=" + time
                + "&socketTimeout=" + time;
    }

    @Override
    public void start() {
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
        long end = System.nanoTime() + LONGEST_START_NANOS;
        while (!process.isAlive() || !tell("PING").equals("+PONG")) { // another might answer there
            if (!process.isAlive() || System.nanoTime() > end) {
                throw new IllegalStateException("redis-server does not start: " + log());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    /** Sends a command, its words without spaces, on a connection of its own and returns the answer's first line; empty if none. */
    public String tell(String inline) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(10));
            socket.getOutputStream().write((inline + "\r\n").getBytes(StandardCharsets.UTF_8));
            @Nullable
            String answer = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
            return answer == null ? "" : answer;
        } catch (IOException e) {
            return "";
        }
    }

    private String log() {
        try {
            return Files.readString(folder.resolve("log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void kill() {
        if (process != null) {
            process.destroyForcibly().onExit().join();
        }
    }

    private void remove() {
        kill();
        Folders.remove(folder);
    }

    @Override
    public void close() {
        remove();
        Runtime.getRuntime().removeShutdownHook(atTheEnd);
    }
}
