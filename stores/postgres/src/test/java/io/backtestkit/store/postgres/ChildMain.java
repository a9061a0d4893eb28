package io.backtestkit.store.postgres;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimAnswer;
import io.backtestkit.store.ClaimLostException;
import io.backtestkit.store.Claims;
import io.backtestkit.store.ProcessOwner;
import io.backtestkit.testkit.SampleSignals;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * A process of its own. {@code open LOCATION THREADS} waits for a line and opens; {@code claim LOCATION LEASE} takes one slot
 * and changes it until it is killed or has lost the slot.
 */
final class ChildMain {

    private ChildMain() {}

    static Process start(String... arguments) throws IOException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        List<String> command = new ArrayList<>(List.of(
                java.toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                ChildMain.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("open")) {
            open(arguments[1], Integer.parseInt(arguments[2]));
        } else {
            claim(arguments[1], Duration.ofMillis(Long.parseLong(arguments[2])));
        }
    }

    private static void open(String location, int count) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(count);
        CountDownLatch start = new CountDownLatch(1);
        List<Future<?>> openings = IntStream.range(0, count)
                .<Future<?>>mapToObj(i -> threads.submit(() -> {
                    start.await();
                    PostgresSignalStore.open(location).close();
                    return true;
                }))
                .toList();
        System.out.println("ready");
        if (System.in.read() >= 0) {
            start.countDown();
            for (Future<?> opening : openings) {
                opening.get();
            }
            System.out.println("opened");
        }
        threads.shutdownNow();
    }

    /** Says the number of each signal before and after it: every one is written, then some are ended, some deleted. */
    private static void claim(String location, Duration lease) {
        SignalKey key = Samples.KEY;
        try (PostgresSignalStore store = PostgresSignalStore.open(location)) {
            Claims claims = store.claims().orElseThrow();
            Claim claim = ((ClaimAnswer.Granted) claims.claim(key, ProcessOwner.name(), lease)).claim();
            List<EndedSignal> ended = store.tradeLog().orElseThrow().trades(key);
            long last = ended.isEmpty()
                    ? 0
                    : Samples.number(ended.get(ended.size() - 1).signal());
            long first = Math.max(last, store.read(key).map(Samples::number).orElse(0L));
            for (long number = first + 1; ; number++) {
                Signal signal = Samples.numbered(key, number);
                say("begun " + number);
                claims.write(claim, signal);
                if (Samples.isEnded(number)) {
                    claims.end(claim, SampleSignals.closed(signal));
                }
                if (Samples.isDeleted(number)) {
                    claims.delete(claim);
                }
                say("done " + number);
                claim = claims.renew(claim, lease);
            }
        } catch (ClaimLostException e) {
            say("lost " + e.getMessage());
        }
    }

    private static void say(String line) {
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
        System.out.write(bytes, 0, bytes.length);
        System.out.flush();
    }
}
