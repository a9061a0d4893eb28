package io.backtestkit.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalCodec;
import io.backtestkit.store.Claims;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.testkit.SampleSignals;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** A database as version 1 of the tables left it, with a signal, a damaged row and a trade in it. */
@ParameterizedClass
@ValueSource(ints = {14, 18})
class MigrationTest {

    private static final Signal HELD = Samples.numbered(Samples.KEY, 1);
    private static final Signal ENDED = Samples.numbered(Samples.KEY, 0);

    /** What version 1 of the store put into signal_hash. */
    private static final String HASH =
            "hashtextextended(strategy_name || '/' || symbol, jsonb_hash_extended(signal_data, 1))";

    private final PostgresFixture fixture;

    MigrationTest(int version) {
        fixture = new PostgresFixture(version, "");
    }

    @BeforeEach
    void makeVersion1() throws Exception {
        String place = fixture.quoted();
        fixture.server.execute(
                "create schema " + place + "; set search_path to " + place + "; " + resource("schema-1.sql"));
        String quoted = "'" + SignalCodec.encode(HELD).replace("'", "''") + "'";
        fixture.server.execute(
                "insert into " + place + ".signals (strategy_name, symbol, signal_data, signal_hash, version)"
                        + " values ('breakout', 'BTCUSDT', " + quoted + ", 0, 7), ('breakout', 'BROKEN', '{}', 0, 1);"
                        + " update " + place + ".signals set signal_hash = " + HASH + " where symbol = 'BTCUSDT'");
        String trade = SignalCodec.encodeEnded(SampleSignals.closed(ENDED)).replace("'", "''");
        fixture.server.execute(
                "insert into " + place + ".trades (strategy_name, symbol, id, created_at, ended_at, trade_data) values"
                        + " ('breakout', 'BTCUSDT', '" + ENDED.id() + "', '" + ENDED.createdAt() + "', '"
                        + SampleSignals.closed(ENDED).endedAt() + "', '" + trade + "')");
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private static String resource(String name) throws Exception {
        try (InputStream in = PostgresSchema.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void everythingIsThereAfterwardsAndCanBeClaimed() {
        try (PostgresSignalStore store = PostgresSignalStore.open(fixture.location())) {
            assertThat(store.read(Samples.KEY)).contains(HELD);
            assertThat(store.tradeLog().orElseThrow().trades(Samples.KEY)).containsExactly(SampleSignals.closed(ENDED));
            assertThat(store.check())
                    .filteredOn(finding -> finding.level() == StoreFinding.Level.DAMAGED)
                    .extracting(StoreFinding::subject)
                    .containsExactly("signal breakout/BROKEN");
            assertThat(fixture.server.query("select string_agg(concat_ws(' ', symbol, epoch, owner), ', ' order by"
                            + " symbol) from " + fixture.quoted() + ".claims"))
                    .contains("BROKEN 0, BTCUSDT 0");

            Claims claims = store.claims().orElseThrow();
            var claim =
                    claims.claim(Samples.KEY, "first", Duration.ofMinutes(1)).claim();
            assertThat(claim.epoch()).isEqualTo(1);
            claims.end(claim, SampleSignals.closed(HELD));
            assertThat(store.tradeLog().orElseThrow().trades(Samples.KEY)).hasSize(2);
        }
        assertThat(fixture.server.query("select string_agg(version::text, ', ' order by version) from "
                        + fixture.quoted() + ".schema_version"))
                .contains("1, 2");
    }

    @Test
    void twelveMayMigrateAtOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(12);
        CountDownLatch start = new CountDownLatch(1);
        List<Future<Integer>> openings = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            openings.add(threads.submit(() -> {
                start.await();
                try (PostgresSignalStore store = PostgresSignalStore.open(fixture.location())) {
                    return store.keys().size();
                }
            }));
        }
        start.countDown();
        for (Future<Integer> opening : openings) {
            assertThat(opening.get(2, TimeUnit.MINUTES)).isEqualTo(2);
        }
        threads.shutdownNow();
    }

    @Test
    void whoOnlyLooksCanReadWhatWasNotMigratedAndIsTold() {
        try (SignalStore looking = SignalStores.openReadOnly(fixture.location())) {
            assertThat(looking.read(Samples.KEY)).contains(HELD);
            assertThat(looking.check()).anySatisfy(finding -> {
                assertThat(finding.level()).isEqualTo(StoreFinding.Level.WARNING);
                assertThat(finding.subject() + " " + finding.found()).isEqualTo("tables of version 1");
            });
            assertThatExceptionOfType(StoreRefusedException.class)
                    .isThrownBy(() -> looking.claims().orElseThrow().holder(Samples.KEY))
                    .withMessageContaining("A table is missing");
        }
    }

    @Test
    void aRoleThatMayNotMakeTablesIsToldToLetTheOwnerDoIt() {
        fixture.server.execute("drop role if exists migrant");
        fixture.server.execute("create role migrant login");
        fixture.server.execute("grant usage on schema " + fixture.quoted() + " to migrant");
        fixture.server.execute("grant all on all tables in schema " + fixture.quoted() + " to migrant");
        try {
            assertThatExceptionOfType(StoreRefusedException.class)
                    .isThrownBy(
                            () -> PostgresSignalStore.open(fixture.location().replace("postgres@", "migrant@")))
                    .withMessageContainingAll("42501", "let the owner of the schema run backtest-kit store init");
        } finally {
            fixture.server.execute("drop owned by migrant");
            fixture.server.execute("drop role migrant");
        }
        assertThat(fixture.server.query("select max(version) from " + fixture.quoted() + ".schema_version"))
                .contains("1");
    }
}
