package io.backtestkit.store.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.mongodb.client.model.Updates;
import io.backtestkit.signal.ClosedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.Claims;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.testkit.SampleSignals;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes of several steps: once the first is made, whatever stops the next ones, nobody hears that nothing happened. */
@Timeout(60)
abstract class BegunChangesContract {

    private static final SignalKey KEY = SampleSignals.key();
    private static final Signal HELD = SampleSignals.openLong(KEY).build();
    private static final ClosedSignal ENDED = SampleSignals.closed(HELD);
    private static final Duration LONG = Duration.ofHours(1);

    private final TestServer server;
    private final String name;
    private FailingClient failing;

    BegunChangesContract(Supplier<TestServer> servers) {
        server = servers.get();
        name = server.newDatabase();
    }

    @BeforeEach
    void open() {
        failing = new FailingClient(server.location(name, TestServer.PATIENT), true);
    }

    @AfterEach
    void drop() {
        failing.close();
        server.database(name).drop();
    }

    private static RuntimeException forbidden() {
        return FailingClient.refusal(13, "not authorized on trading");
    }

    private MongoSignalStore store() {
        return failing.store();
    }

    private Claims claims() {
        return store().claims().orElseThrow();
    }

    private Claim claimed() {
        return claims().claim(KEY, "owner", LONG).claim();
    }

    private void assertMayHaveHappened(Runnable call, String found) {
        assertThatExceptionOfType(StoreUnavailableException.class)
                .isThrownBy(call::run)
                .withMessageStartingWith("Cannot ")
                .withMessageContainingAll("breakout/BTCUSDT", found)
                .satisfies(e -> assertThat(e.mayHaveHappened()).isTrue());
    }

    private void assertEndedOnce() {
        assertThat(store().read(KEY)).isEmpty();
        assertThat(store().tradeLog().orElseThrow().trades(KEY)).containsExactly(ENDED);
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 121, 8000, 14031, 10107})
    void anEndThatCannotBeLoggedMayHaveHappenedAndHas(int code) {
        store().write(KEY, HELD);
        failing.fail("insertOne", MongoTradeLog.TRADES, FailingClient.refusal(code, "said so"));

        assertMayHaveHappened(() -> store().end(ENDED), "the server answered " + code + ": said so");

        assertEndedOnce();
        failing.pass();
        store().settle();
        assertEndedOnce();
    }

    @Test
    void anEndWhoseLastStepMeetsAClosedClientMayHaveHappenedAndHas() {
        store().write(KEY, HELD);
        failing.fail("insertOne", MongoTradeLog.TRADES, new IllegalStateException("state should be: open"));

        assertMayHaveHappened(() -> store().end(ENDED), "the client was closed");

        assertEndedOnce();
    }

    @Test
    void aClaimedEndThatCannotBeLoggedMayHaveHappenedAndHas() {
        Claim claim = claimed();
        claims().write(claim, HELD);
        failing.fail("insertOne", MongoTradeLog.TRADES, forbidden());

        assertMayHaveHappened(() -> claims().end(claim, ENDED), "Check user, password, authSource and the roles");

        assertEndedOnce();
    }

    @Test
    void anEndThatIsRefusedAtItsFirstStepIsRefused() {
        store().write(KEY, HELD);
        failing.fail("updateOne", MongoSlots.SIGNALS, forbidden());

        assertThatExceptionOfType(StoreRefusedException.class).isThrownBy(() -> store().end(ENDED));

        assertThat(store().read(KEY)).contains(HELD);
    }

    @Test
    void aClaimThatCannotBeStampedMayHaveBeenTakenAndWas() {
        failing.fail("updateOne", MongoSlots.SIGNALS, forbidden());

        assertMayHaveHappened(() -> claims().claim(KEY, "owner", LONG), "not authorized");

        failing.pass();
        assertThat(claims().holder(KEY)).map(Claim::owner).contains("owner");
    }

    @Test
    void aReleaseThatCannotTakeItsStampOffMayHaveHappenedAndHas() {
        Claim claim = claimed();
        failing.fail("updateOne", MongoSlots.SIGNALS, forbidden());

        assertMayHaveHappened(() -> claims().release(claim), "not authorized");

        assertThat(claims().holder(KEY)).isEmpty();
    }

    @Test
    void aRenewalOfALeaseThatHadRunOutMayHaveHappenedAndHas() {
        claimed();
        server.database(name)
                .getCollection(MongoLeases.CLAIMS)
                .updateOne(new BsonDocument(), Updates.set("renewedAt", new BsonDateTime(0)));
        Claim runOut = claims().holder(KEY).orElseThrow();
        failing.fail("updateOne", MongoSlots.SIGNALS, forbidden());

        assertMayHaveHappened(() -> claims().renew(runOut, LONG), "not authorized");

        assertThat(claims().holder(KEY).orElseThrow().until()).isAfter(runOut.until());
    }

    @Test
    void aLogOfWhichTheWaitingTradeIsGoneMayHaveBeenDiscarded() {
        store().write(KEY, HELD);
        failing.fail("insertOne", MongoTradeLog.TRADES, forbidden());
        assertMayHaveHappened(() -> store().end(ENDED), "not authorized");
        failing.fail("deleteMany", MongoTradeLog.TRADES, forbidden());

        assertMayHaveHappened(() -> store().tradeLog().orElseThrow().discard(KEY), "not authorized");

        assertThat(store().tradeLog().orElseThrow().trades(KEY)).isEmpty();
        assertThatExceptionOfType(StoreRefusedException.class)
                .isThrownBy(() -> store().tradeLog().orElseThrow().discard(KEY));
    }

    /** Its driver may have sent the change before, and shows only the last answer. */
    @Test
    void onAClientOfTheUsersOwnAnAnswerNeverMeansThatNothingHappened() {
        try (FailingClient own = new FailingClient(server.location(name, TestServer.PATIENT), false)) {
            own.fail("updateOne", MongoSlots.SIGNALS, forbidden());
            assertMayHaveHappened(() -> own.store().write(KEY, HELD), "Check user, password, authSource and the roles");

            own.fail("bulkWrite", MongoSlots.SIGNALS, FailingClient.refusal(10107, "not primary"));
            assertThatExceptionOfType(StoreUnavailableException.class)
                    .isThrownBy(() -> own.store().writeAll(Map.of(KEY, HELD)))
                    .satisfies(e -> assertThat(e.mayHaveHappened()).isTrue());

            own.fail("find", MongoSlots.SIGNALS, forbidden());
            assertThatExceptionOfType(StoreRefusedException.class)
                    .isThrownBy(() -> own.store().read(KEY));
        }
    }
}
