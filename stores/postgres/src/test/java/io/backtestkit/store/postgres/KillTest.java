package io.backtestkit.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimAnswer;
import io.backtestkit.store.ClaimLostException;
import io.backtestkit.store.Claims;
import io.backtestkit.store.ProcessOwner;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.testkit.SampleSignals;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kills the server, or the client, with SIGKILL in mid-change; {@code -Dbacktestkit.kills=20} says how often. */
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class KillTest {

    private static final int KILLS = Integer.getInteger("backtestkit.kills", 3);
    private static final int WRITERS = 3;
    private static final int LEAST_WRITES = 40;
    private static final Duration LEASE = Duration.ofHours(1);

    /** Writes one slot and ends a signal of another with each number, under claims, until the server is gone. */
    private static final class Writer extends Thread {

        private final Claims claims;
        private final Claim slot;
        private final Claim ending;
        volatile long written;
        volatile long ended;
        volatile long begun;

        Writer(PostgresSignalStore store, int number) {
            claims = store.claims().orElseThrow();
            String owner = ProcessOwner.name();
            slot = claims.claim(new SignalKey("written", "S" + number), owner, LEASE)
                    .claim();
            ending = claims.claim(new SignalKey("ended", "S" + number), owner, LEASE)
                    .claim();
        }

        @Override
        public void run() {
            try {
                while (true) {
                    long next = begun + 1;
                    begun = next;
                    claims.write(slot, Samples.numbered(slot.key(), next));
                    written = next;
                    Signal held = Samples.numbered(ending.key(), next);
                    claims.write(ending, held);
                    claims.end(ending, SampleSignals.closed(held));
                    ended = next;
                    claims.renew(slot, LEASE);
                    claims.renew(ending, LEASE);
                }
            } catch (StoreUnavailableException e) {
                // the kill
            }
        }

        void assertNothingLost(PostgresSignalStore again) {
            long number = Samples.number(again.read(slot.key()).orElseThrow());
            assertThat(number).as("number in %s", slot).isBetween(written, begun);
            List<EndedSignal> trades = again.tradeLog().orElseThrow().trades(ending.key());
            List<Long> numbers =
                    trades.stream().map(trade -> Samples.number(trade.signal())).toList();
            assertThat(numbers).as("numbers in the log of %s", ending).doesNotHaveDuplicates();
            assertThat(numbers)
                    .as("numbers in the log of %s, acknowledged up to %d", ending, ended)
                    .startsWith(upTo(ended));
            assertThat((long) numbers.size()).isBetween(ended, begun);
            again.read(ending.key()).ifPresent(held -> assertThat(numbers).doesNotContain(Samples.number(held)));
            assertSucceeded(again.claims().orElseThrow(), slot);
            assertSucceeded(again.claims().orElseThrow(), ending);
        }

        private static Long[] upTo(long count) {
            return IntStream.rangeClosed(1, (int) count).mapToObj(Long::valueOf).toArray(Long[]::new);
        }
    }

    /** Takes the slot over from whoever has it, and shows that the old owner can do nothing any more. */
    private static Claim assertSucceeded(Claims claims, Claim old) {
        ClaimAnswer answer = claims.takeOver(old, "successor", LEASE);
        assertThat(answer).isInstanceOf(ClaimAnswer.Granted.class);
        assertThat(answer.claim().epoch()).isEqualTo(old.epoch() + 1);
        Signal stale = Samples.numbered(old.key(), 999_999);
        assertThatExceptionOfType(ClaimLostException.class).isThrownBy(() -> claims.write(old, stale));
        assertThatExceptionOfType(ClaimLostException.class)
                .isThrownBy(() -> claims.end(old, SampleSignals.closed(stale)));
        return answer.claim();
    }

    @Test
    void noAcknowledgedWriteIsLostTornOrDoubledWhenTheServerIsKilled() throws Exception {
        try (TestServer server = TestServer.start(18, Map.of())) {
            for (int kill = 0; kill < KILLS; kill++) {
                server.execute("drop table if exists trades, signals, signals_set_aside, claims, schema_version");
                List<Writer> writers = new ArrayList<>();
                try (PostgresSignalStore store = PostgresSignalStore.open(server.location("poolSize=6"))) {
                    for (int i = 0; i < WRITERS; i++) {
                        Writer writer = new Writer(store, i);
                        writers.add(writer);
                        writer.start();
                    }
                    while (writers.stream().mapToLong(writer -> writer.ended).sum() < LEAST_WRITES) {
                        Thread.onSpinWait();
                    }
                    server.killAndRestart();
                    for (Writer writer : writers) {
                        writer.join();
                    }
                }
                try (PostgresSignalStore again = PostgresSignalStore.open(server.location(""))) {
                    writers.forEach(writer -> writer.assertNothingLost(again));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {14, 18})
    void noAcknowledgedChangeIsLostTornOrDoubledWhenTheClientIsKilled(int version) throws Exception {
        try (PostgresFixture fixture = new PostgresFixture(version, "");
                PostgresSignalStore store = (PostgresSignalStore) fixture.open()) {
            Claims claims = store.claims().orElseThrow();
            List<Long> logged = new ArrayList<>();
            for (int kill = 0; kill < KILLS; kill++) {
                Process child = ChildMain.start("claim", fixture.location(), "60000");
                long done = 0;
                long begun = 0;
                try (BufferedReader output =
                        new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
                    String line = output.readLine();
                    for (int lines = 1; line != null; lines++) {
                        begun = Long.parseLong(line.substring(line.indexOf(' ') + 1));
                        if (line.startsWith("done")) {
                            done = begun;
                            if (Samples.isEnded(done)) {
                                logged.add(done);
                            }
                        }
                        if (lines == LEAST_WRITES + kill) {
                            child.toHandle().destroyForcibly(); // leaves its output readable
                        }
                        line = output.readLine();
                    }
                }
                assertThat(child.waitFor()).isNotZero();
                assertThat(done).isPositive();

                Claim dead = claims.holder(Samples.KEY).orElseThrow();
                assertThat(ProcessOwner.isDead(dead.owner())).isTrue();
                Claim successor = assertSucceeded(claims, dead);
                assertState(store.read(Samples.KEY), done, begun);
                logged = assertLog(store, logged, begun > done ? begun : 0);
                claims.release(successor);
            }
        }
    }

    private static void assertState(Optional<Signal> held, long done, long begun) {
        if (held.isPresent()) {
            long number = Samples.number(held.get());
            assertThat(number).isBetween(done, begun);
            assertThat(number == done && Samples.isGone(done))
                    .as("signal %d is back", number)
                    .isFalse();
        } else {
            assertThat(Samples.isGone(done) || Samples.isGone(begun))
                    .as("signal %d is gone, %d was begun", done, begun)
                    .isTrue();
        }
    }

    /** Asserts that the log holds what was acknowledged, in order, and at most what was under way after it. */
    private static List<Long> assertLog(PostgresSignalStore store, List<Long> acknowledged, long underWay) {
        List<Long> numbers = store.tradeLog().orElseThrow().trades(Samples.KEY).stream()
                .map(trade -> Samples.number(trade.signal()))
                .toList();
        List<Long> most = new ArrayList<>(acknowledged);
        if (underWay > 0 && Samples.isEnded(underWay)) {
            most.add(underWay);
        }
        assertThat(numbers).isIn(acknowledged, most);
        return new ArrayList<>(numbers);
    }
}
