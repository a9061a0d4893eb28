package io.backtestkit.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStoreException;
import io.backtestkit.testkit.SampleSignals;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Kills the server, or the client, with SIGKILL in mid-write; {@code -Dbacktestkit.kills=20} says how often. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class KillTest {

    private static final int KILLS = Integer.getInteger("backtestkit.kills", 3);
    private static final int WRITERS = 3;
    private static final int LEAST_WRITES = 40;

    /** Writes one slot and ends a signal of another with each number, until the server is gone. */
    private static final class Writer extends Thread {

        private final PostgresSignalStore store;
        final SignalKey slot;
        final SignalKey ending;
        volatile long written;
        volatile long ended;
        volatile long begun;

        Writer(PostgresSignalStore store, int number, long from) {
            this.store = store;
            slot = new SignalKey("written", "S" + number);
            ending = new SignalKey("ended", "S" + number);
            written = from;
            ended = from;
            begun = from;
        }

        @Override
        public void run() {
            try {
                while (true) {
                    long next = begun + 1;
                    begun = next;
                    store.write(slot, Samples.numbered(slot, next));
                    written = next;
                    Signal held = Samples.numbered(ending, next);
                    store.write(ending, held);
                    store.end(SampleSignals.closed(held));
                    ended = next;
                }
            } catch (SignalStoreException e) {
                // the kill
            }
        }

        void assertNothingLost(PostgresSignalStore again) {
            long number = Samples.number(again.read(slot).orElseThrow());
            assertThat(number).as("number in %s", slot).isBetween(written, begun);
            List<EndedSignal> trades = again.tradeLog().orElseThrow().trades(ending);
            List<Long> numbers =
                    trades.stream().map(trade -> Samples.number(trade.signal())).toList();
            assertThat(numbers).as("numbers in the log of %s", ending).doesNotHaveDuplicates();
            assertThat(numbers)
                    .as("numbers in the log of %s, acknowledged up to %d", ending, ended)
                    .startsWith(upTo(ended));
            assertThat((long) numbers.size()).isBetween(ended, begun);
            again.read(ending).ifPresent(held -> assertThat(numbers).doesNotContain(Samples.number(held)));
        }

        private static Long[] upTo(long count) {
            return IntStream.rangeClosed(1, (int) count).mapToObj(Long::valueOf).toArray(Long[]::new);
        }
    }

    @Test
    void noAcknowledgedWriteIsLostTornOrDoubledWhenTheServerIsKilled() throws Exception {
        try (TestServer server = TestServer.start(18, Map.of())) {
            for (int kill = 0; kill < KILLS; kill++) {
                server.execute("drop table if exists trades, signals, signals_set_aside, claims, schema_version");
                List<Writer> writers = new ArrayList<>();
                try (PostgresSignalStore store = PostgresSignalStore.open(server.location("poolSize=6"))) {
                    for (int i = 0; i < WRITERS; i++) {
                        Writer writer = new Writer(store, i, 0);
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

    @Test
    void noAcknowledgedWriteIsLostOrTornWhenTheClientIsKilled() throws Exception {
        try (PostgresFixture fixture = new PostgresFixture(14, "");
                PostgresSignalStore reader = (PostgresSignalStore) fixture.open()) {
            for (int kill = 0; kill < KILLS; kill++) {
                Process child = ChildMain.start("write", fixture.location());
                long done = 0;
                long begun = 0;
                try (BufferedReader output =
                        new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
                    String line = output.readLine();
                    for (int lines = 1; line != null; lines++) {
                        long number = Long.parseLong(line.substring(line.indexOf(' ') + 1));
                        done = line.startsWith("done") ? number : done;
                        begun = number;
                        if (lines == LEAST_WRITES + kill) {
                            child.toHandle().destroyForcibly(); // leaves its output readable
                        }
                        line = output.readLine();
                    }
                }
                assertThat(child.waitFor()).isNotZero();
                assertThat(done).isPositive();
                assertThat(Samples.number(reader.read(Samples.KEY).orElseThrow()))
                        .isBetween(done, begun);
            }
        }
    }
}
