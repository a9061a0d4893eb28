package io.backtestkit.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.backtestkit.signal.ClosedSignal;
import io.backtestkit.signal.Marks;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalCodec;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.TradeLog;
import io.backtestkit.store.UnreadableSignalException;
import io.backtestkit.testkit.SampleSignals;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

class PostgresSignalStoreTest {

    private static final SignalKey KEY = Samples.KEY;
    private static final SignalKey OTHER = new SignalKey("reversal", "ETHUSDT");
    private static final Signal HELD = SampleSignals.openLong(KEY).build();
    private static final Duration LONG = Duration.ofSeconds(30);

    private final PostgresFixture fixture = new PostgresFixture(18, "");
    private final String table = fixture.quoted() + ".signals";
    private SignalStore store = fixture.open();

    @AfterEach
    void close() {
        store.close();
        fixture.close();
    }

    private void edit(String assignment) {
        fixture.server.execute("update " + table + " set " + assignment);
    }

    private void assertDamaged(String found) {
        assertThatExceptionOfType(UnreadableSignalException.class)
                .isThrownBy(() -> store.read(KEY))
                .withMessageContaining(found);
        assertThatExceptionOfType(UnreadableSignalException.class).isThrownBy(() -> store.write(KEY, HELD));
        assertThatExceptionOfType(UnreadableSignalException.class).isThrownBy(() -> store.delete(KEY));
        assertThatExceptionOfType(UnreadableSignalException.class)
                .isThrownBy(() -> store.end(SampleSignals.closed(HELD)));
        assertThat(store.tradeLog().orElseThrow().trades(KEY)).isEmpty();
        assertThatExceptionOfType(UnreadableSignalException.class)
                .isThrownBy(() -> store.writeAll(
                        Map.of(KEY, HELD, OTHER, SampleSignals.openLong(OTHER).build())));
        assertThat(store.read(OTHER)).as("the other one of writeAll").isEmpty();
        assertThat(store.check()).anySatisfy(finding -> {
            assertThat(finding.level()).isEqualTo(StoreFinding.Level.DAMAGED);
            assertThat(finding.found()).contains(found);
        });
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.0, 0.0, 1.0E-200, Double.MIN_VALUE, 1.0E-4, 1.0E7, 123456789.125, Double.MAX_VALUE})
    void aMarkThatJsonbWritesDifferentlyIsReadAsItWas(double best) {
        Signal marked = SampleSignals.openLong(KEY)
                .marks(new Marks(best, -Double.MAX_VALUE))
                .build();
        ClosedSignal closed = new ClosedSignal(
                HELD,
                io.backtestkit.signal.CloseReason.CLOSED,
                HELD.priceOpen(),
                HELD.createdAt().plusSeconds(60),
                best);

        store.write(KEY, marked);
        store.tradeLog().orElseThrow().append(closed);

        assertThat(store.read(KEY)).contains(marked);
        assertThat(store.tradeLog().orElseThrow().trades(KEY)).containsExactly(closed);
    }

    @Test
    void theLongestRecordIsReadThoughJsonbMakesItLonger() {
        Map<String, String> memo = new LinkedHashMap<>();
        Signal longest = HELD;
        for (int i = 0; SignalCodec.encode(longest).length() < SignalCodec.LONGEST_RECORD - 30_000; i += 2_000) {
            for (int j = i; j < i + 2_000; j++) {
                memo.put("k" + j, "");
            }
            longest = HELD.toBuilder().memo(memo).build();
        }

        store.write(KEY, longest);

        assertThat(store.read(KEY)).contains(longest);
    }

    @Test
    void jsonOfSomethingElseIsDamage() {
        store.write(KEY, HELD);
        edit("signal_data = '[1, 2]'");

        assertDamaged("it is not a JSON object");
        assertThat(store.setAside(KEY)).get().asString().contains("signals_set_aside");
        assertThat(fixture.server.query(
                        "select signal_data || '\"kept\"' from " + fixture.quoted() + ".signals_set_aside"))
                .contains("[1, 2, \"kept\"]");
    }

    @Test
    void aReplacementTakesThePlaceOfDamageInTheTransactionThatKeepsIt() {
        Signal right = HELD.toBuilder().id("right").build();
        store.write(KEY, HELD);
        edit("signal_data = '[1, 2]'");

        assertThat(store.setAside(KEY, right)).get().asString().contains("signals_set_aside");

        assertThat(store.read(KEY)).contains(right);
        assertThat(fixture.server.query("select count(distinct xmin::text) from (select xmin from " + fixture.quoted()
                        + ".signals union all select xmin from " + fixture.quoted()
                        + ".signals_set_aside) as rows"))
                .contains("1");
        store.write(KEY, HELD);
        assertThat(store.read(KEY)).contains(HELD);
    }

    @Test
    void aNewerSchemaIsDamage() {
        store.write(KEY, HELD);
        edit("signal_data = jsonb_set(signal_data, '{schema}', '2')");

        assertDamaged("its schema version was 2");
    }

    @Test
    void aRowUnderAnotherKeyIsDamage() {
        store.write(OTHER, SampleSignals.openLong(OTHER).build());
        edit("strategy_name = 'breakout', symbol = 'BTCUSDT'");

        assertDamaged("the row is of breakout/BTCUSDT, the signal in it of reversal/ETHUSDT");
    }

    @Test
    void aPriceThatCannotBeIsDamage() {
        store.write(KEY, HELD);
        edit("signal_data = jsonb_set(signal_data, '{priceStopLoss}', '\"60000\"')");

        assertDamaged("its content cannot be");
    }

    @Test
    void anOperatorsValidCorrectionIsTaken() {
        store.write(KEY, HELD);
        edit("signal_data = jsonb_set(signal_data, '{note}', '\"corrected\"')");

        assertThat(store.read(KEY)).contains(HELD.toBuilder().note("corrected").build());
        store.write(KEY, HELD);
        assertThat(store.read(KEY)).contains(HELD);
        edit("signal_data = jsonb_set(signal_data, '{note}', '\"corrected\"')");
        store.delete(KEY);
        assertThat(store.read(KEY)).isEmpty();
    }

    @Test
    void anOperatorsValidCorrectionIsWarnedOfUntilTheNextWrite() {
        store.write(KEY, HELD);
        assertThat(finding()).isEqualTo(StoreFinding.readable(HELD));
        edit("signal_data = jsonb_set(signal_data, '{note}', '\"corrected\"')");

        assertThat(finding().level()).isEqualTo(StoreFinding.Level.WARNING);
        assertThat(finding().found()).startsWith("edited by hand: signal_hash does not fit: ");
        store.write(KEY, HELD);
        assertThat(finding()).isEqualTo(StoreFinding.readable(HELD));
    }

    private StoreFinding finding() {
        return store.check().stream()
                .filter(finding -> finding.subject().equals("signal " + KEY))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theTextBesideTheJsonCannotSayAnythingElse() {
        store.write(KEY, SampleSignals.withUnknownFields(HELD));

        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> edit("signal_data = '{}'"))
                .havingCause()
                .withMessageContaining("signal_text_says_the_same");
    }

    @Test
    void theRowIsWhatOperatorsAreTold() {
        store.write(KEY, HELD);
        store.write(KEY, HELD);

        assertThat(fixture.server.query("select concat_ws(' ', strategy_name, symbol, signal_data->>'priceOpen', epoch,"
                        + " version, signal_text is null, created_at < updated_at, pg_typeof(updated_at)) from "
                        + table))
                .contains("breakout BTCUSDT 50000 0 2 t t timestamp with time zone");
    }

    @Test
    void anAbandonedSignalExpiresAndAHeldOneNever() {
        store.close();
        store = PostgresSignalStore.open(fixture.location() + "&expireAbandonedAfter=8s");
        assertThat(store.expireAbandonedAfter()).contains(Duration.ofSeconds(8));
        store.write(KEY, HELD);
        store.write(OTHER, SampleSignals.openLong(OTHER).build());
        edit("updated_at = updated_at - interval '1 hour' where symbol = '" + OTHER.symbol() + "'");
        Instant end = Instant.now().plus(LONG);
        boolean gone = false;
        while (!gone && Instant.now().isBefore(end)) {
            edit("updated_at = updated_at - interval '1 hour' where symbol = '" + KEY.symbol() + "'");
            store.touch(KEY);
            gone = store.read(OTHER).isEmpty();
        }

        assertThat(gone).as("the abandoned signal is gone").isTrue();
        assertThat(store.read(KEY)).contains(HELD);
    }

    @Test
    void whatWasAbandonedIsGoneWhenTheStoreIsOpened() {
        store.write(KEY, HELD);
        store.write(OTHER, SampleSignals.openLong(OTHER).build());
        edit("updated_at = now() - interval '8 days' where symbol = 'BTCUSDT'");
        store.close();

        store = PostgresSignalStore.open(fixture.location() + "&expireAbandonedAfter=7d");

        assertThat(store.keys()).containsExactly(OTHER);
    }

    @Test
    void aDamagedRowNeverExpires() {
        store.write(KEY, HELD);
        edit("signal_data = '{}', updated_at = now() - interval '8 days'");
        store.close();

        store = PostgresSignalStore.open(fixture.location() + "&expireAbandonedAfter=7d");

        assertDamaged("schema");
    }

    @Test
    void withoutATimeToLiveNothingExpires() {
        store.write(KEY, HELD);
        edit("updated_at = now() - interval '8000 days'");
        store.close();

        store = fixture.open();

        assertThat(store.read(KEY)).contains(HELD);
        assertThat(store.expireAbandonedAfter()).isEmpty();
    }

    @Test
    void aPoolersSessionsAreLeftAsTheyWere() throws Exception {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setPortNumbers(new int[] {fixture.server.port()});
        source.setUser("postgres");
        try (var session = source.getConnection()) {
            // one session for all calls, as a pooler may give it
            javax.sql.DataSource pooler = (javax.sql.DataSource) java.lang.reflect.Proxy.newProxyInstance(
                    getClass().getClassLoader(),
                    new Class<?>[] {javax.sql.DataSource.class},
                    (p, method, a) -> lent(session));
            SignalStore own =
                    PostgresSignalStore.on(pooler, PostgresOptions.defaults().inSchema(fixture.schema));
            own.write(KEY, HELD);
            own.end(SampleSignals.closed(HELD));

            assertThat(session.getAutoCommit()).isTrue();
            assertThat(session.getNetworkTimeout()).isZero();
            try (var statement = session.createStatement();
                    var rows = statement.executeQuery(
                            "select current_setting('lock_timeout') || current_setting('statement_timeout')"
                                    + " || (select count(*) from pg_locks where locktype = 'advisory'"
                                    + " and pid = pg_backend_pid())")) {
                rows.next();
                assertThat(rows.getString(1)).isEqualTo("000");
            }
        }
    }

    private static java.sql.Connection lent(java.sql.Connection session) {
        return (java.sql.Connection) java.lang.reflect.Proxy.newProxyInstance(
                PostgresSignalStoreTest.class.getClassLoader(),
                new Class<?>[] {java.sql.Connection.class},
                (proxy, method, arguments) -> method.getName().equals("close")
                        ? Optional.empty().orElse(null)
                        : method.invoke(session, arguments));
    }

    @Test
    void theUsersDataSourceStaysOpenAndItsNameIsShown() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setPortNumbers(new int[] {fixture.server.port()});
        source.setUser("postgres");
        source.setPassword("not-to-be-shown");
        try (SignalStore own = PostgresSignalStore.on(source)) {
            assertThat(own.describe()).isEqualTo("postgresql://localhost:" + fixture.server.port() + "/");
            assertThat(own.toString() + own.check()).doesNotContain("not-to-be-shown");
        }
        fixture.server.execute(
                "drop table public.signals, public.trades, public.signals_set_aside, public.claims, public.schema_version");
    }

    @Test
    void aRowWhoseNamesCanBeNoKeyIsListedAsSuch() {
        store.write(KEY, HELD);
        assertThat(store.keyless()).isEmpty();
        store.write(OTHER, SampleSignals.openLong(OTHER).build());
        edit("strategy_name = ' ' where symbol = '" + OTHER.symbol() + "'");

        assertThat(store.keys()).containsExactly(KEY);
        assertThat(store.keyless()).singleElement().satisfies(finding -> {
            assertThat(finding.level()).isEqualTo(StoreFinding.Level.DAMAGED);
            assertThat(finding.advice()).contains("correct the row in table signals.");
            assertThat(store.check()).contains(finding);
        });
    }

    @Test
    void tradesWhoseNamesCanBeNoKeyAreListedAsSuchAndHideNoOthers() {
        TradeLog log = store.tradeLog().orElseThrow();
        log.append(SampleSignals.closed(HELD));
        SignalKey blank = new SignalKey("was blank", "ETHUSDT");
        SignalKey tooLong = new SignalKey("was too long", "ETHUSDT");
        for (SignalKey key : List.of(blank, tooLong)) {
            log.append(SampleSignals.closed(SampleSignals.openLong(key).build()));
        }
        assertThat(store.keyless()).isEmpty();
        String trades = "update " + fixture.quoted() + ".trades set strategy_name = ";
        fixture.server.execute(trades + "' ' where strategy_name = '" + blank.strategy() + "'");
        fixture.server.execute(trades + "repeat('x', 256) where strategy_name = '" + tooLong.strategy() + "'");

        assertThat(log.loggedKeys()).containsExactly(KEY);
        assertThat(log.trades(KEY)).containsExactly(SampleSignals.closed(HELD));
        List<StoreFinding> keyless = store.keyless();
        assertThat(keyless)
                .hasSize(2)
                .allSatisfy(finding -> {
                    assertThat(finding.level()).isEqualTo(StoreFinding.Level.DAMAGED);
                    assertThat(finding.subject()).startsWith("trades of ").endsWith("/ETHUSDT");
                    assertThat(finding.advice()).contains("correct the row in table trades");
                })
                .extracting(StoreFinding::found)
                .satisfiesExactly(
                        found -> assertThat(found).contains("the strategy was blank"),
                        found -> assertThat(found).contains("256 characters"));
        assertThat(store.check()).containsAll(keyless).contains(StoreFinding.readable(KEY, 1));
    }

    @Test
    void namesAreOnlyNames() {
        List<String> names = List.of("'; drop table signals; --", "\" or 1=1", "$1", "?", "{\"$gt\":\"\"}", "%", "\\");
        for (String strategy : names) {
            for (String symbol : names) {
                SignalKey key = new SignalKey(strategy, symbol);
                Signal signal = SampleSignals.openLong(key).id(strategy).build();
                store.write(key, signal);
                assertThat(store.read(key)).contains(signal);
            }
        }
        assertThat(store.keys()).hasSize(names.size() * names.size());
    }
}
