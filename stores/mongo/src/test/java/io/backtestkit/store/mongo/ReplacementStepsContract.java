package io.backtestkit.store.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Updates;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.Claims;
import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.UnreadableSignalException;
import io.backtestkit.testkit.SampleSignals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Puts a signal in the place of a damaged document, and is stopped after its first change, then after its second. */
abstract class ReplacementStepsContract {

    private static final SignalKey KEY = SampleSignals.key();
    private static final Signal HELD = SampleSignals.openLong(KEY).build();
    private static final Signal RIGHT = HELD.toBuilder().id("right").build();
    private static final Duration LONG = Duration.ofHours(1);
    private static final int MOST_CHANGES = 10;

    private final TestServer server;
    private final String name;
    private FailingClient failing;
    private MongoSignalStore store;

    ReplacementStepsContract(Supplier<TestServer> servers) {
        server = servers.get();
        name = server.newDatabase();
    }

    @BeforeEach
    void open() {
        failing = new FailingClient(server.location(name, TestServer.PATIENT), true);
        store = server.open(server.location(name));
    }

    @AfterEach
    void drop() {
        store.close();
        failing.close();
        server.database(name).drop();
    }

    private MongoCollection<BsonDocument> documents(String collection) {
        return server.database(name).getCollection(collection, BsonDocument.class);
    }

    private void clear() {
        List.of("signals", "claims", "signalsSetAside")
                .forEach(each -> documents(each).deleteMany(new BsonDocument()));
    }

    private void damageDocument() {
        store.write(KEY, HELD);
        documents("signals").updateOne(new BsonDocument(), Updates.unset("signalData.cost"));
    }

    private void insertForeign() {
        documents("signals")
                .insertOne(BsonDocument.parse(
                        "{compositeKey: 'breakout:BTCUSDT', strategyName: 'breakout', symbol: 'BTCUSDT',"
                                + " signalData: {id: 'old', priceOpen: 50000.5}, updatedAt: {$date: 0}}"));
    }

    /** Says whether it is replaced; fails if the slot is free. */
    private boolean isReplaced() {
        try {
            assertThat(store.read(KEY)).as("what is in the slot").contains(RIGHT);
            return true;
        } catch (UnreadableSignalException e) {
            assertThat(store.keys()).containsExactly(KEY);
            return false;
        }
    }

    /** Returns after how many changes it was done; the slot was never free, and was replaced by the same call again. */
    private int stoppedAnywhere(Runnable damage) {
        for (int changes = 0; changes < MOST_CHANGES; changes++) {
            clear();
            damage.run();
            failing.failAfter(changes, new IllegalStateException("stopped"));
            Optional<SignalStoreException> failure = failure();
            failing.pass();
            boolean replaced = isReplaced();
            if (failure.isEmpty()) {
                assertThat(replaced).isTrue();
                return changes;
            }
            assertThat(failure())
                    .as("the failure of the same once more, after %s changes", changes)
                    .isEmpty();
            assertThat(store.read(KEY)).contains(RIGHT);
        }
        throw new AssertionError("it makes more than " + MOST_CHANGES + " changes");
    }

    private Optional<SignalStoreException> failure() {
        try {
            var unused = failing.store().setAside(KEY, RIGHT);
            return Optional.empty();
        } catch (SignalStoreException e) {
            return Optional.of(e);
        }
    }

    private List<BsonDocument> kept() {
        return documents("signalsSetAside").find().into(new ArrayList<>());
    }

    @Test
    void aDamagedDocumentIsCopiedAndReplacedByOneUpdate() {
        assertThat(stoppedAnywhere(this::damageDocument)).isEqualTo(2);
    }

    @Test
    void aDocumentUnderAnotherIdIsReplacedByWayOfOneThatIsUnreadableToo() {
        assertThat(stoppedAnywhere(this::insertForeign)).isEqualTo(4);

        assertThat(documents("signals").find().into(new ArrayList<>()))
                .singleElement()
                .satisfies(document -> {
                    assertThat(document.get("_id")).isEqualTo(new BsonString("breakout:BTCUSDT"));
                    assertThat(document.get("compositeKey")).isEqualTo(new BsonString("breakout:BTCUSDT"));
                });
        assertThat(kept()).singleElement().satisfies(copy -> assertThat(
                        copy.getDocument("document").getDocument("signalData").getString("id"))
                .isEqualTo(new BsonString("old")));
    }

    @Test
    void damagedClaimsGoAfterTheDocument() {
        int changes = stoppedAnywhere(() -> {
            claims().release(claimed());
            damageDocument();
            documents("claims").updateOne(new BsonDocument(), Updates.set("renewedAt", "damaged"));
        });

        assertThat(changes).isEqualTo(4);
        assertThat(claims().holder(KEY)).isEmpty();
        claims().write(claimed(), HELD);
        assertThat(store.read(KEY)).contains(HELD);
    }

    /** Setting aside without a replacement must get rid of both, too. */
    @Test
    void aReplacementThatWasStoppedHalfwayCanBeGivenUp() {
        insertForeign();
        failing.failAfter(1, new IllegalStateException("stopped"));
        assertThat(failure()).isPresent();
        failing.pass();

        assertThat(store.setAside(KEY)).isPresent();

        assertThat(store.read(KEY)).isEmpty();
        assertThat(store.keys()).isEmpty();
        store.write(KEY, HELD);
        assertThat(store.read(KEY)).contains(HELD);
    }

    @Test
    void aReplacementKeepsTheEpochAndWhatOthersPutBesideIt() {
        claims().release(claimed());
        damageDocument();
        documents("signals").updateOne(new BsonDocument(), Updates.set("note", "ours"));

        assertThat(store.setAside(KEY, RIGHT)).isPresent();

        BsonDocument slot = documents("signals").find().first();
        assertThat(slot.get("epoch")).isEqualTo(new BsonInt64(1));
        assertThat(slot.get("note")).isEqualTo(new BsonString("ours"));
        assertThat(slot.get("updatedAt")).isInstanceOf(BsonDateTime.class);
        assertThat(claimed().epoch()).isEqualTo(2);
    }

    private Claims claims() {
        return store.claims().orElseThrow();
    }

    private Claim claimed() {
        return claims().claim(KEY, "owner", LONG).claim();
    }
}
