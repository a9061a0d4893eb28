package io.backtestkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.backtestkit.store.SignalStores;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.testkit.Patiently;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.cluster.SlotHash;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is said of a server that cannot be connected to. */
class NoConnectionTest {

    private static void assertRefused(String location, String... parts) {
        assertThatExceptionOfType(StoreRefusedException.class)
                .isThrownBy(
                        () -> Patiently.run(() -> SignalStores.open(location).close()))
                .withMessageStartingWith("Cannot open store redis")
                .withMessageContainingAll(parts)
                .satisfies(failure -> assertThat(failure.getMessage()).doesNotContain("\n", "\t", "Details"));
    }

    private static void assertUnavailable(String location, String... parts) {
        assertThatExceptionOfType(StoreUnavailableException.class)
                .isThrownBy(() -> SignalStores.open(location).close())
                .withMessageContainingAll(parts)
                .matches(failure -> !failure.mayHaveHappened())
                .satisfies(failure -> assertThat(failure.getMessage()).doesNotContain("\n", "\t", "Details"));
    }

    @Test
    void aDatabaseThatThereIsNotIsRefused() {
        try (RealRedis redis = RealRedis.durable()) {
            assertRefused(
                    RealRedis.patient(redis.location() + "/99"),
                    "DB index is out of range",
                    "Write a number below the server's setting databases");
        }
    }

    @Test
    void aDatabaseOfAClusterIsRefused() {
        try (RealRedis redis = RealRedis.durable("--cluster-enabled", "yes")) {
            assertRefused(
                    RealRedis.patient(redis.location() + "/1"),
                    "SELECT is not allowed in cluster mode",
                    "a server of a cluster has only 0");
        }
    }

    @Test
    void aServerWithoutRoomForOneMoreClientIsAskedAgainLater() {
        assertAskedAgain(RealRedis.durable());
        assertAskedAgain(RealRedis.durable("--cluster-enabled", "yes")); // newer ones say that in other words
    }

    private static void assertAskedAgain(RealRedis server) {
        try (RealRedis redis = server) {
            redis.ask(commands -> commands.configSet("maxclients", "1"));
            Poll.until("the connection that set it is gone", () -> isFullWhileConnected(redis));
        }
    }

    private static boolean isFullWhileConnected(RealRedis redis) {
        try {
            Long none = redis.ask(commands -> {
                assertUnavailable(RealRedis.patient(redis.location()), "as many clients as its setting maxclients");
                return commands.dbsize();
            });
            assertThat(none).isZero();
            return true;
        } catch (RedisConnectionException e) {
            return false;
        }
    }

    @Test
    void aNameThatCannotBeLookedUpIsNamed() {
        for (String scheme : new String[] {"redis", "redis-cluster"}) {
            assertUnavailable(
                    scheme + "://no-such-host.invalid:6379?" + RealRedis.PATIENT,
                    "the host name 'no-such-host.invalid' could not be looked up",
                    "Check how it is written");
        }
        assertUnavailable(
                "redis-sentinel://no-such-host.invalid/0?sentinelMasterId=m&" + RealRedis.PATIENT,
                "the host name 'no-such-host.invalid' could not be looked up");
    }

    @Test
    void aClusterWhoseServersAreGoneIsToldInOneLine() {
        RealRedis redis = RealRedis.durable();
        redis.close();

        assertUnavailable(
                RealRedis.patient("redis-cluster://127.0.0.1:" + redis.port()),
                "the server could not be reached (Connection refused",
                "Check that it runs.");
    }

    @Test
    void aUserWhoMayNotSeeTheClusterIsToldSoInOneLine() {
        try (RealRedis redis = RealRedis.durable("--cluster-enabled", "yes")) {
            redis.ask(commands -> commands.clusterAddSlots(
                    IntStream.range(0, SlotHash.SLOT_COUNT).toArray()));
            DocumentedRights rights = DocumentedRights.read();
            DocumentedRights.set(redis, "trader", rights.rulesWithout("cluster"));

            String location = DocumentedRights.location(redis, "trader").replace("redis://", "redis-cluster://");
            assertRefused(
                    location.replaceFirst(
                            "\\?.*", "?connectTimeout=10s"), // the client may miss an answer when it looks
                    "NOPERM",
                    "'cluster",
                    "Grant the user what docs/databases.md lists for Redis.");
        }
    }
}
