package io.backtestkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.StoreLocation;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.testkit.SampleSignals;
import io.lettuce.core.cluster.SlotHash;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A cluster of three servers, and a server found by Sentinel. */
class SeveralServersTest {

    private static final SignalKey KEY = SampleSignals.key();
    private static final Signal HELD = SampleSignals.openLong(KEY).build();

    static RealRedis node() {
        return RealRedis.durable("--cluster-enabled", "yes");
    }

    static void join(List<RealRedis> nodes) {
        int share = SlotHash.SLOT_COUNT / nodes.size() + 1;
        for (int i = 0; i < nodes.size(); i++) {
            int first = i * share;
            int end = Math.min(SlotHash.SLOT_COUNT, first + share);
            nodes.get(i)
                    .ask(redis ->
                            redis.clusterAddSlots(IntStream.range(first, end).toArray()));
            nodes.get(i)
                    .ask(redis -> redis.clusterMeet("127.0.0.1", nodes.get(0).port()));
        }
        for (RealRedis node : nodes) {
            Poll.until("the cluster is up", () -> {
                String info = node.ask(redis -> redis.clusterInfo());
                return info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:" + nodes.size());
            });
        }
    }

    @Test
    void aClusterSpreadsTheSlotsAndIsCheckedServerByServer() throws Exception {
        try (RealRedis a = node();
                RealRedis b = node();
                RealRedis c = node()) {
            join(List.of(a, b, c));
            String location = RealRedis.patient("redis-cluster://127.0.0.1:" + a.port());
            Map<SignalKey, Signal> many = new LinkedHashMap<>();
            for (int i = 0; i < 60; i++) {
                SignalKey key = new SignalKey("strategy", "SYMBOL" + i);
                many.put(key, SampleSignals.openLong(key).build());
            }
            try (SignalStore store = SignalStores.open(location)) {
                store.writeAll(many);
                many.forEach((key, signal) -> assertThat(store.read(key)).contains(signal));
                assertThat(store.keys()).isEqualTo(many.keySet());
                try (RedisLink link = RedisSignalStoreProvider.connect(StoreLocation.parse(location))) {
                    Map<SignalKey, Signal> others = new LinkedHashMap<>();
                    many.keySet().forEach(key -> others.put(key, another(key)));
                    assertThat(link.requests()
                                    .writeAll(List.copyOf(others.values()))
                                    .call())
                            .isTrue();
                    others.forEach((key, signal) -> assertThat(store.read(key)).contains(signal));
                    many.putAll(others);
                }
                many.values().forEach(signal -> store.end(SampleSignals.closed(signal)));
                assertThat(store.keys()).isEmpty();
                assertThat(store.tradeLog().orElseThrow().loggedKeys()).hasSize(60);
                assertThat(store.check())
                        .filteredOn(finding -> finding.level() == StoreFinding.Level.OK)
                        .extracting(StoreFinding::subject)
                        .contains("appendfsync of 127.0.0.1:" + c.port());
            }
            assertThat(b.<Object>ask(redis -> redis.dbsize())).isNotEqualTo(0L);

            c.ask(redis -> redis.configSet("appendfsync", "no"));
            assertThatExceptionOfType(StoreRefusedException.class)
                    .isThrownBy(() -> SignalStores.open(location))
                    .withMessageContaining("appendfsync of 127.0.0.1:" + c.port() + ": it was 'no'");
            c.ask(redis -> redis.configSet("appendfsync", "always"));
            assertThatExceptionOfType(StoreRefusedException.class)
                    .as("a member of a cluster opened as a single server")
                    .isThrownBy(() -> SignalStores.open(a.patient()))
                    .withMessageContaining("redis-cluster://");
        }
    }

    private static Signal another(SignalKey key) {
        return SampleSignals.openLong(key).id("another").build();
    }

    @Test
    void oneRequestTakesAHundredSignalsAtMost() {
        try (RealRedis redis = RealRedis.durable();
                RedisLink link = RedisSignalStoreProvider.connect(StoreLocation.parse(redis.patient()))) {
            List<Signal> many = IntStream.rangeClosed(0, RedisRequests.MOST_TOGETHER)
                    .mapToObj(i ->
                            SampleSignals.openLong(new SignalKey("s", "S" + i)).build())
                    .toList();

            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> link.requests().writeAll(many))
                    .withMessage("Cannot write 101 signals by one request: it takes up to 100.");
        }
    }

    @Test
    void aSingleServerIsNotTakenForACluster() {
        try (RealRedis redis = RealRedis.durable()) {
            assertThatExceptionOfType(StoreRefusedException.class)
                    .isThrownBy(() -> SignalStores.open(redis.patient().replace("redis://", "redis-cluster://")))
                    .withMessageContainingAll("the server is not one of a cluster", "Write redis:// instead");
        }
    }

    @Test
    void theMasterIsFoundBySentinel() throws IOException {
        try (RealRedis redis = RealRedis.durable();
                RealRedis sentinel = RealRedis.sentinel("mymaster", redis.port())) {
            String location = "redis-sentinel://127.0.0.1:" + sentinel.port() + "/0?sentinelMasterId=mymaster&"
                    + RealRedis.PATIENT;
            try (SignalStore store = SignalStores.open(location)) {
                store.write(KEY, HELD);
                redis.kill();
                redis.start();
                Poll.until("it is connected again", () -> {
                    try {
                        return store.read(KEY).equals(Optional.of(HELD));
                    } catch (StoreUnavailableException e) {
                        return false;
                    }
                });
            }
        }
    }
}
