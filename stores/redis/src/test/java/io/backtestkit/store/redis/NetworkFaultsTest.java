package io.backtestkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.Claims;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.store.UnreadableSignalException;
import io.backtestkit.testkit.NetworkFault;
import io.backtestkit.testkit.NetworkProxy;
import io.backtestkit.testkit.Patiently;
import io.backtestkit.testkit.SampleSignals;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisServerCommands;
import java.time.Duration;
import java.util.AbstractCollection;
import java.util.AbstractMap;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NetworkFaultsTest {

    private static final SignalKey KEY = SampleSignals.key();
    private static final Signal FIRST = SampleSignals.openLong(KEY).id("first").build();
    private static final Signal SECOND =
            SampleSignals.openLong(KEY).id("second").build();
    private static final Duration LEASE = Duration.ofMinutes(1);
    private static final String TIMEOUTS = "?commandTimeout=500ms&connectTimeout=1s&socketTimeout=900ms";

    /** A client that sends again may need some time to connect again. */
    private static final RedisOptions PATIENT = RedisOptions.defaults().withCommandTimeout(Duration.ofMinutes(1));

    private static RealRedis redis;
    private NetworkProxy proxy;
    private SignalStore store;

    @BeforeAll
    static void startServer() {
        redis = RealRedis.durable();
    }

    @AfterAll
    static void stopServer() {
        redis.close();
    }

    @BeforeEach
    void open() {
        redis.ask(RedisServerCommands::flushall);
        proxy = new NetworkProxy("127.0.0.1", redis.port());
        store = Patiently.get(() -> SignalStores.open(throughProxy() + TIMEOUTS));
    }

    /** Over a network that is well. */
    private void write(Signal signal) {
        Patiently.run(() -> store.write(KEY, signal));
    }

    private Optional<Signal> read() {
        return Patiently.get(() -> store.read(KEY));
    }

    @AfterEach
    void close() {
        store.close();
        proxy.close();
    }

    private String throughProxy() {
        return "redis://" + proxy.host() + ":" + proxy.port();
    }

    private StoreUnavailableException unavailable(Runnable call) {
        long start = System.nanoTime();
        StoreUnavailableException failure = catchThrowableOfType(StoreUnavailableException.class, call::run);
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .as("how long the call took")
                .isLessThan(Duration.ofSeconds(40));
        assertThat(failure.getMessage()).contains(KEY.toString(), throughProxy());
        return failure;
    }

    private void assertComesBack() {
        proxy.pass();
        read();
    }

    /** The client may have given up before the server's reply came to where it is lost. */
    private void awaitLoss() {
        Poll.until("the reply is lost", () -> proxy.struckMessages() > 0);
    }

    @Test
    void aLostReplyIsUnknownAndReadingBackTells() {
        write(FIRST);
        proxy.fail(NetworkFault.DROP_REPLIES);

        assertThat(unavailable(() -> store.write(KEY, SECOND)).mayHaveHappened())
                .isTrue();
        awaitLoss();

        assertComesBack();
        assertThat(read()).contains(SECOND);
    }

    @Test
    void aLostRequestIsUnknownAndReadingBackTells() {
        write(FIRST);
        proxy.fail(NetworkFault.BLACK_HOLE);

        assertThat(unavailable(() -> store.write(KEY, SECOND)).mayHaveHappened())
                .isTrue();
        assertThat(unavailable(() -> store.read(KEY)).mayHaveHappened())
                .as("a read changes nothing")
                .isFalse();

        proxy.reset();
        assertComesBack();
        assertThat(read()).contains(FIRST);
    }

    @Test
    void aSilentConnectionIsReplacedThoughItStaysOpen() {
        proxy.fail(NetworkFault.BLACK_HOLE);
        unavailable(() -> store.read(KEY));
        unavailable(() -> store.read(KEY));

        assertComesBack();
        write(FIRST);
        assertThat(read()).contains(FIRST);
    }

    @Test
    void aResetAfterTheRequestIsUnknown() {
        write(FIRST);
        proxy.fail(NetworkFault.RESET_REPLIES);

        assertThat(unavailable(() -> store.delete(KEY)).mayHaveHappened()).isTrue();

        assertComesBack();
        assertThat(read()).isEmpty();
    }

    @Test
    void aRequestCutInTheMiddleIsNotCarriedOut() {
        write(FIRST);
        proxy.cutAfter(200);

        assertThat(unavailable(() -> store.write(KEY, SECOND)).mayHaveHappened())
                .isTrue();

        assertComesBack();
        assertThat(read()).contains(FIRST);
    }

    @Test
    void anIdleConnectionThatWasResetIsReplacedWithoutAFailure() {
        write(FIRST);
        proxy.reset();

        assertThat(read()).contains(FIRST);
        write(SECOND);

        assertThat(read()).contains(SECOND);
    }

    @Test
    void aServerThatIsGoneWasNotAsked() {
        write(FIRST);
        proxy.close();

        Poll.until("the connection is seen to be gone", () -> !unavailable(() -> store.write(KEY, SECOND))
                .mayHaveHappened());

        assertThatExceptionOfType(StoreUnavailableException.class)
                .isThrownBy(() -> SignalStores.open(throughProxy() + TIMEOUTS))
                .withMessageContaining(throughProxy());
    }

    @Test
    void theRestOfSeveralIsGivenUpWithTheFirst() {
        Map<SignalKey, Signal> several = new LinkedHashMap<>();
        for (int i = 0; i < 50; i++) {
            SignalKey key = new SignalKey(KEY.strategy(), KEY.symbol() + i);
            several.put(key, SampleSignals.openLong(key).build());
        }
        proxy.fail(NetworkFault.DROP_REPLIES);

        assertThat(unavailable(() -> store.writeAll(several)).mayHaveHappened()).isTrue();
        awaitLoss();

        assertComesBack();
        several.forEach(
                (key, signal) -> Poll.until("the server has come to " + key, () -> Patiently.get(() -> store.read(key))
                        .equals(Optional.of(signal))));
    }

    /** With the first of them refused it was sent on, to be waited for batch by batch. */
    @Test
    void nothingMoreIsSentOnceTheServerFailedEvenIfASignalWasRefusedBefore() {
        Map<SignalKey, Signal> several = new LinkedHashMap<>();
        for (int i = 0; i < 3000; i++) {
            SignalKey key = new SignalKey(KEY.strategy(), KEY.symbol() + i);
            several.put(key, SampleSignals.openLong(key).build());
        }
        redis.ask(commands -> commands.set("signal:breakout:BTCUSDT0", "of another type"));
        Stream<Signal> failingMidway = several.values().stream().peek(signal -> {
            if (signal.key().symbol().equals(KEY.symbol() + 600)) {
                proxy.fail(NetworkFault.RESET_REPLIES);
            }
        });

        SignalStore patient = SignalStores.open(throughProxy() + "?commandTimeout=20s");
        StoreUnavailableException failure = catchThrowableOfType(
                StoreUnavailableException.class,
                () -> patient.writeAll(new AbstractMap<>() {
                    @Override
                    public Set<Entry<SignalKey, Signal>> entrySet() {
                        return several.entrySet();
                    }

                    @Override
                    public Collection<Signal> values() {
                        return new AbstractCollection<>() {
                            @Override
                            public Iterator<Signal> iterator() {
                                return failingMidway.iterator();
                            }

                            @Override
                            public int size() {
                                return several.size();
                            }
                        };
                    }
                }));

        assertThat(failure.mayHaveHappened()).isTrue();
        assertThat(failure.getSuppressed())
                .hasSizeBetween(1, 5)
                .hasAtLeastOneElementOfType(UnreadableSignalException.class);
        patient.close();
    }

    @Test
    void anInterruptedThreadStillWritesAndStaysInterrupted() {
        Thread.currentThread().interrupt();

        write(FIRST);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(read()).contains(FIRST);
    }

    /** A client with its own options sends again after a reconnect what had no reply. */
    @Test
    void aRequestThatTheClientRepeatsChangesNothingTheSecondTime() {
        RedisClient client = RedisClient.create(throughProxy());
        try (SignalStore own = RedisSignalStore.on(client, PATIENT)) {
            own.write(KEY, FIRST);
            proxy.failOnce(NetworkFault.CLOSE_REPLIES, 0);

            own.write(KEY, SECOND);

            assertThat(own.read(KEY)).contains(SECOND);
            assertThat(redis.<Object>ask(commands -> commands.hget("signal:breakout:BTCUSDT", "version")))
                    .as("writes that took effect")
                    .isEqualTo("2");
            proxy.failOnce(NetworkFault.CLOSE_REPLIES, 0);
            own.end(SampleSignals.closed(SECOND));
            assertThat(own.read(KEY)).isEmpty();
            assertThat(own.tradeLog().orElseThrow().trades(KEY)).containsExactly(SampleSignals.closed(SECOND));
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        }
    }

    @Test
    void aClaimThatTheClientRepeatsIsInForceAfterwards() {
        RedisClient client = RedisClient.create(throughProxy());
        try (SignalStore own = RedisSignalStore.on(client, PATIENT)) {
            Claims claims = own.claims().orElseThrow();
            proxy.failOnce(NetworkFault.CLOSE_REPLIES, 0);
            Claim claim = claims.claim(KEY, "a", LEASE).claim();
            assertThat(claims.holder(KEY)).contains(claim);
            proxy.failOnce(NetworkFault.CLOSE_REPLIES, 0);
            claims.write(claim, FIRST);
            proxy.failOnce(NetworkFault.CLOSE_REPLIES, 0);
            claim = claims.renew(claim, LEASE);
            assertThat(claims.holder(KEY)).contains(claim);
            proxy.failOnce(NetworkFault.CLOSE_REPLIES, 0);
            claims.end(claim, SampleSignals.closed(FIRST));
            proxy.failOnce(NetworkFault.CLOSE_REPLIES, 0);
            claims.release(claim);

            assertThat(own.read(KEY)).isEmpty();
            assertThat(claims.holder(KEY)).isEmpty();
            assertThat(own.tradeLog().orElseThrow().trades(KEY)).containsExactly(SampleSignals.closed(FIRST));
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        }
    }

    @Test
    void aClosedStoreLeavesTheGivenClientOpen() {
        RedisClient client = RedisClient.create(redis.location());
        RedisSignalStore.on(client, PATIENT).close();

        try (var connection = client.connect()) {
            assertThat(connection.sync().ping()).isEqualTo("PONG");
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        }
    }

    @Test
    void aScriptTheServerForgotIsSentAgain() {
        write(FIRST);
        redis.ask(commands -> commands.scriptFlush());

        Patiently.run(() -> store.writeAll(Map.of(KEY, SECOND)));
        redis.ask(commands -> commands.scriptFlush());
        Patiently.run(() -> store.delete(KEY));

        assertThat(Patiently.get(store::keys)).isEmpty();
    }
}
