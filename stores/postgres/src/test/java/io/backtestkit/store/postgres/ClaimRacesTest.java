package io.backtestkit.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimAnswer;
import io.backtestkit.store.ClaimLostException;
import io.backtestkit.store.Claims;
import io.backtestkit.testkit.SampleSignals;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes and claims that meet inside the server, in both orders, each held in mid-flight by a lock of the test. */
@ParameterizedClass
@ValueSource(ints = {14, 18})
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ClaimRacesTest {

    private static final SignalKey KEY = Samples.KEY;
    private static final Signal BEFORE = Samples.numbered(KEY, 1);
    private static final Signal LATE = Samples.numbered(KEY, 2);
    private static final Signal NEWER = Samples.numbered(KEY, 3);
    private static final Duration LEASE = Duration.ofMinutes(1);
    private static final String TAKE_OVER =
            "update SCHEMA.claims set epoch = epoch + 1, owner = 'successor', until = clock_timestamp() + interval '1 hour'";

    private final PostgresFixture fixture;
    private final String patient;
    private final PostgresSignalStore store;
    private final Claims claims;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    ClaimRacesTest(int version) {
        fixture = new PostgresFixture(version, "poolSize=9");
        patient = fixture.location();
        store = PostgresSignalStore.open(patient);
        claims = store.claims().orElseThrow();
    }

    @AfterEach
    void close() {
        threads.shutdownNow();
        store.close();
        fixture.close();
    }

    private Claim granted(String owner) {
        return ((ClaimAnswer.Granted) claims.claim(KEY, owner, LEASE)).claim();
    }

    /** Holds what a statement locks until it is closed. */
    private final class Obstacle implements AutoCloseable {

        private final Connection connection;

        Obstacle(String sql) throws SQLException {
            connection = fixture.server.connect();
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql.replace("SCHEMA", fixture.quoted()));
            }
        }

        void commit() throws SQLException {
            connection.commit();
        }

        @Override
        public void close() throws SQLException {
            connection.rollback();
            connection.close();
        }
    }

    /** Waits until that many statements on tables of this place wait for a lock. */
    private void awaitBlocked(int count) throws SQLException {
        String sql = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and position('"
                + fixture.quoted().replace("'", "''") + "' in query) > 0 and pid <> pg_backend_pid()";
        long end = System.nanoTime() + LEASE.toNanos();
        try (Connection connection = fixture.server.connect();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            int blocked = -1;
            while (blocked != count) {
                assertThat(System.nanoTime())
                        .as("the end of the wait for %d blocked statements", count)
                        .isLessThan(end);
                try (ResultSet rows = statement.executeQuery()) {
                    rows.next();
                    blocked = rows.getInt(1);
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
        }
    }

    private static void assertLost(Future<?> change) {
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> change.get(1, TimeUnit.MINUTES))
                .withCauseInstanceOf(ClaimLostException.class);
    }

    private void assertLostToATakeOverUnderWay(Runnable change) throws Exception {
        try (Obstacle takeOver = new Obstacle(TAKE_OVER)) {
            Future<?> late = threads.submit(change);
            awaitBlocked(1);
            takeOver.commit();
            assertLost(late);
        }
        assertThat(store.read(KEY)).contains(BEFORE);
        assertThat(store.tradeLog().orElseThrow().trades(KEY)).isEmpty();
    }

    @Test
    void aClaimedWriteThatWaitedForATakeOverIsRefused() throws Exception {
        Claim old = granted("first");
        claims.write(old, BEFORE);
        assertLostToATakeOverUnderWay(() -> claims.write(old, LATE));
    }

    @Test
    void aClaimedDeleteThatWaitedForATakeOverIsRefused() throws Exception {
        Claim old = granted("first");
        claims.write(old, BEFORE);
        assertLostToATakeOverUnderWay(() -> claims.delete(old));
    }

    @Test
    void aClaimedEndThatWaitedForATakeOverIsRefusedAndLogsNothing() throws Exception {
        Claim old = granted("first");
        claims.write(old, BEFORE);
        assertLostToATakeOverUnderWay(() -> claims.end(old, SampleSignals.closed(BEFORE)));
    }

    @Test
    void aRenewalThatWaitedForATakeOverIsRefused() throws Exception {
        Claim old = granted("first");
        claims.write(old, BEFORE);
        assertLostToATakeOverUnderWay(() -> claims.renew(old, LEASE));
    }

    @Test
    void changesWithoutAClaimThatWaitedForAClaimAreRefused() throws Exception {
        store.write(KEY, BEFORE);
        for (Runnable change : List.<Runnable>of(
                () -> store.write(KEY, LATE),
                () -> store.writeAll(Map.of(KEY, LATE)),
                () -> store.delete(KEY),
                () -> store.end(SampleSignals.closed(BEFORE)),
                () -> store.setAside(KEY))) {
            fixture.server.execute("update " + fixture.quoted() + ".claims set owner = null, until = null");
            assertLostToATakeOverUnderWay(change);
        }
    }

    private void assertTakeOverWaitsFor(Claim old, Runnable change) throws Exception {
        Future<?> inFlight;
        Future<ClaimAnswer> takeOver;
        Obstacle row = new Obstacle("select 1 from SCHEMA.signals for update");
        try {
            inFlight = threads.submit(change);
            awaitBlocked(1);
            takeOver = threads.submit(() -> claims.takeOver(old, "successor", LEASE));
            awaitBlocked(2);
        } finally {
            row.close();
        }
        inFlight.get(1, TimeUnit.MINUTES);
        assertThat(takeOver.get(1, TimeUnit.MINUTES)).isInstanceOf(ClaimAnswer.Granted.class);
        assertThatExceptionOfType(ClaimLostException.class).isThrownBy(() -> claims.write(old, NEWER));
    }

    @Test
    void aTakeOverWaitsForAClaimedWriteUnderWayAndThenSeesIt() throws Exception {
        Claim old = granted("first");
        claims.write(old, BEFORE);
        assertTakeOverWaitsFor(old, () -> claims.write(old, LATE));
        assertThat(store.read(KEY)).contains(LATE);
    }

    @Test
    void aTakeOverWaitsForAClaimedDeleteUnderWay() throws Exception {
        Claim old = granted("first");
        claims.write(old, BEFORE);
        assertTakeOverWaitsFor(old, () -> claims.delete(old));
        assertThat(store.read(KEY)).isEmpty();
    }

    @Test
    void aTakeOverWaitsForAClaimedEndUnderWay() throws Exception {
        Claim old = granted("first");
        claims.write(old, BEFORE);
        assertTakeOverWaitsFor(old, () -> claims.end(old, SampleSignals.closed(BEFORE)));
        assertThat(store.read(KEY)).isEmpty();
        assertThat(store.tradeLog().orElseThrow().trades(KEY)).hasSize(1);
    }

    @Test
    void theFirstClaimOfASlotWaitsForAWriteOfANewSlotUnderWay() throws Exception {
        Future<?> write;
        Future<Claim> claim;
        Obstacle sameRow = new Obstacle("insert into SCHEMA.signals (strategy_name, symbol, signal_data, signal_hash)"
                + " values ('" + KEY.strategy() + "', '" + KEY.symbol() + "', '{}', 0)");
        try {
            write = threads.submit(() -> store.write(KEY, BEFORE));
            awaitBlocked(1);
            claim = threads.submit(() -> granted("first"));
            awaitBlocked(2);
        } finally {
            sameRow.close();
        }
        write.get(1, TimeUnit.MINUTES);
        assertThat(claim.get(1, TimeUnit.MINUTES).epoch()).isEqualTo(1);
        assertThat(store.read(KEY)).contains(BEFORE);
    }

    @Test
    void ofManyWhoClaimAtOnceOneIsGranted() throws Exception {
        try (PostgresSignalStore second = PostgresSignalStore.open(patient)) {
            for (int round = 0; round < 20; round++) {
                SignalKey key = new SignalKey("race", "S" + round);
                CountDownLatch start = new CountDownLatch(1);
                List<Future<ClaimAnswer>> answers = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    String owner = "owner " + i;
                    Claims side = (i % 2 == 0 ? store : second).claims().orElseThrow();
                    answers.add(threads.submit(() -> {
                        start.await();
                        return side.claim(key, owner, LEASE);
                    }));
                }
                start.countDown();
                List<Claim> seen = new ArrayList<>();
                int granted = 0;
                for (Future<ClaimAnswer> answer : answers) {
                    seen.add(answer.get(1, TimeUnit.MINUTES).claim());
                    granted += answer.get() instanceof ClaimAnswer.Granted ? 1 : 0;
                }
                assertThat(granted).as("granted of 8").isEqualTo(1);
                assertThat(seen).as("the claims they were told of").containsOnly(seen.get(0));
            }
        }
    }
}
