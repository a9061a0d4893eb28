package io.backtestkit.store.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimAnswer;
import io.backtestkit.store.ClaimLostException;
import io.backtestkit.store.Claims;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.store.UnreadableSignalException;
import io.backtestkit.testkit.NetworkFault;
import io.backtestkit.testkit.NetworkProxy;
import io.backtestkit.testkit.Patiently;
import io.backtestkit.testkit.SampleSignals;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.conversions.Bson;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is this store's own about claims: documents, the server's clock, damage, the network. */
@Timeout(60)
abstract class MongoClaimsContract {

    private static final SignalKey KEY = SampleSignals.key();
    private static final Signal HELD = SampleSignals.openLong(KEY).build();
    private static final Signal NEXT = HELD.toBuilder().note("next").build();
    private static final Duration LONG = Duration.ofHours(1);

    private final TestServer server;
    private final String name;
    private MongoSignalStore store;
    private Claims claims;

    MongoClaimsContract(Supplier<TestServer> servers) {
        server = servers.get();
        name = server.newDatabase();
    }

    @BeforeEach
    void open() {
        store = server.open(server.location(name));
        claims = store.claims().orElseThrow();
    }

    @AfterEach
    void drop() {
        store.close();
        server.database(name).drop();
    }

    private MongoCollection<BsonDocument> documents(String collection) {
        return server.database(name).getCollection(collection, BsonDocument.class);
    }

    private BsonDocument document(String collection) {
        return documents(collection).find(Filters.eq("_id", "breakout:BTCUSDT")).first();
    }

    private void edit(String collection, Bson update) {
        documents(collection).updateOne(Filters.eq("_id", "breakout:BTCUSDT"), update);
    }

    private Claim granted(ClaimAnswer answer) {
        assertThat(answer).isInstanceOf(ClaimAnswer.Granted.class);
        return answer.claim();
    }

    private Claim claimed(String owner) {
        return granted(claims.claim(KEY, owner, LONG));
    }

    @Test
    void aClaimIsADocumentOfItsOwnAndAStampOnTheSlot() {
        claimed("someone");
        Claim claim = claimed("someone");
        claims.write(claim, HELD);

        BsonDocument lease = document("claims");
        assertThat(lease.getString("strategyName").getValue()).isEqualTo("breakout");
        assertThat(lease.getString("symbol").getValue()).isEqualTo("BTCUSDT");
        assertThat(lease.get("epoch")).isEqualTo(new BsonInt64(2));
        assertThat(lease.get("owner")).isEqualTo(new BsonString("someone"));
        assertThat(lease.get("leaseMillis")).isEqualTo(new BsonInt64(3_600_000));
        assertThat(Instant.ofEpochMilli(lease.getDateTime("renewedAt").getValue()))
                .isEqualTo(claim.until().minus(LONG));
        BsonDocument slot = document("signals");
        assertThat(slot.get("epoch")).isEqualTo(new BsonInt64(2));
        assertThat(slot.get("owner")).isEqualTo(new BsonString("someone"));
        assertThat(store.check()).anySatisfy(finding -> assertThat(finding)
                .isEqualTo(
                        StoreFinding.ok("claim breakout/BTCUSDT", "epoch 2, held by someone until " + claim.until())));
    }

    @Test
    void aSlotThatWasClaimedKeepsAStubThatNoTimeToLiveRemoves() {
        Claim claim = claimed("someone");
        claims.write(claim, HELD);
        claims.delete(claim);
        assertStub(1);
        claims.write(claim, HELD);
        claims.release(claim);
        store.delete(KEY);

        assertStub(1);
        assertThat(document("signals")).doesNotContainKey("owner");
        assertThat(document("claims")).doesNotContainKeys("owner", "leaseMillis");
        store.write(KEY, HELD);
        assertThat(document("signals").get("epoch")).isEqualTo(new BsonInt64(1));
        store.end(SampleSignals.closed(HELD));
        assertStub(1);
        assertThat(claimed("another").epoch()).isEqualTo(2);
        assertThat(store.check()).extracting(StoreFinding::level).doesNotContain(StoreFinding.Level.DAMAGED);
    }

    private void assertStub(long epoch) {
        assertThat(document("signals").get("epoch")).isEqualTo(new BsonInt64(epoch));
        assertThat(document("signals")).doesNotContainKeys("signalData", "updatedAt", "ending");
        assertThat(store.read(KEY)).isEmpty();
        assertThat(store.keys()).isEmpty();
        assertThat(store.setAside(KEY)).isEmpty();
    }

    @Test
    void aTouchMakesNoStubExpire() {
        try (MongoSignalStore expiring = server.open(server.location(name, "expireAbandonedAfter=7d"))) {
            claimed("someone");
            expiring.touch(KEY);
        }
        assertStub(1);
    }

    @Test
    void theServersClockSaysWhetherALeaseRuns() {
        Claim claim = claimed("first");
        edit(
                "claims",
                Updates.set(
                        "renewedAt", new BsonDateTime(claim.until().plus(LONG).toEpochMilli())));
        assertThat(claims.claim(KEY, "second", LONG)).isInstanceOf(ClaimAnswer.Held.class);
        assertThatExceptionOfType(ClaimLostException.class)
                .isThrownBy(() -> store.write(KEY, HELD))
                .withMessageContaining("it was held by first until");

        edit("claims", Updates.set("renewedAt", new BsonDateTime(0)));
        store.write(KEY, HELD);
        claims.write(claim, NEXT);
        assertThat(granted(claims.claim(KEY, "second", LONG)).epoch()).isEqualTo(2);
        assertThatExceptionOfType(ClaimLostException.class).isThrownBy(() -> claims.write(claim, HELD));
        assertThatExceptionOfType(ClaimLostException.class).isThrownBy(() -> claims.renew(claim, LONG));
        assertThat(store.read(KEY)).contains(NEXT);
    }

    @Test
    void anEpochInTheSlotThatIsNewerThanAnyClaimIsNotReached() {
        store.write(KEY, HELD);
        edit("signals", Updates.set("epoch", 7L));

        Claim claim = claimed("someone");

        assertThat(claim.epoch()).isEqualTo(8);
        edit("signals", Updates.combine(Updates.set("epoch", 9L), Updates.unset("owner")));
        assertThatExceptionOfType(ClaimLostException.class)
                .isThrownBy(() -> claims.write(claim, NEXT))
                .withMessageContaining("its document had epoch 9; this claim had epoch 8");
        assertThat(claimed("someone").epoch()).isEqualTo(10);
    }

    @ParameterizedTest
    @ValueSource(strings = {"epoch", "leaseMillis", "renewedAt", "compositeKey", "format"})
    void damagedClaimsAreReportedAndSetAside(String field) {
        Claim claim = claimed("someone");
        claims.write(claim, HELD);
        edit("claims", Updates.set(field, "damaged"));
        BsonDocument before = document("claims");

        for (Runnable call : List.<Runnable>of(
                () -> claims.claim(KEY, "other", LONG),
                () -> claims.takeOver(claim, "other", LONG),
                () -> claims.holder(KEY),
                () -> store.write(KEY, NEXT))) {
            assertThatExceptionOfType(UnreadableSignalException.class)
                    .isThrownBy(call::run)
                    .withMessageContainingAll("breakout/BTCUSDT", "claims is damaged", "resolve");
        }
        assertThat(document("claims")).isEqualTo(before);
        assertThat(store.check())
                .anySatisfy(finding -> assertThat(finding.toString()).contains("DAMAGED", "claim breakout/BTCUSDT"));

        assertThat(store.setAside(KEY)).isPresent();

        assertThat(documents("signalsSetAside").find().first().getDocument("document"))
                .isEqualTo(before);
        assertThat(store.read(KEY)).contains(HELD);
        assertThat(claims.holder(KEY)).isEmpty();
        assertThat(claimed("other").epoch()).isGreaterThan(1);
        assertThatExceptionOfType(ClaimLostException.class).isThrownBy(() -> claims.write(claim, NEXT));
    }

    @Test
    void claimsSetAsideWithoutATraceOfTheirEpochAreSucceededByALargerOne() {
        Claim claim = claimed("someone");
        edit("claims", Updates.unset("epoch"));
        documents("signals").deleteOne(new BsonDocument());

        assertThat(store.setAside(KEY)).isPresent();

        assertThat(claimed("someone").epoch()).isGreaterThan(1_700_000_000L);
        assertThatExceptionOfType(ClaimLostException.class).isThrownBy(() -> claims.write(claim, NEXT));
    }

    @Test
    void aDiscardedHistoryHoldsNoEndThatWasBegun() {
        store.end(SampleSignals.closed(HELD));
        BsonDocument trade = documents("trades").find().first().getDocument("tradeData");
        store.write(KEY, NEXT);
        edit(
                "signals",
                Updates.combine(Updates.set("ending", trade), Updates.unset("signalData"), Updates.unset("updatedAt")));

        store.tradeLog().orElseThrow().discard(KEY);

        assertThat(store.tradeLog().orElseThrow().loggedKeys()).isEmpty();
        assertThat(store.tradeLog().orElseThrow().last(KEY)).isEmpty();
        assertThat(store.read(KEY)).isEmpty();
    }

    @Test
    void aForeignDocumentIsLeftAsItIsByAClaimAndSetAsideAfterIt() {
        documents("signals").insertOne(BsonDocument.parse("{_id: 'breakout:BTCUSDT', greeting: 'hello'}"));
        BsonDocument foreign = document("signals");

        Claim claim = claimed("someone");

        assertThat(document("signals")).isEqualTo(foreign);
        assertThatExceptionOfType(UnreadableSignalException.class).isThrownBy(() -> claims.write(claim, HELD));
        assertThatExceptionOfType(ClaimLostException.class)
                .isThrownBy(() -> store.setAside(KEY))
                .withMessageContaining("held by someone");
        claims.release(claim);
        assertThat(store.setAside(KEY)).isPresent();
        Claim next = claimed("someone");
        claims.write(next, HELD);
        assertThat(next.epoch()).isEqualTo(2);
        assertThat(store.read(KEY)).contains(HELD);
        assertThatExceptionOfType(ClaimLostException.class).isThrownBy(() -> claims.write(claim, NEXT));
    }

    @Test
    void aDamagedSlotKeepsItsEpochWhenItIsSetAside() {
        Claim claim = claimed("someone");
        claims.write(claim, HELD);
        edit("signals", Updates.unset("signalData.cost"));
        claims.release(claim);
        documents("claims").deleteOne(new BsonDocument());

        assertThat(store.setAside(KEY)).isPresent();

        assertStub(1);
        assertThat(claimed("other").epoch()).isEqualTo(2);
    }

    @Test
    void ofEightWhoClaimAtOnceOneIsGranted() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<MongoSignalStore> stores = new ArrayList<>();
        try {
            for (int i = 0; i < 4; i++) {
                stores.add(server.open(server.location(name)));
            }
            for (int round = 1; round <= 10; round++) {
                CyclicBarrier together = new CyclicBarrier(8);
                List<Callable<ClaimAnswer>> askers = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    Claims asked = stores.get(i % 4).claims().orElseThrow();
                    String owner = "round " + round + " owner " + i;
                    askers.add(() -> {
                        together.await();
                        return asked.claim(KEY, owner, LONG);
                    });
                }
                List<Claim> granted = new ArrayList<>();
                for (Future<ClaimAnswer> answer : threads.invokeAll(askers)) {
                    if (answer.get() instanceof ClaimAnswer.Granted one) {
                        granted.add(one.claim());
                    }
                }
                assertThat(granted).hasSize(1);
                assertThat(granted.get(0).epoch()).isEqualTo(round);
                claims.write(granted.get(0), HELD);
                if (round % 2 == 0) {
                    claims.release(granted.get(0));
                } else {
                    edit("claims", Updates.set("renewedAt", new BsonDateTime(0)));
                }
            }
        } finally {
            threads.shutdownNow();
            stores.forEach(MongoSignalStore::close);
        }
    }

    /** Makes the call until it is held back: on a slow machine it may have been given up before. */
    private static void assertHeldBack(LateDelivery network, Runnable call) {
        StoreUnavailableException thrown = unavailable(call);
        while (!network.holds()) {
            thrown = unavailable(call);
        }
        assertThat(thrown.mayHaveHappened()).isTrue();
    }

    private static StoreUnavailableException unavailable(Runnable call) {
        StoreUnavailableException thrown = catchThrowableOfType(StoreUnavailableException.class, call::run);
        assertThat(thrown).as("what was thrown").isNotNull();
        return thrown;
    }

    @Test
    void aWriteTheNetworkHeldBackUntilAfterATakeOverChangesNothing() throws Exception {
        Claim claim = claimed("first");
        claims.write(claim, HELD);
        try (LateDelivery network = new LateDelivery(server.host(), server.port(), "next");
                MongoSignalStore slow = Patiently.get(() -> server.open(server.through(network.port(), name)))) {
            assertHeldBack(network, () -> slow.claims().orElseThrow().write(claim, NEXT));

            Claim second = granted(claims.takeOver(claim, "second", LONG));
            BsonDocument before = document("signals");
            network.deliver();

            assertThat(document("signals")).isEqualTo(before);
            assertThat(store.read(KEY)).contains(HELD);
            claims.write(second, NEXT);
        }
    }

    /** Shows that what was held back in the test above does arrive. */
    @Test
    void aWriteTheNetworkHeldBackArrivesAfterAllWhereNobodyTookOver() throws Exception {
        Claim claim = claimed("first");
        claims.write(claim, HELD);
        try (LateDelivery network = new LateDelivery(server.host(), server.port(), "next");
                MongoSignalStore slow = Patiently.get(() -> server.open(server.through(network.port(), name)))) {
            assertHeldBack(network, () -> slow.claims().orElseThrow().write(claim, NEXT));
            network.deliver();

            assertThat(store.read(KEY)).contains(NEXT);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"claim", "renew", "release"})
    void aLostReplyLeavesItUnknownAndClaimingAgainHelps(String what) {
        Claim claim = claimed("first");
        try (NetworkProxy proxy = new NetworkProxy(server.host(), server.port());
                MongoSignalStore cut = Patiently.get(() -> server.open(server.through(proxy.port(), name)))) {
            Claims through = cut.claims().orElseThrow();
            proxy.failOnce(NetworkFault.DROP_REPLIES, what.equals("release") ? "update" : "findAndModify");
            Runnable call =
                    switch (what) {
                        case "claim" -> () -> through.claim(KEY, "first", LONG);
                        case "renew" -> () -> through.renew(claim, LONG);
                        default -> () -> through.release(claim);
                    };
            StoreUnavailableException thrown = unavailable(call);
            while (proxy.struckMessages() == 0) { // it was given up before
                thrown = unavailable(call);
            }
            assertThat(thrown.mayHaveHappened()).isTrue();
        }
        Claim again = claimed("first");
        assertThat(again.epoch()).isEqualTo(what.equals("claim") ? 3 : 2);
        claims.write(again, HELD);
    }
}
