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
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
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
        AtomicReference<@Nullable SignalStore> opened = new AtomicReference<>();
        Poll.until("a busy machine opens it in time", () -> {
            try {
                opened.set(SignalStores.open(throughProxy() + TIMEOUTS));
                return true;
            } catch (StoreUnavailableException e) {
                return false;
            }
        });
        store = Objects.requireNonNull(opened.get());
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
                .isLessThan(Duration.ofSeconds(5));
        assertThat(failure.getMessage()).contains(KEY.toString(), throughProxy());
        return failure;
    }

    private void assertComesBack() {
        proxy.pass();
        Poll.until("the store is back", () -> {
            try {
                store.read(KEY);
                return true;
            } catch (StoreUnavailableException e) {
                return false;
            }
        });
    }

    @Test
    void aLostReplyIsUnknownAndReadingBackTells() {
        store.write(KEY, FIRST);
        proxy.fail(NetworkFault.DROP_REPLIES);

        assertThat(unavailable(() -> store.write(KEY, SECOND)).mayHaveHappened())
                .isTrue();

        assertComesBack();
        assertThat(store.read(KEY)).contains(SECOND);
    }

    @Test
    void aLostRequestIsUnknownAndReadingBackTells() {
        store.write(KEY, FIRST);
        proxy.fail(NetworkFault.BLACK_HOLE);

        assertThat(unavailable(() -> store.write(KEY, SECOND)).mayHaveHappened())
                .isTrue();
        assertThat(unavailable(() -> store.read(KEY)).mayHaveHappened())
                .as("a read changes nothing")
                .isFalse();

        proxy.reset();
        assertComesBack();
        assertThat(store.read(KEY)).contains(FIRST);
    }

    @Test
    void aSilentConnectionIsReplacedThoughItStaysOpen() {
        proxy.fail(NetworkFault.BLACK_HOLE);
        unavailable(() -> store.read(KEY));
        unavailable(() -> store.read(KEY));

        assertComesBack();
        store.write(KEY, FIRST);
        assertThat(store.read(KEY)).contains(FIRST);
    }

    @Test
    void aResetAfterTheRequestIsUnknown() {
        store.write(KEY, FIRST);
        proxy.fail(NetworkFault.RESET_REPLIES);

        assertThat(unavailable(() -> store.delete(KEY)).mayHaveHappened()).isTrue();

        assertComesBack();
        assertThat(store.read(KEY)).isEmpty();
    }

    @Test
    void aRequestCutInTheMiddleIsNotCarriedOut() {
        store.write(KEY, FIRST);
        proxy.cutAfter(200);

        assertThat(unavailable(() -> store.write(KEY, SECOND)).mayHaveHappened())
                .isTrue();

        assertComesBack();
        assertThat(store.read(KEY)).contains(FIRST);
    }

    @Test
    void anIdleConnectionThatWasResetIsReplacedWithoutAFailure() {
        store.write(KEY, FIRST);
        proxy.reset();

        Poll.until("a read is answered", () -> {
            try {
                return store.read(KEY).isPresent();
            } catch (StoreUnavailableException e) {
                return false;
            }
        });
        store.write(KEY, SECOND);

        assertThat(store.read(KEY)).contains(SECOND);
    }

    @Test
    void aServerThatIsGoneWasNotAsked() {
        store.write(KEY, FIRST);
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

        assertComesBack();
        several.forEach((key, signal) -> assertThat(store.read(key)).contains(signal));
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
        UnreadableSignalException failure = catchThrowableOfType(
                UnreadableSignalException.class,
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

        assertThat(failure.getSuppressed()).hasSizeBetween(1, 5).hasOnlyElementsOfType(StoreUnavailableException.class);
        patient.close();
    }

    @Test
    void anInterruptedThreadStillWritesAndStaysInterrupted() {
        Thread.currentThread().interrupt();

        store.write(KEY, FIRST);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(store.read(KEY)).contains(FIRST);
    }

    /** A client with its own options sends again after a reconnect what had no reply. */
    @Test
    void aRequestThatTheClientRepeatsChangesNothingTheSecondTime() {
        RedisClient client = RedisClient.create(throughProxy());
        try (SignalStore own = RedisSignalStore.on(client)) {
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
        try (SignalStore own = RedisSignalStore.on(client)) {
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
        RedisSignalStore.on(client).close();

        try (var connection = client.connect()) {
            assertThat(connection.sync().ping()).isEqualTo("PONG");
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        }
    }

    @Test
    void aScriptTheServerForgotIsSentAgain() {
        store.write(KEY, FIRST);
        redis.ask(commands -> commands.scriptFlush());

        store.writeAll(Map.of(KEY, SECOND));
        redis.ask(commands -> commands.scriptFlush());
        store.delete(KEY);

        assertThat(store.keys()).isEmpty();
    }
}
