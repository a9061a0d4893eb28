package io.backtestkit.store.redis;

import io.backtestkit.testkit.SignalStoreConformance;
import io.backtestkit.testkit.StoreFixture;
import io.lettuce.core.cluster.SlotHash;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The whole kit on a cluster of one server that has every slot: the scripts' keys must be in one slot there, too. */
class ClusterConformanceTest extends SignalStoreConformance {

    private static RealRedis redis;

    @BeforeAll
    static void startServer() {
        redis = RealRedis.durable("--cluster-enabled", "yes");
        redis.ask(commands ->
                commands.clusterAddSlots(IntStream.range(0, SlotHash.SLOT_COUNT).toArray()));
        Poll.until("the cluster is up", () -> redis.ask(commands -> commands.clusterInfo())
                .contains("cluster_state:ok"));
    }

    @AfterAll
    static void stopServer() {
        redis.close();
    }

    @Override
    protected StoreFixture fixture() {
        return new RedisFixture(redis, true);
    }
}
