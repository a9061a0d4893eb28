package io.backtestkit.store.postgres;

import io.backtestkit.testkit.SignalStoreConformance;
import io.backtestkit.testkit.StoreFixture;

/** Over connections that a pooler in transaction mode could give: every call sets its own time-outs. */
class Postgres14SignalStoreConformanceTest extends SignalStoreConformance {

    @Override
    protected StoreFixture fixture() {
        return PostgresFixture.reused(14, "transactionPooling=true&poolSize=4");
    }
}
