package io.backtestkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimAnswer;
import io.backtestkit.store.ClaimLostException;
import io.backtestkit.store.Claims;
import io.backtestkit.store.ProcessOwner;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.testkit.SampleSignals;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;

/**
 * Kills in mid-write. {@code -Dbacktestkit.kills=100} kills the client so often, instead of the few times of every build,
 * and kills the server and pauses the client a fifth of that.
 */
class KillTest {

    private static final SignalKey KEY = SampleSignals.key();
    private static final String LOST = "lost";
    private static final Duration LEASE = Duration.ofMinutes(1);
    private static final int KILLS = Integer.getInteger("backtestkit.kills", 3);

    /** What the slot and its log hold, by the numbers of the signals; 0 is a free slot. */
    private record Content(int held, List<Integer> ended) {

        static Content of(SignalStore store) {
            int held = store.read(KEY).map(KillTest::numberOf).orElse(0);
            return new Content(
                    held,
                    store.tradeLog().orElseThrow().trades(KEY).stream()
                            .map(trade -> numberOf(trade.signal()))
                            .toList());
        }

        /** Returns what is there after that many steps, of which the first is the first of signal {@code first}. */
        Content after(int steps, int first) {
            Content content = this;
            for (int step = 0; step < steps; step++) {
                content = content.afterStep(first + step / 2, step % 2);
            }
            return content;
        }

        private Content afterStep(int number, int part) {
            if (part == 0) {
                return new Content(number, ended);
            }
            if (isDeleted(number)) {
                return new Content(0, ended);
            }
            List<Integer> more = new ArrayList<>(ended);
            more.add(number);
            return new Content(0, more);
        }
    }

    private static boolean isDeleted(int number) {
        return number % 3 == 0;
    }

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

    private static int numberOf(Signal signal) {
        int number = Integer.parseInt(signal.id().split(" ")[1]);
        assertThat(signal).isEqualTo(numbered(number));
        return number;
    }

    /** Writes one signal after the other, then ends or deletes it, in two steps each; tells how many steps are acknowledged. */
    private static void trade(Claims claims, Claim claim, Duration lease, int first, IntConsumer acknowledged) {
        for (int steps = 0; ; steps += 2) {
            int number = first + steps / 2;
            claims.write(claim, numbered(number));
            acknowledged.accept(steps + 1);
            if (number % 4 == 0) {
                claims.renew(claim, lease);
            }
            if (isDeleted(number)) {
                claims.delete(claim);
            } else {
                claims.end(claim, SampleSignals.closed(numbered(number)));
            }
            acknowledged.accept(steps + 2);
        }
    }

    /** Checks that every acknowledged step and at most one more is there, whole and once. */
    private static Content checked(SignalStore store, Content before, int first, int acknowledged) {
        Content found = Content.of(store);
        assertThat(found).isIn(before.after(acknowledged, first), before.after(acknowledged + 1, first));
        return found;
    }

    @Test
    void nothingAcknowledgedIsLostWhenTheServerIsKilled() throws ExecutionException, InterruptedException {
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try (RealRedis redis = RealRedis.durable();
                SignalStore store = SignalStores.open(redis.location() + "?commandTimeout=2s")) {
            Claims claims = store.claims().orElseThrow();
            Claim claim =
                    claims.claim(KEY, ProcessOwner.name(), Duration.ofHours(1)).claim();
            Content content = new Content(0, List.of());
            int next = 1;
            for (int kill = 0; kill < Math.max(3, KILLS / 5); kill++) {
                int first = next;
                AtomicInteger acknowledged = new AtomicInteger();
                Future<?> running = threads.submit(() -> assertThatExceptionOfType(StoreUnavailableException.class)
                        .isThrownBy(() -> trade(claims, claim, LEASE, first, acknowledged::set)));
                int before = 20 + 7 * kill;
                Poll.until("it writes", () -> acknowledged.get() >= before || running.isDone());

                redis.kill();
                running.get();
                redis.start();

                assertThat(acknowledged.get()).isGreaterThanOrEqualTo(before);
                content = checked(store, content, first, acknowledged.get());
                assertThat(claims.holder(KEY)).get().extracting(Claim::epoch).isEqualTo(1L);
                next = first + acknowledged.get() / 2 + 1;
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void nothingAcknowledgedIsLostWhenTheClientIsKilledAndASuccessorTakesOver() throws IOException {
        try (RealRedis redis = RealRedis.durable();
                SignalStore store = SignalStores.open(redis.location())) {
            Claims claims = store.claims().orElseThrow();
            Content content = new Content(0, List.of());
            int next = 1;
            for (int kill = 0; kill < KILLS; kill++) {
                int acknowledged = killed(redis.location(), next, 40 + kill);
                Claim dead = claims.holder(KEY).orElseThrow();
                assertThat(dead.epoch()).isEqualTo(2L * kill + 1);
                assertThat(ProcessOwner.isDead(dead.owner())).isTrue();

                Claim successor =
                        claims.takeOver(dead, ProcessOwner.name(), LEASE).claim();

                content = checked(store, content, next, acknowledged);
                assertThat(successor.epoch()).isEqualTo(dead.epoch() + 1);
                assertThatExceptionOfType(ClaimLostException.class).isThrownBy(() -> claims.write(dead, numbered(1)));
                assertThat(Content.of(store)).isEqualTo(content);
                claims.release(successor);
                next += acknowledged / 2 + 1;
            }
        }
    }

    /** Starts a client, kills it after that many steps, and returns how many it had acknowledged. */
    private static int killed(String location, int first, int after) throws IOException {
        Process client = client(location, first, LEASE);
        int acknowledged = 0;
        try (BufferedReader lines = client.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                acknowledged = Integer.parseInt(line);
                if (acknowledged == after) {
                    client.toHandle().destroyForcibly();
                }
            }
        }
        client.onExit().join();
        assertThat(acknowledged).isGreaterThanOrEqualTo(after);
        return acknowledged;
    }

    private static Process client(String location, int first, Duration lease) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KillTest.class.getName(),
                        location,
                        String.valueOf(first),
                        String.valueOf(lease.toMillis()))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    @Test
    void anOwnerThatWasPausedPastItsLeaseChangesNothingAfterItsSuccessor() throws IOException, InterruptedException {
        try (RealRedis redis = RealRedis.durable();
                SignalStore store = SignalStores.open(redis.location())) {
            Claims claims = store.claims().orElseThrow();
            Content content = new Content(0, List.of());
            int next = 1;
            for (int pause = 0; pause < Math.max(2, KILLS / 5); pause++) {
                Process owner = client(redis.location(), next, Duration.ofSeconds(1));
                try (BufferedReader lines = owner.inputReader()) {
                    int acknowledged = 0;
                    while (acknowledged < 20 + pause) {
                        acknowledged = Integer.parseInt(lines.readLine());
                    }
                    signal("STOP", owner);
                    List<ClaimAnswer> answers = new ArrayList<>();
                    Poll.until("the lease runs out", () -> {
                        answers.add(claims.claim(KEY, "successor", LEASE));
                        return answers.get(answers.size() - 1) instanceof ClaimAnswer.Granted;
                    });
                    Claim successor = answers.get(answers.size() - 1).claim();
                    Content left = Content.of(store);
                    claims.write(successor, numbered(next + 1_000_000));

                    signal("CONT", owner);

                    String last = "";
                    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                        last = line;
                        acknowledged = line.equals(LOST) ? acknowledged : Integer.parseInt(line);
                    }
                    assertThat(last).isEqualTo(LOST);
                    assertThat(left).isIn(content.after(acknowledged, next), content.after(acknowledged + 1, next));
                    content = Content.of(store);
                    assertThat(content).isEqualTo(new Content(next + 1_000_000, left.ended()));
                    claims.release(successor);
                    next += acknowledged / 2 + 1;
                } finally {
                    owner.destroyForcibly();
                }
            }
        }
    }

    private static void signal(String name, Process process) throws IOException, InterruptedException {
        int code = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                .start()
                .waitFor();
        assertThat(code).isZero();
    }

    /** The owner: claims, trades from a number on, and prints how many steps were acknowledged, and when it is succeeded. */
    public static void main(String[] args) {
        try (SignalStore store = SignalStores.open(args[0])) {
            Claims claims = store.claims().orElseThrow();
            Duration lease = Duration.ofMillis(Long.parseLong(args[2]));
            Claim claim = claims.claim(KEY, ProcessOwner.name(), lease).claim();
            trade(claims, claim, lease, Integer.parseInt(args[1]), System.out::println);
        } catch (ClaimLostException e) {
            System.out.println(LOST);
        }
    }
}
