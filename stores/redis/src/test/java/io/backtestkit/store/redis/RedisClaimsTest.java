package io.backtestkit.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimAnswer;
import io.backtestkit.store.ClaimLostException;
import io.backtestkit.store.Claims;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.store.UnreadableSignalException;
import io.backtestkit.testkit.Patiently;
import io.backtestkit.testkit.SampleSignals;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisServerCommands;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is special to claims in Redis: the fence, late and repeated requests, the server's clock, damage. */
class RedisClaimsTest {

    private static final SignalKey KEY = SampleSignals.key();
    private static final Signal HELD = SampleSignals.openLong(KEY).build();
    private static final Signal SUCCESSOR =
            SampleSignals.openLong(KEY).id("successor").build();
    private static final String RECORD = "signal:breakout:BTCUSDT";
    private static final String FENCE = "fence:breakout:BTCUSDT";
    private static final Duration LEASE = Duration.ofMinutes(1);

    private static RealRedis redis;
    private SignalStore store;
    private Claims claims;

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
        store = Patiently.get(() -> SignalStores.open(redis.patient()));
        claims = store.claims().orElseThrow();
    }

    @AfterEach
    void close() {
        store.close();
    }

    private Claim granted(String owner) {
        ClaimAnswer answer = claims.claim(KEY, owner, LEASE);
        assertThat(answer).isInstanceOf(ClaimAnswer.Granted.class);
        return answer.claim();
    }

    /** Sends a claim as a store of that id would have, with that number. */
    private static String claim(String writer, int number, String owner) {
        StringBuilder text = new StringBuilder();
        for (String part : List.of("slot.lua", "claim.lua")) {
            try (InputStream in = RedisSignalStore.class.getResourceAsStream(part)) {
                text.append(new String(in.readAllBytes(), UTF_8)).append('\n');
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
        return redis.ask(commands -> commands.eval(
                text.toString(),
                ScriptOutputType.VALUE,
                new String[] {RECORD, FENCE},
                "1",
                writer,
                String.valueOf(number),
                "0",
                "",
                "breakout:BTCUSDT",
                owner,
                "60000"));
    }

    private static String field(String key, String name) {
        return redis.ask(commands -> commands.hget(key, name));
    }

    private static void assertUnreadable(Runnable call) {
        assertThatExceptionOfType(UnreadableSignalException.class)
                .isThrownBy(call::run)
                .withMessageContainingAll(KEY.toString(), redis.location(), "store resolve");
    }

    private static void assertLost(Runnable call) {
        assertThatExceptionOfType(ClaimLostException.class).isThrownBy(call::run);
    }

    @Test
    void theFenceReadsAsDocumented() {
        claims.release(granted("another"));
        Claim claim = granted("process 4711 on trader-1");
        claims.write(claim, HELD);

        Map<String, String> fence = redis.ask(commands -> commands.hgetall(FENCE));

        assertThat(fence).containsOnlyKeys("epoch", "owner", "until", "version", "recent", "sum");
        assertThat(fence)
                .containsEntry("epoch", "2")
                .containsEntry("owner", "process 4711 on trader-1")
                .containsEntry("until", String.valueOf(claim.until().toEpochMilli()))
                .containsEntry("version", "1");
        assertThat(field(RECORD, "epoch")).isEqualTo("2");
        claims.release(claim);
        assertThat(field(FENCE, "owner")).isEmpty();
        assertThat(field(FENCE, "epoch")).isEqualTo("2");
    }

    @Test
    void theLeaseRunsByTheClockOfTheServer() {
        Instant before = serverTime();
        Claim claim = granted("a");
        Instant after = serverTime();

        assertThat(claim.until()).isBetween(before.minusMillis(1).plus(LEASE), after.plus(LEASE));
        Claim renewed = claims.renew(claim, Duration.ofMinutes(5));
        assertThat(renewed.until())
                .isBetween(after.minusMillis(1).plusSeconds(300), serverTime().plusSeconds(300));
        assertThat(claims.holder(KEY)).contains(renewed);
    }

    private static Instant serverTime() {
        List<String> time = redis.ask(RedisServerCommands::time);
        return Instant.ofEpochSecond(Long.parseLong(time.get(0)), 1000 * Long.parseLong(time.get(1)));
    }

    @Test
    void aClaimThatArrivesAgainAfterASuccessorDoesNotTakeTheSlotBack() {
        assertThat(claim("a", 1, "first")).startsWith("GRANTED 1 ");
        Claim first = claims.holder(KEY).orElseThrow();
        Claim second = claims.takeOver(first, "second", LEASE).claim();

        assertThat(claim("a", 1, "first")).isEqualTo("AGAIN");
        assertThat(claims.holder(KEY)).contains(second);
        claims.release(second);
        assertThat(claim("a", 1, "first")).as("also when the slot is free").isEqualTo("AGAIN");

        assertThat(claims.holder(KEY)).isEmpty();
    }

    @Test
    void aClaimThatArrivesAgainLeavesTheOwnersNextOneInForce() {
        claim("a", 1, "first");
        assertThat(claim("a", 2, "first")).startsWith("GRANTED 2 ");

        assertThat(claim("a", 1, "first")).isEqualTo("AGAIN");

        assertThat(claims.holder(KEY)).get().extracting(Claim::epoch).isEqualTo(2L);
    }

    @Test
    void whatAnOlderClaimSaysIsRefusedAndChangesNothing() {
        Claim first = granted("first");
        claims.write(first, HELD);
        Claim second = claims.takeOver(first, "second", LEASE).claim();
        claims.write(second, SUCCESSOR);

        assertLost(() -> claims.write(first, HELD));
        assertLost(() -> claims.delete(first));
        assertLost(() -> claims.end(first, SampleSignals.closed(HELD)));
        assertLost(() -> claims.renew(first, LEASE));
        claims.release(first);

        assertThat(store.read(KEY)).contains(SUCCESSOR);
        assertThat(store.tradeLog().orElseThrow().trades(KEY)).isEmpty();
        assertThat(claims.holder(KEY)).contains(second);
    }

    @Test
    void whatCarriesNoClaimIsRefusedWhileALeaseRunsAndKeepsTheEpochAfterwards() {
        SignalKey other = new SignalKey("reversal", "ETHUSDT");
        Claim claim = granted("a");
        claims.write(claim, HELD);
        Map<SignalKey, Signal> several = new LinkedHashMap<>();
        several.put(KEY, SUCCESSOR);
        several.put(other, SampleSignals.openLong(other).build());

        assertThatExceptionOfType(ClaimLostException.class)
                .isThrownBy(() -> store.write(KEY, SUCCESSOR))
                .withMessage("Cannot write signal breakout/BTCUSDT in " + store.describe() + ": it was held by a until "
                        + claim.until() + ". Stop that owner first, or wait until its lease has run out.");
        assertLost(() -> store.delete(KEY));
        assertLost(() -> store.end(SampleSignals.closed(HELD)));
        assertLost(() -> store.writeAll(several));
        redis.ask(commands -> commands.hset(RECORD, "body", "{}"));
        assertLost(() -> store.setAside(KEY));
        assertThat(store.read(other)).as("the others of several").isPresent();
        assertThat(store.tradeLog().orElseThrow().trades(KEY)).isEmpty();

        claims.release(claim);
        assertThat(store.setAside(KEY)).contains("damaged:breakout:BTCUSDT:1");
        store.writeAll(several);
        assertThat(store.read(KEY)).contains(SUCCESSOR);
        assertThat(field(RECORD, "epoch")).isEqualTo("1");
        assertThat(granted("b").epoch()).isEqualTo(2);
    }

    @Test
    void anEpochIsRememberedByTheRecordTooIfTheFenceIsGone() {
        Claim first = granted("first");
        Claim second = claims.takeOver(first, "second", LEASE).claim();
        claims.write(second, HELD);
        redis.ask(commands -> commands.del(FENCE));

        assertLost(() -> claims.write(second, SUCCESSOR));
        store.write(KEY, HELD);
        redis.ask(commands -> commands.del(FENCE));

        assertThat(granted("third").epoch()).isEqualTo(3);
    }

    @Test
    void aChangedFenceIsNeitherTrustedNorReplacedUntilItIsSetAside() {
        for (String name : List.of("epoch", "owner", "until", "version", "recent", "sum")) {
            redis.ask(RedisServerCommands::flushall);
            Claim claim = granted("a");
            claims.write(claim, HELD);
            redis.ask(commands -> commands.hset(FENCE, name, "7"));
            assertFenceDamaged(claim);
        }
        for (String name : List.of("epoch", "owner", "until", "version", "recent", "sum")) {
            redis.ask(RedisServerCommands::flushall);
            Claim claim = granted("a");
            claims.write(claim, HELD);
            redis.ask(commands -> commands.hdel(FENCE, name));
            assertFenceDamaged(claim);
        }
    }

    @Test
    void aFenceOfAnotherTypeOrSlotIsDamaged() {
        Claim claim = granted("a");
        claims.write(claim, HELD);
        redis.ask(commands -> commands.del(FENCE));
        redis.ask(commands -> commands.set(FENCE, "7"));
        assertFenceDamaged(claim);

        redis.ask(RedisServerCommands::flushall);
        claims.claim(new SignalKey("reversal", "ETHUSDT"), "a", LEASE);
        redis.ask(commands -> commands.rename("fence:reversal:ETHUSDT", FENCE));
        store.setAside(KEY);
        store.write(KEY, HELD);
    }

    private void assertFenceDamaged(Claim claim) {
        assertUnreadable(() -> claims.holder(KEY));
        assertUnreadable(() -> claims.claim(KEY, "b", LEASE));
        assertUnreadable(() -> claims.renew(claim, LEASE));
        assertUnreadable(() -> claims.release(claim));
        assertUnreadable(() -> claims.write(claim, SUCCESSOR));
        assertUnreadable(() -> claims.end(claim, SampleSignals.closed(HELD)));
        assertUnreadable(() -> store.write(KEY, SUCCESSOR));
        assertUnreadable(() -> store.delete(KEY));
        assertThat(store.read(KEY)).contains(HELD);
        assertThat(store.check())
                .filteredOn(finding -> finding.level() == StoreFinding.Level.DAMAGED)
                .extracting(StoreFinding::subject)
                .containsExactly("claim of " + KEY);

        assertThat(store.setAside(KEY)).contains("damaged:breakout:BTCUSDT:1");

        assertThat(redis.<Object>ask(commands -> commands.exists("damaged:breakout:BTCUSDT:1")))
                .isEqualTo(1L);
        assertThat(store.setAside(KEY)).as("a second time").isEmpty();
        assertThat(store.read(KEY)).contains(HELD);
        assertLost(() -> claims.write(claim, SUCCESSOR));
        Claim next = granted("b");
        assertThat(next.epoch()).as("larger than whatever the damage hid").isGreaterThan(1_000_000_000_000L);
        claims.write(next, SUCCESSOR);
        assertThat(store.read(KEY)).contains(SUCCESSOR);
    }

    @Test
    void recordAndFenceAreSetAsideTogether() {
        claims.write(granted("a"), HELD);
        redis.ask(commands -> commands.hset(FENCE, "epoch", "9"));
        redis.ask(commands -> commands.hset(RECORD, "body", "{}"));

        assertThat(store.setAside(KEY)).contains("damaged:breakout:BTCUSDT:1 and damaged:breakout:BTCUSDT:2");

        store.write(KEY, HELD);
        assertThat(store.read(KEY)).contains(HELD);
    }

    @Test
    void aReplacementFollowsTheRecordThatIsSetAside() {
        Claim claim = granted("a");
        claims.write(claim, HELD);
        claims.write(claim, HELD);
        claims.release(claim);
        redis.ask(commands -> commands.hset(RECORD, "body", "{}"));

        assertThat(store.setAside(KEY, SUCCESSOR)).contains("damaged:breakout:BTCUSDT:1");

        assertThat(store.read(KEY)).contains(SUCCESSOR);
        assertThat(field(RECORD, "epoch")).isEqualTo("1");
        assertThat(field(RECORD, "version")).isEqualTo("3");
        assertThat(field("damaged:breakout:BTCUSDT:1", "body")).isEqualTo("{}");
        Claim next = granted("b");
        claims.write(next, HELD);
        assertThat(field(RECORD, "version")).isEqualTo("4");
    }

    @Test
    void aReplacementFollowsARecordAndAFenceThatAreSetAside() {
        claims.write(granted("a"), HELD);
        redis.ask(commands -> commands.hset(FENCE, "epoch", "9"));
        redis.ask(commands -> commands.hset(RECORD, "body", "{}"));

        assertThat(store.setAside(KEY, SUCCESSOR))
                .contains("damaged:breakout:BTCUSDT:1 and damaged:breakout:BTCUSDT:2");

        assertThat(store.read(KEY)).contains(SUCCESSOR);
        claims.write(granted("b"), HELD);
        assertThat(store.read(KEY)).contains(HELD);
    }

    @Test
    void aFullServerTakesAReplacement() {
        store.write(KEY, HELD);
        redis.ask(commands -> commands.hset(RECORD, "body", "{}"));
        redis.ask(commands -> commands.configSet("maxmemory", "1"));
        try {
            assertThat(store.setAside(KEY, SUCCESSOR)).isPresent();
        } finally {
            redis.ask(commands -> commands.configSet("maxmemory", "0"));
        }
        assertThat(store.read(KEY)).contains(SUCCESSOR);
    }

    @Test
    void aFenceNeverExpires() {
        claims.release(granted("a"));
        redis.ask(commands -> commands.expire(FENCE, 1000));

        assertThatExceptionOfType(StoreRefusedException.class)
                .isThrownBy(() -> SignalStores.open(redis.patient() + "&expireAbandonedAfter=1h"))
                .withMessageContainingAll("time to live", FENCE);
        granted("b");

        assertThat(redis.<Object>ask(commands -> commands.pttl(FENCE))).isEqualTo(-1L);
    }

    @Test
    void aFullServerStillLetsAnOwnerIn() {
        claims.write(granted("a"), HELD);
        redis.ask(commands -> commands.configSet("maxmemory", "1"));
        try {
            Claim mine = claims.renew(claims.holder(KEY).orElseThrow(), LEASE);
            Claim next = claims.takeOver(mine, "b", LEASE).claim();
            claims.end(next, SampleSignals.closed(HELD));
            claims.release(next);
        } finally {
            redis.ask(commands -> commands.configSet("maxmemory", "0"));
        }
        assertThat(store.read(KEY)).isEmpty();
        assertThat(store.tradeLog().orElseThrow().trades(KEY)).hasSize(1);
    }

    @Test
    void claimsInForceAreShownToWhoeverLooks() {
        Claim claim = granted("process 4711 on trader-1");
        claims.release(
                claims.claim(new SignalKey("reversal", "ETHUSDT"), "b", LEASE).claim());
        try (SignalStore reading = SignalStores.openReadOnly(redis.patient())) {
            assertThat(reading.claims().orElseThrow().holder(KEY)).contains(claim);
            assertThat(reading.check())
                    .filteredOn(finding -> finding.subject().startsWith("claim"))
                    .containsExactly(StoreFinding.ok(
                            "claim of breakout/BTCUSDT",
                            "epoch 1, held by process 4711 on trader-1 until " + claim.until()));
        }
    }

    /** Each change waits on its way until a successor has claimed the slot and written. */
    @Test
    void aChangeDelayedOnItsWayPastATakeOverIsRefusedWhenItArrives() {
        List<BiConsumer<Claims, Claim>> changes = List.of(
                (claims, claim) -> claims.write(claim, HELD),
                Claims::delete,
                (claims, claim) -> claims.end(claim, SampleSignals.closed(HELD)),
                (claims, claim) -> claims.renew(claim, LEASE),
                Claims::release);
        try (HoldingProxy proxy = new HoldingProxy(redis.port());
                SignalStore delayed =
                        Patiently.get(() -> SignalStores.open(proxy.location() + "?commandTimeout=700ms"))) {
            Claims mine = delayed.claims().orElseThrow();
            Claims theirs = claims;
            Claim warming =
                    theirs.claim(new SignalKey("warm", "UP"), "theirs", LEASE).claim();
            theirs.renew(warming, LEASE);
            theirs.delete(warming);
            theirs.end(
                    warming,
                    SampleSignals.closed(SampleSignals.openLong(warming.key()).build()));
            for (BiConsumer<Claims, Claim> change : changes) {
                ClaimAnswer answer = theirs.takeOver(
                        theirs.holder(KEY).orElse(new Claim(KEY, "nobody", 1, Instant.EPOCH)), "mine", LEASE);
                Claim claim = answer.claim();
                theirs.write(claim, HELD);
                assertThat(Patiently.get(() -> delayed.read(KEY)))
                        .as("over a connection that is there")
                        .contains(HELD);
                long before = scriptsRun();
                proxy.hold();
                assertThatExceptionOfType(StoreUnavailableException.class)
                        .isThrownBy(() -> change.accept(mine, claim))
                        .matches(StoreUnavailableException::mayHaveHappened);
                Claim successor = theirs.takeOver(claim, "theirs", LEASE).claim();
                theirs.write(successor, SUCCESSOR);

                proxy.release();

                Poll.until("the delayed change arrives", () -> scriptsRun() == before + 3);
                assertThat(store.read(KEY)).contains(SUCCESSOR);
                assertThat(theirs.holder(KEY)).contains(successor);
                assertThat(store.tradeLog().orElseThrow().trades(KEY)).isEmpty();
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
    void ofManyWhoAskAtOnceOneIsGrantedTheSlot() throws Exception {
        int rounds = 20;
        int threads = 8;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try (SignalStore second = SignalStores.open(redis.patient());
                SignalStore third = SignalStores.open(redis.patient())) {
            List<Claims> stores = List.of(
                    claims, second.claims().orElseThrow(), third.claims().orElseThrow());
            for (int round = 1; round <= rounds; round++) {
                CyclicBarrier start = new CyclicBarrier(threads);
                List<Future<ClaimAnswer>> asking = new ArrayList<>();
                for (int i = 0; i < threads; i++) {
                    String owner = "owner " + i;
                    Claims asked = stores.get(i % stores.size());
                    asking.add(pool.submit(() -> {
                        start.await();
                        return asked.claim(KEY, owner, LEASE);
                    }));
                }
                List<ClaimAnswer> answers = new ArrayList<>();
                for (Future<ClaimAnswer> answer : asking) {
                    answers.add(answer.get());
                }
                Claim holder = claims.holder(KEY).orElseThrow();
                assertThat(answers)
                        .filteredOn(ClaimAnswer.Granted.class::isInstance)
                        .hasSize(1);
                assertThat(answers).extracting(ClaimAnswer::claim).containsOnly(holder);
                assertThat(holder.epoch()).isEqualTo(round);
                claims.release(holder);
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void oneOwnerWhoAsksOnManyThreadsHasAsManyEpochsAndTheLastCounts() throws Exception {
        int threads = 8;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            CyclicBarrier start = new CyclicBarrier(threads);
            List<Future<ClaimAnswer>> asking = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                asking.add(pool.submit(() -> {
                    start.await();
                    return claims.claim(KEY, "a", LEASE);
                }));
            }
            List<Long> epochs = new ArrayList<>();
            for (Future<ClaimAnswer> answer : asking) {
                epochs.add(answer.get().claim().epoch());
            }
            assertThat(epochs).containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
        } finally {
            pool.shutdownNow();
        }
    }
}
