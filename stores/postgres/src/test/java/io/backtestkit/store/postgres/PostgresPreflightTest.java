package io.backtestkit.store.postgres;

import static io.backtestkit.store.postgres.PostgresFixture.assertRefused;
import static io.backtestkit.store.postgres.PostgresFixture.check;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.StoreFinding.Level;
import io.backtestkit.store.StoreRefusedException;
import java.io.IOException;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.replication.LogSequenceNumber;

/** Each rule against a real server that breaks it, and against one that does not. */
class PostgresPreflightTest {

    private final PostgresFixture fixture = new PostgresFixture(18, "");

    @AfterEach
    void removeSchema() {
        fixture.close();
    }

    private static List<String> subjects(List<StoreFinding> findings, Level level) {
        return findings.stream()
                .filter(finding -> finding.level() == level)
                .map(StoreFinding::subject)
                .toList();
    }

    private String as(String role, String setting) {
        fixture.server.execute("drop role if exists " + role);
        fixture.server.execute("create role " + role + " login");
        fixture.server.execute("grant usage, create on schema " + fixture.quoted() + " to " + role);
        if (!setting.isEmpty()) {
            fixture.server.execute("alter role " + role + " set " + setting);
        }
        return fixture.location().replace("postgres@", role + "@");
    }

    @ParameterizedTest
    @ValueSource(ints = {14, 18})
    void theServersOfTheTestsAreDurable(int version) {
        TestServer server = TestServer.shared(version);

        assertThat(server.setting("server_version")).startsWith(version + ".");
        assertThat(List.of(
                        server.setting("fsync"),
                        server.setting("full_page_writes"),
                        server.setting("synchronous_commit")))
                .containsOnly("on");
        assertThat(server.setting("timezone")).isNotEqualTo("UTC");
    }

    @Test
    void aServerThatLosesWritesIsRefusedForEveryReasonAtOnce() throws IOException {
        Map<String, String> wrong = Map.of("fsync", "off", "full_page_writes", "off", "synchronous_commit", "off");
        try (TestServer server = TestServer.start(18, wrong)) {
            assertRefused(
                    server.location(PostgresFixture.PATIENT),
                    "fsync: off",
                    "full_page_writes: off",
                    "synchronous_commit: off",
                    "Set fsync = on in postgresql.conf, or by alter system",
                    "Set full_page_writes = on in postgresql.conf, or by alter system",
                    "Set synchronous_commit = on for the server, the database and the role");
            assertThat(server.query("select count(*) from pg_tables where tablename = 'signals'"))
                    .as("tables made by a refused opening")
                    .contains("0");
        }
    }

    @Test
    void aStandbyIsRefused() throws IOException {
        try (TestServer server = TestServer.startStandby(18)) {
            assertRefused(
                    server.location(PostgresFixture.PATIENT), "the server's role: a standby, in recovery", "primary");
        }
    }

    @Test
    void aReplicaThatIsNotWaitedForIsWarnedOf() throws Exception {
        assertThat(check(fixture.location())).contains(StoreFinding.ok("replicas", "0 connected"));
        try (TestServer server = TestServer.start(18, Map.of());
                Connection replica =
                        server.connect("&replication=true&assumeMinServerVersion=14&preferQueryMode=simple")) {
            String location = server.location(PostgresFixture.PATIENT);
            replica.unwrap(PGConnection.class)
                    .getReplicationAPI()
                    .replicationStream()
                    .physical()
                    .withStartPosition(LogSequenceNumber.valueOf(
                            server.query("select pg_current_wal_lsn()").orElseThrow()))
                    .start();

            assertThat(check(location))
                    .contains(StoreFinding.warning(
                            "replicas",
                            "1 connected, not waited for",
                            "A failover to a replica can lose acknowledged writes: set synchronous_standby_names, or"
                                    + " look at every position after one."));

            server.execute("alter role postgres set synchronous_commit = local");
            server.execute("alter system set synchronous_standby_names = 'elsewhere'");
            server.execute("select pg_reload_conf()");
            assertTimeoutPreemptively(Duration.ofMinutes(1), () -> {
                while (!server.setting("synchronous_standby_names").equals("elsewhere")) {
                    Thread.onSpinWait();
                }
            });
            assertThat(check(location)).anyMatch(finding -> finding.found().equals("1 connected, not waited for"));

            server.execute("alter role postgres reset synchronous_commit");
            assertThat(check(location)).contains(StoreFinding.ok("replicas", "1 connected, waited for"));
        }
    }

    /** Not every machine has an address but its loopback: a function in the way of the server's own says where we are. */
    @Test
    void aConnectionOfAUsersOwnThatLeavesTheMachineUnencryptedIsWarnedOf() {
        fixture.server.execute("create schema " + fixture.quoted());
        as("traveller", "search_path = " + fixture.quoted());
        assertThat(connectionSeenBy("traveller")).isEqualTo(StoreFinding.ok("the connection", "local or encrypted"));

        fixture.server.execute("create function " + fixture.quoted()
                + ".inet_client_addr() returns inet language sql as" + " $$select inet '192.0.2.1'$$");
        fixture.server.execute("alter role traveller set search_path = " + fixture.quoted() + ", pg_catalog");
        assertThat(connectionSeenBy("traveller"))
                .isEqualTo(StoreFinding.warning(
                        "the connection",
                        "not verified by TLS",
                        "Passwords and positions can be read on the way: use TLS with a certificate that is checked."));
    }

    private StoreFinding connectionSeenBy(String role) {
        PGSimpleDataSource own = new PGSimpleDataSource();
        own.setPortNumbers(new int[] {fixture.server.port()});
        own.setDatabaseName("postgres");
        own.setUser(role);
        try (SignalStore store = PostgresSignalStore.on(own)) {
            return store.check().stream()
                    .filter(finding -> finding.subject().equals("the connection"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void aServerTooOldIsRefused() throws IOException {
        try (TestServer server = TestServer.start(12, Map.of())) {
            assertRefused(
                    server.location(PostgresFixture.PATIENT),
                    "the server: PostgreSQL 12.",
                    "Use PostgreSQL 13 or newer.");
        }
    }

    @Test
    void aRoleThatOnlyReadsIsRefused() {
        fixture.open().close();

        assertRefused(
                as("reader", "default_transaction_read_only = on"),
                "default_transaction_read_only: on",
                "closed to this role for",
                "grant");
    }

    @Test
    void aRoleThatDoesNotWaitForTheDiskIsRefused() {
        fixture.open().close();

        assertRefused(as("hasty", "synchronous_commit = off"), "synchronous_commit: off");
    }

    @Test
    void tablesThatWereSpoiltAreRefusedAllAtOnce() {
        fixture.open().close();
        fixture.server.execute("alter table " + fixture.quoted() + ".signals set unlogged");
        fixture.server.execute("alter table " + fixture.quoted() + ".signals drop constraint signals_pkey");
        fixture.server.execute("drop table " + fixture.quoted() + ".signals_set_aside");
        fixture.server.execute("alter table " + fixture.quoted()
                + ".trades drop constraint trades_strategy_name_symbol_id_created_at_key");

        assertRefused(
                fixture.location(),
                "table signals: unlogged",
                "table signals: without its primary key (strategy_name, symbol)",
                "table signals_set_aside: missing",
                "table trades: without its unique (strategy_name, symbol, id, created_at)");
        assertThat(subjects(check(fixture.location()), Level.REFUSED))
                .contains("table signals", "table signals_set_aside", "table trades");
    }

    @Test
    void aTableThatCannotBeReadIsAFinding() {
        try (SignalStore store = fixture.open()) {
            store.write(Samples.KEY, Samples.numbered(Samples.KEY, 1));
            fixture.server.execute("alter table " + fixture.quoted() + ".signals drop column signal_text");

            assertThat(store.check())
                    .anyMatch(finding -> finding.level() == Level.REFUSED
                            && finding.subject().equals("table signals")
                            && finding.found().contains("signal_text"))
                    .contains(StoreFinding.ok("table trades", "logged, with its key and rights"));
        }
    }

    @Test
    void tablesOfANewerProgramAreRefused() {
        fixture.open().close();
        fixture.server.execute("insert into " + fixture.quoted() + ".schema_version values (99)");

        assertRefused(fixture.location(), "tables: of version 99", "newer program");
    }

    @Test
    void aDatabaseThatCannotHoldEveryNameIsRefused() {
        fixture.server.execute("drop database if exists latin");
        fixture.server.execute(
                "create database latin encoding 'LATIN1' lc_collate 'C' lc_ctype 'C' template template0");

        assertRefused(fixture.location().replace("/postgres?", "/latin?"), "encoding: LATIN1", "UTF8");
    }

    @Test
    void aGoodServerIsWarnedOfWhatIsOnlyWeaker() {
        try (PostgresFixture old = new PostgresFixture(14, "")) {
            old.open().close();
            fixture.open().close();

            assertThat(subjects(check(old.location()), Level.WARNING))
                    .containsExactlyInAnyOrder("data_checksums", "the role");
            assertThat(subjects(check(fixture.location()), Level.WARNING)).containsExactly("the role");
            assertThat(subjects(check(fixture.location()), Level.REFUSED)).isEmpty();
            assertThat(subjects(check(fixture.location() + "&insecure=true"), Level.WARNING))
                    .contains("the connection");
        }
    }

    @Test
    void aServerCanBeCheckedBeforeThereAreTables() throws IOException {
        assertThat(check(fixture.location()))
                .anyMatch(finding -> finding.equals(StoreFinding.ok("fsync", "on")))
                .anyMatch(finding -> finding.level() == Level.WARNING
                        && finding.subject().equals("tables")
                        && finding.found().equals("none yet in schema '" + fixture.schema + "'"));
        try (TestServer hasty = TestServer.start(18, Map.of("fsync", "off"))) {
            assertThat(subjects(check(hasty.location(PostgresFixture.PATIENT)), Level.REFUSED))
                    .containsExactly("fsync");
        }
    }

    @Test
    void lookingRemovesNoAbandonedSignal() {
        try (SignalStore store = fixture.open()) {
            store.write(Samples.KEY, Samples.numbered(Samples.KEY, 1));
        }
        fixture.server.execute("update " + fixture.quoted() + ".signals set updated_at = now() - interval '8 days'");

        try (SignalStore looking = SignalStores.openReadOnly(fixture.location() + "&expireAbandonedAfter=1s")) {
            long due = System.nanoTime() + Duration.ofSeconds(1).toNanos();
            do {
                assertThat(looking.read(Samples.KEY)).isPresent();
            } while (System.nanoTime() < due);
            assertThat(looking.read(Samples.KEY)).isPresent();
        }
    }

    @Test
    void lookingMakesNoTables() {
        try (SignalStore store = SignalStores.openReadOnly(fixture.location())) {
            assertThatExceptionOfType(StoreRefusedException.class)
                    .isThrownBy(store::keys)
                    .withMessageContainingAll("there are no tables of a store in schema", fixture.schema);
            assertThatExceptionOfType(StoreRefusedException.class).isThrownBy(() -> store.read(Samples.KEY));
            assertThatExceptionOfType(StoreRefusedException.class).isThrownBy(store::tradeLog);
        }

        assertThat(fixture.server.query("select count(*) from pg_namespace where nspname = '" + fixture.schema + "'"))
                .contains("0");
    }
}
