package io.backtestkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimAnswer;
import io.backtestkit.store.Claims;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.testkit.SampleSignals;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisServerCommands;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
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
    private FaultyProxy proxy;
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
        proxy = new FaultyProxy(redis.port());
        Poll.until("a busy machine opens it in time", () -> {
            try {
                store = SignalStores.open(proxy.location() + TIMEOUTS);
                return true;
            } catch (StoreUnavailableException e) {
                return false;
            }
        });
    }

    @AfterEach
    void close() {
        store.close();
        proxy.close();
    }

    private StoreUnavailableException unavailable(Runnable call) {
        long start = System.nanoTime();
        StoreUnavailableException failure = catchThrowableOfType(StoreUnavailableException.class, call::run);
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .as("how long the call took")
                .isLessThan(Duration.ofSeconds(5));
        assertThat(failure.getMessage()).contains(KEY.toString(), proxy.location());
        return failure;
    }

    private void assertComesBack() {
        proxy.set(FaultyProxy.Fault.NONE);
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
        proxy.set(FaultyProxy.Fault.DROP_REPLIES);

        assertThat(unavailable(() -> store.write(KEY, SECOND)).mayHaveHappened())
                .isTrue();

        assertComesBack();
        assertThat(store.read(KEY)).contains(SECOND);
    }

    @Test
    void aLostRequestIsUnknownAndReadingBackTells() {
        store.write(KEY, FIRST);
        proxy.set(FaultyProxy.Fault.BLACK_HOLE);

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
        proxy.set(FaultyProxy.Fault.BLACK_HOLE);
        unavailable(() -> store.read(KEY));
        unavailable(() -> store.read(KEY));

        assertComesBack();
        store.write(KEY, FIRST);
        assertThat(store.read(KEY)).contains(FIRST);
    }

    @Test
    void aResetAfterTheRequestIsUnknown() {
        store.write(KEY, FIRST);
        proxy.set(FaultyProxy.Fault.RESET_ON_REPLY);

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
                .isThrownBy(() -> SignalStores.open(proxy.location() + TIMEOUTS))
                .withMessageContaining(proxy.location());
    }

    @Test
    void theRestOfSeveralIsGivenUpWithTheFirst() {
        Map<SignalKey, Signal> several = new LinkedHashMap<>();
        for (int i = 0; i < 50; i++) {
            SignalKey key = new SignalKey(KEY.strategy(), KEY.symbol() + i);
            several.put(key, SampleSignals.openLong(key).build());
        }
        proxy.set(FaultyProxy.Fault.DROP_REPLIES);

        assertThat(unavailable(() -> store.writeAll(several)).mayHaveHappened()).isTrue();

        assertComesBack();
        several.forEach((key, signal) -> assertThat(store.read(key)).contains(signal));
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
        RedisClient client = RedisClient.create(proxy.location());
        try (SignalStore own = RedisSignalStore.on(client)) {
            own.write(KEY, FIRST);
            proxy.set(FaultyProxy.Fault.CLOSE_ON_REPLY);

            own.write(KEY, SECOND);

            assertThat(own.read(KEY)).contains(SECOND);
            assertThat(redis.<Object>ask(commands -> commands.hget("signal:breakout:BTCUSDT", "version")))
                    .as("writes that took effect")
                    .isEqualTo("2");
            proxy.set(FaultyProxy.Fault.CLOSE_ON_REPLY);
            own.end(SampleSignals.closed(SECOND));
            assertThat(own.read(KEY)).isEmpty();
            assertThat(own.tradeLog().orElseThrow().trades(KEY)).containsExactly(SampleSignals.closed(SECOND));
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        }
    }

    @Test
    void aClaimThatTheClientRepeatsIsInForceAfterwards() {
        RedisClient client = RedisClient.create(proxy.location());
        try (SignalStore own = RedisSignalStore.on(client)) {
            Claims claims = own.claims().orElseThrow();
            proxy.set(FaultyProxy.Fault.CLOSE_ON_REPLY);
            Claim claim = claims.claim(KEY, "a", LEASE).claim();
            assertThat(claims.holder(KEY)).contains(claim);
            proxy.set(FaultyProxy.Fault.CLOSE_ON_REPLY);
            claims.write(claim, FIRST);
            proxy.set(FaultyProxy.Fault.CLOSE_ON_REPLY);
            claim = claims.renew(claim, LEASE);
            assertThat(claims.holder(KEY)).contains(claim);
            proxy.set(FaultyProxy.Fault.CLOSE_ON_REPLY);
            claims.end(claim, SampleSignals.closed(FIRST));
            proxy.set(FaultyProxy.Fault.CLOSE_ON_REPLY);
            claims.release(claim);

            assertThat(own.read(KEY)).isEmpty();
            assertThat(claims.holder(KEY)).isEmpty();
            assertThat(own.tradeLog().orElseThrow().trades(KEY)).containsExactly(SampleSignals.closed(FIRST));
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        }
    }

    /** Each change waits on its way until a successor has claimed the slot and written. */
    @Test
    void aChangeDelayedOnItsWayPastATakeOverIsRefusedWhenItArrives() {
        List<BiConsumer<Claims, Claim>> changes = List.of(
                (claims, claim) -> claims.write(claim, FIRST),
                Claims::delete,
                (claims, claim) -> claims.end(claim, SampleSignals.closed(FIRST)),
                (claims, claim) -> claims.renew(claim, LEASE),
                Claims::release);
        Claims mine = store.claims().orElseThrow();
        try (SignalStore other = SignalStores.open(redis.location())) {
            Claims theirs = other.claims().orElseThrow();
            Claim warming =
                    theirs.claim(new SignalKey("warm", "UP"), "theirs", LEASE).claim();
            theirs.renew(warming, LEASE);
            theirs.delete(warming);
            theirs.end(
                    warming,
                    SampleSignals.closed(SampleSignals.openLong(warming.key()).build()));
            for (BiConsumer<Claims, Claim> change : changes) {
                ClaimAnswer answer = mine.takeOver(
                        theirs.holder(KEY).orElse(new Claim(KEY, "nobody", 1, Instant.EPOCH)), "mine", LEASE);
                Claim claim = answer.claim();
                mine.write(claim, FIRST);
                long before = scriptsRun();
                proxy.set(FaultyProxy.Fault.HOLD_REQUESTS);
                assertThat(unavailable(() -> change.accept(mine, claim)).mayHaveHappened())
                        .isTrue();
                Claim successor = theirs.takeOver(claim, "theirs", LEASE).claim();
                theirs.write(successor, SECOND);

                proxy.set(FaultyProxy.Fault.NONE);

                Poll.until("the delayed change arrives", () -> scriptsRun() == before + 3);
                assertThat(other.read(KEY)).contains(SECOND);
                assertThat(theirs.holder(KEY)).contains(successor);
                assertThat(other.tradeLog().orElseThrow().trades(KEY)).isEmpty();
                assertComesBack();
            }
        }
    }

    private static long scriptsRun() {
        return redis.<String>ask(commands -> commands.info("commandstats"))
                .lines()
                .filter(line -> line.startsWith("cmdstat_eval"))
                .mapToLong(line -> Long.parseLong(line.replaceAll(".*?calls=(\\d+).*", "$1")))
                .sum();
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
