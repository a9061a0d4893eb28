package io.backtestkit.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.backtestkit.signal.Signal;
import io.backtestkit.store.Claim;
import io.backtestkit.store.Claims;
import io.backtestkit.store.RetryPolicy;
import io.backtestkit.store.RetryingSignalStore;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.testkit.NetworkFault;
import io.backtestkit.testkit.NetworkProxy;
import io.backtestkit.testkit.Patiently;
import io.backtestkit.testkit.SampleSignals;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class NetworkFaultTest {

    private static final String QUICK =
            "&socketTimeout=1s&statementTimeout=900ms&lockTimeout=500ms&poolTimeout=1s&connectTimeout=1s&poolSize=1";
    private static final Duration BOUND = Duration.ofSeconds(40);
    private static final Signal BEFORE = Samples.numbered(Samples.KEY, 1);
    private static final Signal AFTER = Samples.numbered(Samples.KEY, 2);

    private final PostgresFixture fixture = new PostgresFixture(18, "");
    private NetworkProxy network;
    private PostgresSignalStore store;

    @BeforeEach
    void open() throws IOException {
        network = new NetworkProxy("localhost", fixture.server.port());
        try (SignalStore patient = fixture.open()) {
            patient.write(Samples.KEY, BEFORE);
        }
        String location = TestServer.location(network.port(), "schema=" + fixture.schema + QUICK);
        store = Patiently.get(() -> PostgresSignalStore.open(location));
    }

    @AfterEach
    void close() {
        store.close();
        network.close();
        fixture.close();
    }

    private StoreUnavailableException unavailable(Runnable call) {
        long start = System.nanoTime();
        StoreUnavailableException[] thrown = new StoreUnavailableException[1];
        assertThatExceptionOfType(StoreUnavailableException.class)
                .isThrownBy(call::run)
                .satisfies(e -> thrown[0] = e)
                .satisfies(e -> assertThat(e.key()).contains(Samples.KEY))
                .withMessageContainingAll(Samples.KEY.toString(), "postgresql://localhost:");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(BOUND);
        return thrown[0];
    }

    /** Makes the call until it meets the fault: on a slow machine it may have been given up before, or before the reply. */
    private StoreUnavailableException struck(NetworkFault fault, String text, Runnable call) {
        while (true) {
            network.failOnce(fault, text);
            StoreUnavailableException thrown = unavailable(call);
            if (network.struckMessages() > 0) {
                return thrown;
            }
        }
    }

    /** Makes the call until it is held: on a slow machine it may have been given up before. */
    private StoreUnavailableException held(String text, Runnable call) {
        network.holdOnce(text);
        StoreUnavailableException thrown = unavailable(call);
        while (!network.holds()) {
            thrown = unavailable(call);
        }
        return thrown;
    }

    @ParameterizedTest
    @EnumSource(NetworkFault.class)
    void aWriteWhoseReplyIsMissingIsUnknownAndReadingTells(NetworkFault fault) throws Exception {
        StoreUnavailableException e = struck(fault, "part of write 2", () -> store.write(Samples.KEY, AFTER));

        assertThat(e.mayHaveHappened()).isTrue();
        assertEventually(fault.strikesRequests() ? BEFORE : AFTER);
    }

    private Optional<Signal> read() {
        return Patiently.get(() -> store.read(Samples.KEY));
    }

    /** A server that has read a request may still be busy with it when its client has given up. */
    private void assertEventually(Signal... expected) {
        long end = System.nanoTime() + BOUND.toNanos();
        while (!read().equals(Stream.of(expected).findFirst()) && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertThat(read()).isEqualTo(Stream.of(expected).findFirst());
    }

    @ParameterizedTest
    @EnumSource(NetworkFault.class)
    void aReadWithoutReplyChangesNothing(NetworkFault fault) {
        StoreUnavailableException e = struck(fault, "coalesce(signal_text", () -> store.read(Samples.KEY));

        assertThat(e.mayHaveHappened()).isFalse();
        assertThat(read()).contains(BEFORE);
    }

    @ParameterizedTest
    @EnumSource(
            value = NetworkFault.class,
            names = {"RESET_REQUESTS", "DROP_REPLIES"})
    void anEndThatBreaksIsUnknownAndWholeEitherWay(NetworkFault fault) {
        StoreUnavailableException e = struck(fault, "insert into", () -> store.end(SampleSignals.closed(BEFORE)));

        assertThat(e.mayHaveHappened()).isTrue();
        boolean done = fault == NetworkFault.DROP_REPLIES;
        assertEventually(done ? new Signal[0] : new Signal[] {BEFORE});
        assertThat(Patiently.get(() -> store.tradeLog().orElseThrow().trades(Samples.KEY)))
                .hasSize(done ? 1 : 0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aClaimedWriteThatArrivesLateIsDoneOnlyIfNobodyTookOver(boolean takenOver) throws Exception {
        Duration lease = Duration.ofMinutes(1);
        Signal newer = Samples.numbered(Samples.KEY, 3);
        Claims claims = store.claims().orElseThrow();
        Claim old =
                Patiently.get(() -> claims.claim(Samples.KEY, "first", lease)).claim();

        StoreUnavailableException e = held("part of write 2", () -> claims.write(old, AFTER));
        assertThat(e.mayHaveHappened()).isTrue();
        try (PostgresSignalStore next = PostgresSignalStore.open(fixture.location())) {
            if (takenOver) {
                Claims successor = next.claims().orElseThrow();
                successor.write(successor.takeOver(old, "second", lease).claim(), newer);
            }
            network.deliver();

            assertThat(next.read(Samples.KEY)).contains(takenOver ? newer : AFTER);
        }
    }

    /** Otherwise an owner would lose its slot to its own request, that it gave up long ago. */
    @Test
    void aClaimThatArrivesAfterItsOwnerClaimedAgainChangesNothing() throws Exception {
        Duration lease = Duration.ofMinutes(1);
        Claims claims = store.claims().orElseThrow();

        StoreUnavailableException e = held("as seen_epoch", () -> claims.claim(Samples.KEY, "first", lease));
        assertThat(e.mayHaveHappened()).isTrue();
        Claim mine =
                Patiently.get(() -> claims.claim(Samples.KEY, "first", lease)).claim();
        network.deliver();

        assertThat(Patiently.get(() -> claims.holder(Samples.KEY))).contains(mine);
        Patiently.run(() -> claims.write(mine, AFTER));
        assertThat(read()).contains(AFTER);
    }

    @Test
    void theRetryingStoreResolvesALostReplyByReading() {
        RetryingSignalStore retrying = new RetryingSignalStore(store, RetryPolicy.standard());
        network.failOnce(NetworkFault.DROP_REPLIES, "part of write 2");

        assertThatNoException().isThrownBy(() -> retrying.write(Samples.KEY, AFTER));

        assertThat(network.struckMessages()).isPositive();
        assertThat(read()).contains(AFTER);
        assertThat(fixture.server.query("select version from " + fixture.quoted() + ".signals"))
                .contains("2");
    }

    @Test
    void nothingWasSentWhereNobodyListens() {
        network.close();

        boolean sentOnce = unavailable(() -> store.write(Samples.KEY, AFTER)).mayHaveHappened();
        StoreUnavailableException second = unavailable(() -> store.write(Samples.KEY, AFTER));

        assertThat(second.mayHaveHappened()).as("first was %s", sentOnce).isFalse();
    }

    @Test
    void theUsersOwnConnectionsNeverWaitForEver() {
        PGSimpleDataSource endless = new PGSimpleDataSource();
        endless.setPortNumbers(new int[] {network.port()});
        endless.setUser("postgres");
        PostgresOptions quick = new PostgresOptions(
                Optional.of(fixture.schema),
                Optional.empty(),
                Duration.ofSeconds(1),
                Duration.ofMillis(900),
                Duration.ofMillis(500),
                Duration.ofSeconds(10));
        PostgresSignalStore own = Patiently.get(() -> PostgresSignalStore.on(endless, quick));

        StoreUnavailableException e = struck(NetworkFault.DROP_REPLIES, "COMMIT", () -> own.write(Samples.KEY, AFTER));

        assertThat(e.mayHaveHappened()).isTrue();
        assertThat(Patiently.get(() -> own.read(Samples.KEY))).contains(AFTER);
    }

    @Test
    void aLockedRowIsWaitedForOnlySoLongAndThenNothingHasHappened() throws Exception {
        try (var other = fixture.server.connect();
                var statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("select 1 from " + fixture.quoted() + ".signals for update");

            StoreUnavailableException e = unavailable(() -> store.write(Samples.KEY, AFTER));
            long end = System.nanoTime() + BOUND.toNanos();
            while (!String.valueOf(e.getMessage()).contains("55P03")
                    && System.nanoTime() < end) { // it was too slow to come to the row
                e = unavailable(() -> store.write(Samples.KEY, AFTER));
            }

            assertThat(e.mayHaveHappened()).isFalse();
            assertThat(e.getMessage()).contains("55P03");
        }
        assertThat(read()).contains(BEFORE);
    }
}
