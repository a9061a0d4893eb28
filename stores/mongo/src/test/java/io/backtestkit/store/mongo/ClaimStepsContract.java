package io.backtestkit.store.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import io.backtestkit.signal.ClosedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimAnswer;
import io.backtestkit.store.ClaimLostException;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.StoreLocation;
import io.backtestkit.testkit.SampleSignals;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * No change to two documents happens at once, so one process is stopped before each single request, another one takes over
 * and trades, and the first goes on as if nothing had happened.
 */
abstract class ClaimStepsContract extends StoppedOwnerContract {

    private static final Signal NEXT = SampleSignals.openLong(KEY).id("next").build();
    private static final ClosedSignal ENDED = SampleSignals.closed(HELD);

    ClaimStepsContract(Supplier<TestServer> servers) {
        super(servers);
    }

    /** Takes over from whoever has the slot. */
    private Claim takenOver() {
        Optional<Claim> holder = claims().holder(KEY);
        return granted(
                holder.isPresent()
                        ? claims().takeOver(holder.get(), "second", LONG)
                        : claims().claim(KEY, "second", LONG));
    }

    private static <T> Optional<ClaimLostException> outcome(Future<T> work) throws Exception {
        try {
            work.get(20, TimeUnit.SECONDS);
            return Optional.empty();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ClaimLostException lost) {
                return Optional.of(lost);
            }
            throw e;
        }
    }

    private static boolean done(Runnable work) {
        work.run();
        return true;
    }

    @ParameterizedTest(name = "before request {0}")
    @ValueSource(ints = {1, 2, 3, 4})
    void whoIsStoppedWhileClaimingHarmsNobody(int request) throws Exception {
        store.write(KEY, HELD);
        Future<ClaimAnswer> claiming =
                first.stopBefore(request, () -> firstClaims().claim(KEY, "first", LONG));
        assertThat(first.sent()).hasSize(request);

        assertThat(store.read(KEY)).contains(HELD);
        Claim second = takenOver();
        claims().write(second, NEXT);
        first.resume();

        ClaimAnswer answer = claiming.get(20, TimeUnit.SECONDS);
        if (request <= 2) {
            assertThat(answer).isEqualTo(new ClaimAnswer.Held(second));
        } else { // it had the slot before the second one, who took it over
            assertThat(granted(answer).epoch()).isEqualTo(second.epoch() - 1);
            assertThatExceptionOfType(ClaimLostException.class)
                    .isThrownBy(() -> firstClaims().write(answer.claim(), HELD));
        }
        assertThat(store.read(KEY)).contains(NEXT);
        assertThat(claims().holder(KEY)).contains(second);
        claims().write(second, HELD);
        assertThat(store.read(KEY)).contains(HELD);
    }

    /** What one has been told must hold for all, or a history of the slot could not be put in an order. */
    @Test
    void whoeverIsToldOfAClaimKeepsTheOwnerBeforeFromChangingAnything() throws Exception {
        Claim before = granted(claims().claim(KEY, "before", LONG));
        claims().write(before, HELD);
        Future<ClaimAnswer> claiming = first.stopBefore(3, () -> firstClaims().takeOver(before, "first", LONG));

        ClaimAnswer told = claims().claim(KEY, "other", LONG);

        assertThat(told).isInstanceOf(ClaimAnswer.Held.class);
        assertThat(told.claim().owner()).isEqualTo("first");
        assertThatExceptionOfType(ClaimLostException.class).isThrownBy(() -> claims().write(before, NEXT));
        assertThatExceptionOfType(ClaimLostException.class).isThrownBy(() -> store.write(KEY, NEXT));
        first.resume();
        Claim granted = granted(claiming.get(20, TimeUnit.SECONDS));
        assertThat(granted).isEqualTo(told.claim());
        claims().write(granted, NEXT);
        assertThat(store.read(KEY)).contains(NEXT);
    }

    @Test
    void whoOnlyLooksChangesNothingThoughAClaimIsNotStampedYet() throws Exception {
        store.write(KEY, HELD);
        Future<ClaimAnswer> claiming = first.stopBefore(3, () -> firstClaims().claim(KEY, "first", LONG));
        BsonDocument before = documents("signals").find().first();

        try (SignalStore looking =
                new MongoSignalStoreProvider().openReadOnly(StoreLocation.parse(server.location(name)))) {
            assertThat(looking.claims().orElseThrow().holder(KEY))
                    .map(Claim::owner)
                    .contains("first");
        }

        assertThat(documents("signals").find().first()).isEqualTo(before);
        first.resume();
        granted(claiming.get(20, TimeUnit.SECONDS));
    }

    @Test
    void claimingTakesFourRequestsAndAClaimedWriteOne() throws Exception {
        Claim claim = granted(first.stopBefore(99, () -> firstClaims().claim(KEY, "first", LONG))
                .get());
        assertThat(first.sent())
                .containsExactly("find claims", "findAndModify claims", "update signals", "find signals");

        first.stopBefore(99, () -> done(() -> firstClaims().write(claim, HELD))).get();
        assertThat(first.sent()).containsExactly("update signals");
        first.stopBefore(99, () -> firstClaims().renew(claim, LONG)).get();
        assertThat(first.sent()).containsExactly("findAndModify claims");
        first.stopBefore(99, () -> done(() -> firstClaims().delete(claim))).get();
        assertThat(first.sent()).containsExactly("update signals");
    }

    @Test
    void anUnclaimedWriteTakesOneRequestAlsoOnceTheSlotWasClaimed() throws Exception {
        first.stopBefore(99, () -> done(() -> first.store().write(KEY, HELD))).get();
        assertThat(first.sent()).containsExactly("update signals");
        claims().release(takenOver());
        first.stopBefore(99, () -> done(() -> first.store().write(KEY, NEXT))).get();
        assertThat(first.sent()).containsExactly("update signals");
    }

    @ParameterizedTest
    @ValueSource(strings = {"write", "delete", "end"})
    void aChangeThatWasOnItsWayComesTooLate(String what) throws Exception {
        Claim claim = granted(firstClaims().claim(KEY, "first", LONG));
        firstClaims().write(claim, HELD);
        Future<Boolean> change = first.stopBefore(
                1,
                () -> done(() -> {
                    switch (what) {
                        case "write" -> firstClaims().write(claim, STALE);
                        case "delete" -> firstClaims().delete(claim);
                        default -> firstClaims().end(claim, ENDED);
                    }
                }));

        Claim second = takenOver();
        claims().write(second, NEXT);
        first.resume();

        assertThat(outcome(change)).hasValueSatisfying(lost -> assertThat(lost.getMessage())
                .contains(
                        "Cannot " + what + " signal breakout/BTCUSDT",
                        "its epoch was 2, held by second until",
                        "this claim had epoch 1"));
        assertThat(store.read(KEY)).contains(NEXT);
        assertThat(store.tradeLog().orElseThrow().trades(KEY)).isEmpty();
    }

    @ParameterizedTest(name = "before request {0}")
    @ValueSource(ints = {1, 2, 3, 4})
    void anEndStoppedAnywhereIsNotThereOrIsThereOnce(int request) throws Exception {
        Claim claim = granted(firstClaims().claim(KEY, "first", LONG));
        firstClaims().write(claim, HELD);
        Future<Boolean> ending =
                first.stopBefore(request, () -> done(() -> firstClaims().end(claim, ENDED)));
        boolean begun = request > 1;
        assertThat(first.sent())
                .hasSize(request)
                .isEqualTo(List.of("update signals", "find trades", "insert trades", "update signals")
                        .subList(0, request));

        assertEnded(begun);
        Claim second = takenOver();
        assertEnded(begun);
        assertThat(documents("trades").countDocuments()).isEqualTo(begun ? 1 : 0);
        claims().write(second, NEXT);
        first.resume();

        assertThat(outcome(ending).isPresent()).as("refused").isEqualTo(!begun);
        assertThat(store.read(KEY)).contains(NEXT);
        assertThat(store.tradeLog().orElseThrow().trades(KEY)).isEqualTo(begun ? List.of(ENDED) : List.of());
        assertThat(documents("trades").countDocuments()).isEqualTo(begun ? 1 : 0);
    }

    private void assertEnded(boolean ended) {
        assertThat(store.read(KEY)).isEqualTo(ended ? Optional.empty() : Optional.of(HELD));
        assertThat(store.keys()).isEqualTo(ended ? java.util.Set.of() : java.util.Set.of(KEY));
        assertThat(store.tradeLog().orElseThrow().trades(KEY)).isEqualTo(ended ? List.of(ENDED) : List.of());
        assertThat(store.tradeLog().orElseThrow().last(KEY)).isEqualTo(ended ? Optional.of(ENDED) : Optional.empty());
        assertThat(store.tradeLog().orElseThrow().loggedKeys()).isEqualTo(ended ? List.of(KEY) : List.of());
    }

    @ParameterizedTest(name = "before request {0}")
    @ValueSource(ints = {1, 2, 3, 4})
    void anEndWithoutAClaimStoppedAnywhereIsNotThereOrIsThereOnce(int request) throws Exception {
        first.store().write(KEY, HELD);
        Future<Boolean> ending =
                first.stopBefore(request, () -> done(() -> first.store().end(ENDED)));
        boolean begun = request > 1;
        assertEnded(begun);

        try (MongoSignalStore restarted = Unchecked.open(server.location(name))) {
            assertThat(restarted.read(KEY)).isEqualTo(begun ? Optional.empty() : Optional.of(HELD));
        }
        assertThat(documents("signals").countDocuments())
                .as("opening finishes what was begun")
                .isEqualTo(begun ? 0 : 1);
        assertThat(documents("trades").countDocuments()).isEqualTo(begun ? 1 : 0);
        first.resume();

        assertThat(outcome(ending)).isEmpty();
        assertEnded(true);
        assertThat(documents("trades").countDocuments()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"write", "delete", "end"})
    void theNextChangeFinishesAnEndThatWasBegun(String what) throws Exception {
        first.store().write(KEY, HELD);
        Future<Boolean> begun =
                first.stopBefore(2, () -> done(() -> first.store().end(ENDED)));
        assertThat(begun).isNotDone();
        assertThat(store.check())
                .anySatisfy(finding -> assertThat(finding.toString()).contains("WARNING", "it has ended"));

        ClosedSignal other = SampleSignals.closed(NEXT);
        switch (what) {
            case "write" -> store.write(KEY, NEXT);
            case "delete" -> store.delete(KEY);
            default -> store.end(other);
        }

        assertThat(documents("trades").countDocuments()).isEqualTo(what.equals("end") ? 2 : 1);
        assertThat(store.tradeLog().orElseThrow().trades(KEY))
                .isEqualTo(what.equals("end") ? List.of(ENDED, other) : List.of(ENDED));
        assertThat(store.read(KEY)).isEqualTo(what.equals("write") ? Optional.of(NEXT) : Optional.empty());
        first.resume();
    }

    @Test
    void aReleaseCutInHalfLetsOthersIn() throws Exception {
        Claim claim = granted(firstClaims().claim(KEY, "first", LONG));
        Future<Boolean> releasing =
                first.stopBefore(2, () -> done(() -> firstClaims().release(claim)));
        assertThat(claims().holder(KEY)).isEmpty();

        store.write(KEY, HELD);
        assertThatExceptionOfType(ClaimLostException.class)
                .isThrownBy(() -> claims().write(claim, STALE))
                .withMessageContaining("the claim was released");
        Claim second = takenOver();
        first.resume();

        assertThat(outcome(releasing)).isEmpty();
        claims().write(second, NEXT);
        assertThat(second.epoch()).isEqualTo(2);
        assertThat(store.read(KEY)).contains(NEXT);
    }

    @Test
    void anUnclaimedChangeLetInByALeaseThatHasRunOutDoesNotComeAfterItsRenewal() throws Exception {
        Claim claim = granted(claims().claim(KEY, "second", LONG));
        claims().write(claim, HELD);
        documents("claims").updateOne(new BsonDocument(), Updates.set("renewedAt", new BsonDateTime(0)));
        Claim runOut = claims().holder(KEY).orElseThrow();
        Future<Boolean> writing =
                first.stopBefore(6, () -> done(() -> first.store().write(KEY, STALE)));
        assertThat(first.sent())
                .containsExactly(
                        "update signals",
                        "find signals",
                        "find claims",
                        "findAndModify claims",
                        "find claims",
                        "update signals");

        claims().renew(runOut, LONG);
        first.resume();

        assertThat(outcome(writing))
                .hasValueSatisfying(lost -> assertThat(lost.getMessage()).contains("it was held by second until"));
        assertThat(store.read(KEY)).contains(HELD);
    }

    @Test
    void anOwnerWhoseDocumentHasExpiredWritesAgainUnderItsEpoch() {
        Claim old = granted(claims().claim(KEY, "first", LONG));
        Claim claim = granted(claims().takeOver(old, "second", LONG));
        claims().write(claim, HELD);
        documents("signals").deleteOne(new BsonDocument());

        assertThatExceptionOfType(ClaimLostException.class).isThrownBy(() -> claims().write(old, STALE));
        assertThat(store.read(KEY)).isEmpty();
        claims().write(claim, NEXT);

        assertThat(store.read(KEY)).contains(NEXT);
        assertThat(documents("signals").find().first().getNumber("epoch").longValue())
                .isEqualTo(2);
        assertThatExceptionOfType(ClaimLostException.class).isThrownBy(() -> store.write(KEY, STALE));
    }

    /** The claimed write of the first finds no document, so it stamps one; by then it is the claim of the past. */
    @ParameterizedTest(name = "before request {0}")
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void whoStampsAnExpiredSlotTooLateWritesNothing(int request) throws Exception {
        Claim claim = granted(firstClaims().claim(KEY, "first", LONG));
        documents("signals").deleteOne(new BsonDocument());
        Future<Boolean> writing =
                first.stopBefore(request, () -> done(() -> firstClaims().write(claim, STALE)));
        assertThat(first.sent())
                .hasSize(request)
                .isEqualTo(List.of("update signals", "find claims", "find signals", "find signals", "update signals")
                        .subList(0, request));
        Claim second = takenOver();
        claims().write(second, NEXT);
        documents("signals").deleteOne(Filters.eq("_id", "breakout:BTCUSDT"));
        first.resume();

        assertThat(outcome(writing)).isPresent();
        assertThat(store.read(KEY)).isEmpty();
        claims().write(second, NEXT);
        assertThat(store.read(KEY)).contains(NEXT);
    }
}
