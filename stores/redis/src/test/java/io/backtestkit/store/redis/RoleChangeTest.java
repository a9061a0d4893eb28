package io.backtestkit.store.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.testkit.SampleSignals;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.ProtocolKeyword;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A server that is made a replica while it is used. */
class RoleChangeTest {

    private static final SignalKey KEY = SampleSignals.key();
    private static final Signal HELD = SampleSignals.openLong(KEY).build();

    /** A replica of nobody who answers keeps its data. */
    private static void makeReplica(RealRedis redis) {
        redis.ask(commands -> commands.replicaof("127.0.0.1", 1));
    }

    private static void assertNotTaken(Runnable change) {
        assertThatExceptionOfType(StoreUnavailableException.class)
                .isThrownBy(change::run)
                .withMessageContainingAll("READONLY", "It has become a replica", "name the master, or Sentinel servers")
                .matches(failure -> !failure.mayHaveHappened());
    }

    private static long connectionsMade(RealRedis redis) {
        return redis.<String>ask(commands -> commands.info("stats"))
                .lines()
                .filter(line -> line.startsWith("total_connections_received:"))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1)))
                .sum();
    }

    @Test
    void whatAReplicaDoesNotTakeWasNotDoneAndIsTakenWhenItIsTheMasterAgain() {
        try (RealRedis redis = RealRedis.durable();
                SignalStore store = SignalStores.open(redis.patient())) {
            makeReplica(redis);

            assertNotTaken(() -> store.write(KEY, HELD));
            assertNotTaken(() -> store.writeAll(Map.of(KEY, HELD)));
            long before = connectionsMade(redis);
            assertNotTaken(() -> store.end(SampleSignals.closed(HELD)));
            assertThat(connectionsMade(redis))
                    .as("a connection made anew, and the test's own")
                    .isEqualTo(before + 2);
            assertThat(store.read(KEY)).isEmpty();

            redis.ask(commands -> commands.replicaofNoOne());
            store.write(KEY, HELD);
            assertThat(store.read(KEY)).contains(HELD);
        }
    }

    private static void sentinel(RealRedis sentinel, String... words) {
        CommandArgs<String, String> args = new CommandArgs<>(StringCodec.UTF8);
        for (String word : words) {
            args.add(word);
        }
        sentinel.ask(commands -> commands.dispatch(
                new ProtocolKeyword() {
                    @Override
                    public byte[] getBytes() {
                        return "SENTINEL".getBytes(US_ASCII);
                    }

                    @Override
                    public String toString() {
                        return "SENTINEL";
                    }
                },
                new StatusOutput<>(StringCodec.UTF8),
                args));
    }

    @Test
    void theSentinelsAreAskedForTheMasterThatTookItsPlace() throws IOException {
        try (RealRedis old = RealRedis.durable();
                RealRedis successor = RealRedis.durable();
                RealRedis sentinel = RealRedis.sentinel("mymaster", old.port());
                SignalStore store = SignalStores.open(RealRedis.patient(
                        "redis-sentinel://127.0.0.1:" + sentinel.port() + "/0?sentinelMasterId=mymaster"))) {
            store.write(KEY, HELD);
            sentinel(sentinel, "REMOVE", "mymaster");
            sentinel(sentinel, "MONITOR", "mymaster", "127.0.0.1", String.valueOf(successor.port()), "1");
            makeReplica(old);

            assertNotTaken(() -> store.write(KEY, HELD));
            store.write(KEY, HELD);

            assertThat(successor.<Object>ask(commands -> commands.exists("signal:breakout:BTCUSDT")))
                    .isEqualTo(1L);
        }
    }
}
