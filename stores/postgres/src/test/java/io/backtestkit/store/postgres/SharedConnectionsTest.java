package io.backtestkit.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.Claims;
import io.backtestkit.store.SignalStore;
import io.backtestkit.testkit.SampleSignals;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Connections that others use too, and leave as they please. */
class SharedConnectionsTest {

    private static final Duration LEASE = Duration.ofMinutes(30);
    private static final SignalKey OTHER = new SignalKey("reversal", "ETHUSDT");
    private static final Signal HELD = SampleSignals.openLong(Samples.KEY).build();

    private final PostgresFixture fixture = new PostgresFixture(18, "");

    @AfterEach
    void close() {
        fixture.close();
    }

    @ParameterizedTest
    @CsvSource({"off, on", "local, local", "remote_write, remote_write", "on, on"})
    void everyChangeWaitsForTheDiskThoughItsSessionDoesNot(String ofSession, String ofChange) throws SQLException {
        try (HikariDataSource pool = pool();
                SignalStore store =
                        PostgresSignalStore.on(pool, PostgresOptions.defaults().inSchema(fixture.schema))) {
            recordChanges();
            execute(pool, "set synchronous_commit = " + ofSession);

            changeAll(store);

            assertThat(fixture.server.rows(
                            "set search_path to " + fixture.quoted(),
                            "select distinct changed, setting from seen order by changed"))
                    .containsExactly("claims|" + ofChange, "signals|" + ofChange, "trades|" + ofChange);
            execute(pool, "insert into " + fixture.quoted() + ".seen select 'session'");
            assertThat(fixture.server.query(
                            "select setting from " + fixture.quoted() + ".seen where changed = 'session'"))
                    .contains(ofSession);
        }
    }

    private HikariDataSource pool() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setPortNumbers(new int[] {fixture.port()});
        source.setUser("postgres");
        HikariConfig config = new HikariConfig();
        config.setDataSource(source);
        config.setMaximumPoolSize(1);
        return new HikariDataSource(config);
    }

    private static void execute(HikariDataSource pool, String sql) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void recordChanges() {
        String schema = fixture.quoted();
        fixture.server.execute("create table " + schema + ".seen (changed text,"
                + " setting text default current_setting('synchronous_commit'));"
                + " create function " + schema + ".see() returns trigger language plpgsql as"
                + " $$ begin insert into " + schema + ".seen values (tg_table_name); return null; end $$");
        for (String table : new String[] {"claims", "signals", "trades"}) {
            fixture.server.execute("create trigger see after insert or update or delete on " + schema + "." + table
                    + " for each row execute function " + schema + ".see()");
        }
    }

    private static void changeAll(SignalStore store) {
        Claims claims = store.claims().orElseThrow();
        Claim claim = claims.claim(Samples.KEY, "owner", LEASE).claim();
        claims.write(claim, HELD);
        claims.renew(claim, LEASE);
        claims.end(claim, SampleSignals.closed(HELD));
        claims.release(claim);
        store.write(Samples.KEY, HELD);
        store.writeAll(Map.of(OTHER, SampleSignals.openLong(OTHER).build()));
        store.delete(OTHER);
    }
}
