package io.backtestkit.store.redis;

import static java.util.concurrent.CompletableFuture.supplyAsync;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.testkit.NetworkFault;
import io.backtestkit.testkit.NetworkProxy;
import io.backtestkit.testkit.SampleSignals;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A cluster of which one server fails. */
class ClusterFaultsTest {

    private static Signal held(SignalKey key) {
        return SampleSignals.openLong(key).build();
    }

    /** A change that was sent, and whose connection ends in good order, is kept to be sent again to another server. */
    @Test
    void aChangeThatWasSentIsInDoubtWhenTheStoreIsClosedMeanwhile() {
        try (RealRedis node = SeveralServersTest.node();
                NetworkProxy proxy = new NetworkProxy("127.0.0.1", node.port())) {
            node.ask(redis -> redis.configSet("cluster-announce-port", String.valueOf(proxy.port())));
            SeveralServersTest.join(List.of(node));
            Poll.until(
                    "it tells that it is found behind the proxy",
                    () -> node.<String>ask(redis -> redis.clusterNodes()).contains("127.0.0.1:" + proxy.port() + "@"));
            SignalStore store = SignalStores.open(RealRedis.patient("redis-cluster://127.0.0.1:" + node.port()));
            SignalKey key = SampleSignals.key();
            store.write(key, held(key));
            proxy.fail(NetworkFault.CLOSE_REPLIES);

            CompletableFuture<Throwable> failure = supplyAsync(() -> catchThrowable(() -> store.write(key, held(key))));
            Poll.until("it was sent, and to connect again was tried", () -> proxy.struckMessages() > 3);
            store.close();

            assertThat(failure.join())
                    .isInstanceOfSatisfying(StoreUnavailableException.class, e -> assertThat(e.mayHaveHappened())
                            .isTrue());
            assertThat(node.<Object>ask(redis -> redis.hget("signal:{" + RedisNames.slot(key) + "}", "version")))
                    .as("writes that took effect")
                    .isEqualTo("2");
        }
    }
}
