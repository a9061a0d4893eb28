package io.backtestkit.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.backtestkit.signal.Signal;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.testkit.Patiently;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** One address behind which the servers change. A standby may lack what the primary has acknowledged. */
class FailoverTest {

    private static final int CALLS = 3;
    private static final Signal BEFORE = Samples.numbered(Samples.KEY, 1);
    private static final Signal AFTER = Samples.numbered(Samples.KEY, 2);

    private static void assertAsksNoStandby(SignalStore store) {
        for (int call = 0; call < CALLS; call++) { // the first ones may only find that their connection has ended
            assertThatExceptionOfType(StoreUnavailableException.class)
                    .isThrownBy(() -> store.read(Samples.KEY))
                    .satisfies(thrown -> assertThat(thrown.mayHaveHappened()).isFalse());
        }
        assertThatExceptionOfType(StoreUnavailableException.class)
                .isThrownBy(() -> store.write(Samples.KEY, AFTER))
                .satisfies(thrown -> assertThat(thrown.mayHaveHappened()).isFalse());
    }

    private static void assertTrades(SignalStore store) {
        Patiently.run(() -> store.write(Samples.KEY, AFTER));
        assertThat(Patiently.get(() -> store.read(Samples.KEY))).contains(AFTER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "&transactionPooling=true"})
    void aStandbyThatAnswersInPlaceOfThePrimaryIsNotAsked(String options) throws Exception {
        String patient = PostgresFixture.PATIENT.replace("poolTimeout=30s", "poolTimeout=1s") + options;
        try (TestServer server = TestServer.start(18, Map.of());
                SignalStore store = Patiently.get(() -> PostgresSignalStore.open(server.location(patient)))) {
            Patiently.run(() -> store.write(Samples.KEY, BEFORE));
            server.killAndRestartAsStandby();

            assertAsksNoStandby(store);
            try (SignalStore looking = Patiently.get(() -> SignalStores.openReadOnly(server.location(patient)))) {
                assertThat(Patiently.get(() -> looking.read(Samples.KEY))).contains(BEFORE);
            }

            server.promote();
            assertTrades(store);
        }
    }

    @Test
    void aPoolOfOnesOwnThatLeadsToAStandbyIsNotTrustedUntilItLeadsToThePrimaryAgain() throws Exception {
        try (PostgresFixture primary = new PostgresFixture(18, "");
                TestServer standby = TestServer.start(18, Map.of())) {
            PostgresOptions options = PostgresOptions.defaults().inSchema(primary.schema);
            PGSimpleDataSource address = address(standby);
            PostgresSignalStore.on(address, options).close(); // makes the tables: it lags behind the first write
            standby.killAndRestartAsStandby();
            assertThatExceptionOfType(StoreRefusedException.class)
                    .isThrownBy(() -> PostgresSignalStore.on(address, options))
                    .withMessageContaining("a standby, in recovery");

            address.setPortNumbers(new int[] {primary.port()});
            try (HikariDataSource pool = pool(address);
                    SignalStore store = PostgresSignalStore.on(pool, options)) {
                store.write(Samples.KEY, BEFORE);
                address.setPortNumbers(new int[] {standby.port()});
                pool.getHikariPoolMXBean().softEvictConnections();

                assertAsksNoStandby(store);

                address.setPortNumbers(new int[] {primary.port()});
                assertTrades(store);
            }
        }
    }

    private static PGSimpleDataSource address(TestServer server) {
        PGSimpleDataSource address = new PGSimpleDataSource();
        address.setPortNumbers(new int[] {server.port()});
        address.setUser("postgres");
        return address;
    }

    private static HikariDataSource pool(PGSimpleDataSource address) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(address);
        config.setMaximumPoolSize(1);
        return new HikariDataSource(config);
    }
}
