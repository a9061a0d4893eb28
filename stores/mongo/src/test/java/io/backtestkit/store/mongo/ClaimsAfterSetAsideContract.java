package io.backtestkit.store.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.model.Updates;
import io.backtestkit.signal.Signal;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimLostException;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An owner is away until its lease has run out; meanwhile its slot's document is damaged and set aside; then it comes back. */
abstract class ClaimsAfterSetAsideContract extends StoppedOwnerContract {

    private static final Signal NEXT = HELD.toBuilder().note("next").build();

    ClaimsAfterSetAsideContract(Supplier<TestServer> servers) {
        super(servers);
    }

    /** Returns the claim of the first, which has run out and whose slot was set aside. */
    private Claim setAside() {
        Claim claim = granted(firstClaims().claim(KEY, "first", LONG));
        firstClaims().write(claim, HELD);
        documents("signals").updateOne(new BsonDocument(), Updates.unset("signalData.cost"));
        documents("claims").updateOne(new BsonDocument(), Updates.set("renewedAt", new BsonDateTime(0)));
        assertThat(store.setAside(KEY)).isPresent();
        return claims().holder(KEY).orElseThrow();
    }

    private void assertRefused() {
        assertThatExceptionOfType(ClaimLostException.class)
                .isThrownBy(() -> store.write(KEY, STALE))
                .withMessageContaining("it was held by first until");
    }

    @Test
    void anOwnerWhoseSlotWasSetAsideWritesAgainUnderItsEpoch() {
        Claim claim = setAside();

        firstClaims().write(claim, NEXT);

        assertThat(store.read(KEY)).contains(NEXT);
        BsonDocument slot = documents("signals").find().first();
        assertThat(slot.get("epoch")).isEqualTo(new BsonInt64(1));
        assertThat(slot.get("owner")).isEqualTo(new BsonString("first"));
    }

    @Test
    void anOwnerThatRenewsAfterItsSlotWasSetAsideHasItToItself() {
        Claim renewed = firstClaims().renew(setAside(), LONG);

        assertRefused();
        assertThat(store.read(KEY)).isEmpty();
        firstClaims().write(renewed, NEXT);
        assertRefused();
        firstClaims().release(renewed);

        store.write(KEY, HELD);
        assertThatExceptionOfType(ClaimLostException.class)
                .isThrownBy(() -> firstClaims().write(renewed, STALE));
        assertThat(store.read(KEY)).contains(HELD);
    }

    /** The claimed write of the first stamps what was left of the document; by then it is the claim of the past. */
    @ParameterizedTest(name = "before request {0}")
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void whoStampsASlotThatWasSetAsideTooLateWritesNothing(int request) throws Exception {
        Claim claim = setAside();
        Future<?> writing = first.stopBefore(request, () -> {
            firstClaims().write(claim, STALE);
            return true;
        });
        assertThat(first.sent())
                .isEqualTo(List.of(
                                "update signals",
                                "find claims",
                                "find signals",
                                "find signals",
                                "find claims",
                                "update signals",
                                "find claims",
                                "update signals")
                        .subList(0, request));
        Claim second = granted(claims().takeOver(claim, "second", LONG));
        claims().write(second, NEXT);
        first.resume();

        assertThatThrownBy(() -> writing.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(ClaimLostException.class);
        assertThat(store.read(KEY)).contains(NEXT);
        assertThat(documents("signals").find().first().get("epoch")).isEqualTo(new BsonInt64(2));
    }
}
