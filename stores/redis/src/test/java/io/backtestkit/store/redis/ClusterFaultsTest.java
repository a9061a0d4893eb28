package io.backtestkit.store.redis;

import static java.util.concurrent.CompletableFuture.supplyAsync;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.BatchingSignalStore;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.SignalStores;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.testkit.NetworkFault;
import io.backtestkit.testkit.NetworkProxy;
import io.backtestkit.testkit.SampleSignals;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A cluster of which one server fails. */
class ClusterFaultsTest {

    private static Signal held(SignalKey key) {
        return SampleSignals.openLong(key).build();
    }

    private static Map<SignalKey, Signal> many() {
        Map<SignalKey, Signal> many = new LinkedHashMap<>();
        for (int i = 0; i < 60; i++) {
            SignalKey key = new SignalKey("strategy", "SYMBOL" + i);
            many.put(key, held(key));
        }
        return many;
    }

    private static String line(RealRedis asked, String id) {
        return asked.<String>ask(redis -> redis.clusterNodes())
                .lines()
                .filter(line -> line.startsWith(id))
                .findFirst()
                .orElse("");
    }

    private static boolean isUp(RealRedis asked) {
        return asked.<String>ask(redis -> redis.clusterInfo()).contains("cluster_state:ok");
    }

    private static boolean isFailedWithoutSlots(String line) {
        return line.matches(".* master,fail[, ].*connected");
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

    @Test
    void aClusterWhoseFailedServerHasASuccessorIsOpenedListedAndChecked() {
        String[] quick = {
            "--cluster-enabled", "yes", "--cluster-node-timeout", "2000", "--cluster-replica-no-failover", "yes"
        };
        try (RealRedis a = RealRedis.durable(quick);
                RealRedis b = RealRedis.durable(quick);
                RealRedis c = RealRedis.durable(quick);
                RealRedis successor = RealRedis.durable(quick)) {
            a.ask(redis -> redis.clusterSetConfigEpoch(1)); // else they agree on that later, and on who has which slots
            b.ask(redis -> redis.clusterSetConfigEpoch(2));
            c.ask(redis -> redis.clusterSetConfigEpoch(3));
            SeveralServersTest.join(List.of(a, b, c));
            String failed = c.ask(redis -> redis.clusterMyId());
            successor.ask(redis -> redis.clusterMeet("127.0.0.1", a.port()));
            Poll.until("the successor knows its master", () -> !line(successor, failed)
                    .isEmpty());
            successor.ask(redis -> redis.clusterReplicate(failed));
            Poll.until(
                    "it has its data",
                    () -> successor
                                    .<String>ask(redis -> redis.info("replication"))
                                    .contains("master_link_status:up")
                            && isUp(successor));
            c.kill();
            successor.ask(redis -> redis.clusterFailover(false, true));
            for (RealRedis node : List.of(a, b, successor)) {
                Poll.until(
                        "all know that it failed",
                        () -> isFailedWithoutSlots(line(node, failed))
                                && node.<String>ask(redis -> redis.clusterInfo())
                                        .contains("cluster_state:ok"));
            }

            try (SignalStore store = SignalStores.open(RealRedis.patient("redis-cluster://127.0.0.1:" + a.port()))) {
                store.writeAll(many());
                assertThat(store.keys()).isEqualTo(many().keySet());
                assertThat(store.check())
                        .extracting(finding -> finding.subject())
                        .contains("appendfsync of 127.0.0.1:" + successor.port())
                        .doesNotContain("appendfsync of 127.0.0.1:" + c.port());
            }
        }
    }

    @Test
    void severalThatAServerIsMissingForAreAFailureOfTheStoreThatIsTold() {
        try (RealRedis a = SeveralServersTest.node();
                RealRedis b = SeveralServersTest.node();
                RealRedis c = SeveralServersTest.node()) {
            SeveralServersTest.join(List.of(a, b, c));
            a.ask(redis -> redis.configSet("cluster-require-full-coverage", "no"));
            b.ask(redis -> redis.configSet("cluster-require-full-coverage", "no"));
            List<SignalStoreException> told = new ArrayList<>();
            try (SignalStore store = SignalStores.open(RealRedis.patient("redis-cluster://127.0.0.1:" + a.port()))) {
                BatchingSignalStore batching = new BatchingSignalStore(
                        store, BatchingSignalStore.Batching.standard(), told::add, (delay, task) -> {});
                many().forEach(batching::write);
                c.kill();

                StoreUnavailableException failure =
                        catchThrowableOfType(StoreUnavailableException.class, batching::flush);

                assertThat(failure.mayHaveHappened()).isTrue();
                assertThat(told).containsExactly(failure);
                assertThat(many().keySet().stream().anyMatch(key -> isThere(store, key)))
                        .as("signals of the other servers")
                        .isTrue();
            }
        }
    }

    private static boolean isThere(SignalStore store, SignalKey key) {
        try {
            return store.read(key).isPresent();
        } catch (StoreUnavailableException e) {
            return false;
        }
    }
}
