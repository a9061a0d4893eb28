package io.backtestkit.store.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.ServerAddress;
import com.mongodb.bulk.BulkWriteError;
import com.mongodb.bulk.BulkWriteResult;
import com.mongodb.bulk.WriteConcernError;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.ClaimLostException;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.store.mongo.MongoFailures.Outcome;
import io.backtestkit.testkit.SampleSignals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the errors of a bulk write mean to it. */
class MongoBatchTest {

    /** Makes an error of these codes, each at the place that goes before it: {@code 0, 11000, 5, 10107}. */
    private static MongoBulkWriteException errors(@Nullable WriteConcernError unconfirmed, int... placesAndCodes) {
        List<BulkWriteError> errors = new ArrayList<>();
        for (int i = 0; i < placesAndCodes.length; i += 2) {
            int code = placesAndCodes[i + 1];
            errors.add(new BulkWriteError(code, "said " + code, new BsonDocument(), placesAndCodes[i]));
        }
        return new MongoBulkWriteException(
                BulkWriteResult.acknowledged(0, 0, 0, 0, List.of(), List.of()),
                errors,
                unconfirmed,
                new ServerAddress(),
                Set.of());
    }

    private static MongoBulkWriteException errors(int... placesAndCodes) {
        return errors(null, placesAndCodes);
    }

    private static void assertOutcome(MongoBulkWriteException error, int number, Outcome outcome, String found) {
        MongoFailures meaning = MongoFailures.ofSeveral(number, error);
        assertThat(meaning.outcome()).isEqualTo(outcome);
        assertThat(meaning.found()).contains(found);
    }

    @Test
    void aStepDownInTheMiddleLeavesAllUnknown() {
        int[] half =
                IntStream.range(50, 100).flatMap(i -> IntStream.of(i, 10107)).toArray();

        assertOutcome(errors(half), 100, Outcome.UNKNOWN, "the server answered 10107: said 10107 (to 50 of 100)");
    }

    @Test
    void nothingWasWrittenIfAllFailedForWhatPasses() {
        assertOutcome(errors(0, 10107, 1, 10107), 2, Outcome.NOT_SENT, "10107");
        assertOutcome(errors(0, 11000, 1, 10107), 2, Outcome.NOT_SENT, "10107");
        assertOutcome(errors(0, 121, 1, 112), 2, Outcome.NOT_SENT, "112");
    }

    @Test
    void whatMetAnotherHidesNoneThatMayPass() {
        assertOutcome(errors(0, 11000, 5, 10107), 9, Outcome.UNKNOWN, "10107");
        assertOutcome(errors(0, 121, 5, 10107), 9, Outcome.UNKNOWN, "10107");
    }

    @Test
    void oneThatIsUnknownLeavesAllUnknown() {
        assertOutcome(errors(0, 112, 1, 121, 2, 11600), 3, Outcome.UNKNOWN, "11600");
        WriteConcernError unconfirmed = new WriteConcernError(64, "WriteConcernTimeout", "late", new BsonDocument());
        assertOutcome(errors(unconfirmed, 0, 121), 3, Outcome.UNKNOWN, "a majority did not confirm it");
    }

    @ParameterizedTest
    @CsvSource({
        "10107, 500, NOT_SENT",
        "13435, 500, NOT_SENT",
        "462, 500, NOT_SENT",
        "13, 500, REFUSED",
        "10107, 501, UNKNOWN",
        "13, 501, UNKNOWN",
        "112, 500, UNKNOWN",
        "24, 500, UNKNOWN",
        "11602, 500, UNKNOWN",
        "14031, 500, UNKNOWN",
        "8000, 500, UNKNOWN"
    })
    void aRequestThatFailedAsAWholeIsNotSentOnlyIfThatIsCheckedFirst(int code, int number, Outcome outcome) {
        assertThat(MongoFailures.ofSeveral(number, FailingClient.refusal(code, "said so"))
                        .outcome())
                .isEqualTo(outcome);
    }

    private static Map<SignalKey, Signal> signals(int number) {
        Map<SignalKey, Signal> signals = new LinkedHashMap<>();
        for (int i = 0; i < number; i++) {
            SignalKey key = new SignalKey("several", "SYMBOL" + i);
            signals.put(key, SampleSignals.openLong(key).build());
        }
        return signals;
    }

    private static FailingClient open() {
        return new FailingClient(Emulator.shared().location(Emulator.shared().newDatabase(), TestServer.PATIENT), true);
    }

    @Test
    void aRefusedSignalIsNamedAndOneThatMetAnotherIsWrittenAllTheSame() {
        Map<SignalKey, Signal> signals = signals(2);
        try (FailingClient client = open()) {
            client.fail("bulkWrite", MongoSlots.SIGNALS, errors(0, 121, 1, 11000));

            assertThatExceptionOfType(StoreRefusedException.class)
                    .isThrownBy(() -> client.store().writeAll(signals))
                    .withMessageStartingWith("Cannot write signal several/SYMBOL0 in mongodb://")
                    .withMessageContaining("the server answered 121: said 121")
                    .satisfies(e -> assertThat(e.getSuppressed()).isEmpty());

            assertThat(client.store().keys()).containsExactly(new SignalKey("several", "SYMBOL1"));
        }
    }

    @Test
    void eachThatIsRefusedIsTold() {
        Map<SignalKey, Signal> signals = signals(3);
        SignalKey claimed = new SignalKey("several", "SYMBOL2");
        try (FailingClient client = open()) {
            client.store().claims().orElseThrow().claim(claimed, "another", Duration.ofHours(1));
            client.fail("bulkWrite", MongoSlots.SIGNALS, errors(1, 121, 2, 11000));

            assertThatExceptionOfType(StoreRefusedException.class)
                    .isThrownBy(() -> client.store().writeAll(signals))
                    .satisfies(e -> assertThat(e.getSuppressed())
                            .singleElement()
                            .isInstanceOfSatisfying(ClaimLostException.class, lost -> assertThat(lost.key())
                                    .contains(claimed)));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {112, 10107, 11600})
    void oneThatMayPassIsThrownFirstAndSaysThatOthersMayBeWritten(int code) {
        Map<SignalKey, Signal> signals = signals(3);
        try (FailingClient client = open()) {
            client.fail("bulkWrite", MongoSlots.SIGNALS, errors(0, 121, 1, 11000));
            client.fail("updateOne", MongoSlots.SIGNALS, FailingClient.refusal(code, "said so"));

            assertThatExceptionOfType(StoreUnavailableException.class)
                    .isThrownBy(() -> client.store().writeAll(signals))
                    .withMessageStartingWith("Cannot write signal several/SYMBOL1 in ")
                    .satisfies(e -> {
                        assertThat(e.mayHaveHappened()).isTrue();
                        assertThat(e.getSuppressed()).singleElement().isInstanceOf(StoreRefusedException.class);
                    });
        }
    }
}
