package io.backtestkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.testkit.SampleSignals;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Kills in mid-write. {@code -Dbacktestkit.kills=20} kills more often than the few times of every build. */
class KillTest {

    private static final SignalKey KEY = SampleSignals.key();
    private static final int KILLS = Integer.getInteger("backtestkit.kills", 3);

    /** Every part of the record names the write, so that a torn one equals none. */
    static Signal numbered(int number) {
        String mark = "write " + number + " ";
        return SampleSignals.openLong(KEY)
                .id(mark)
                .exchange(mark)
                .note(mark.repeat(50))
                .createdAt(Instant.ofEpochMilli(1_700_000_000_000L + number))
                .openTimestamp(Instant.ofEpochMilli(1_700_000_000_000L + number))
                .build();
    }

    /** Writes and ends one signal after the other until the store fails; remembers what was acknowledged. */
    private static final class Writing {
        final AtomicInteger written = new AtomicInteger();
        final List<Integer> ended = new CopyOnWriteArrayList<>();
        final AtomicBoolean stop = new AtomicBoolean();

        void run(SignalStore store, int first) {
            try {
                for (int number = first; !stop.get(); number++) {
                    store.write(KEY, numbered(number));
                    written.set(number);
                    if (number % 3 == 0) {
                        store.end(SampleSignals.closed(numbered(number)));
                        ended.add(number);
                    }
                }
            } catch (StoreUnavailableException e) {
                // the server is gone: what was acknowledged is known
            }
        }
    }

    /** Checks what is left and returns the number to go on with. */
    private static int checkNothingLost(SignalStore store, int written, List<Integer> ended) {
        int held = store.read(KEY).map(KillTest::numberOf).orElse(0);
        List<Integer> log = store.tradeLog().orElseThrow().trades(KEY).stream()
                .map(trade -> numberOf(trade.signal()))
                .toList();
        assertThat(log).as("trades").doesNotHaveDuplicates();
        assertThat(log).as("trades, with every acknowledged end").containsAll(ended);
        int last = log.isEmpty() ? 0 : log.get(log.size() - 1);
        assertThat(Math.max(held, last)).as("the newest write known").isBetween(written, written + 1);
        assertThat(held).as("an ended signal is held").isNotEqualTo(last == 0 ? -1 : last);
        return Math.max(Math.max(held, last), written) + 1;
    }

    private static int numberOf(Signal signal) {
        int number = Integer.parseInt(signal.id().split(" ")[1]);
        assertThat(signal).isEqualTo(numbered(number));
        return number;
    }

    @Test
    void nothingAcknowledgedIsLostWhenTheServerIsKilled() throws ExecutionException, InterruptedException {
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try (RealRedis redis = RealRedis.durable();
                SignalStore store = SignalStores.open(redis.location() + "?commandTimeout=2s")) {
            int next = 1;
            for (int kill = 0; kill < KILLS; kill++) {
                int first = next;
                Writing writing = new Writing();
                Future<?> running = threads.submit(() -> writing.run(store, first));
                int before = 20 + 7 * kill;
                Poll.until("it writes", () -> writing.written.get() >= first + before || running.isDone());

                redis.kill();
                running.get();
                redis.start();

                assertThat(writing.written.get()).isGreaterThanOrEqualTo(first + before);
                next = checkNothingLost(store, writing.written.get(), writing.ended);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void nothingAcknowledgedIsLostWhenTheClientIsKilled() throws IOException {
        try (RealRedis redis = RealRedis.durable()) {
            int next = 1;
            for (int kill = 0; kill < Math.max(2, KILLS / 4); kill++) {
                Process client = new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                KillTest.class.getName(),
                                redis.location(),
                                String.valueOf(next))
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
                int written = next - 1;
                List<Integer> ended = new ArrayList<>();
                try (BufferedReader lines = client.inputReader()) {
                    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                        int number = Integer.parseInt(line.substring(2));
                        written = Math.max(written, number);
                        if (line.startsWith("e")) {
                            ended.add(number);
                        }
                        if (written == next + 30 + kill) {
                            client.toHandle().destroyForcibly();
                        }
                    }
                }
                client.onExit().join();
                assertThat(written).isGreaterThanOrEqualTo(next + 30);
                try (SignalStore store = SignalStores.open(redis.location())) {
                    next = checkNothingLost(store, written, ended);
                }
            }
        }
    }

    /** The client to be killed: writes from a number on, and prints what was acknowledged. */
    public static void main(String[] args) {
        try (SignalStore store = SignalStores.open(args[0])) {
            for (int number = Integer.parseInt(args[1]); ; number++) {
                store.write(KEY, numbered(number));
                System.out.println("w " + number);
                if (number % 3 == 0) {
                    store.end(SampleSignals.closed(numbered(number)));
                    System.out.println("e " + number);
                }
            }
        }
    }
}
