package io.backtestkit.store.redis;

import io.backtestkit.testkit.SignalStoreConformance;
import io.backtestkit.testkit.StoreFixture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class RedisSignalStoreConformanceTest extends SignalStoreConformance {

    private static RealRedis redis;

    @BeforeAll
    static void startServer() {
        redis = RealRedis.durable();
    }

    @AfterAll
    static void stopServer() {
        redis.close();
    }

    @Override
    protected StoreFixture fixture() {
        return new RedisFixture(redis, false);
    }
}
