package io.backtestkit.store.postgres;

import io.backtestkit.testkit.SignalStoreConformance;
import io.backtestkit.testkit.StoreFixture;

class Postgres18SignalStoreConformanceTest extends SignalStoreConformance {

    @Override
    protected StoreFixture fixture() {
        return PostgresFixture.reused(18, "poolSize=4");
    }
}
