package io.backtestkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.signal.Phase;
import io.backtestkit.signal.Signal;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A fixture that is not durable declares it: then everything is gone after reopening, and the store says so before. */
@Tag("reopening")
abstract class ReopeningContract extends StoreContract {

    ReopeningContract(Supplier<StoreFixture> fixtures) {
        super(fixtures);
    }

    private void assertKeptIfDurable(Signal signal) {
        if (fixture().durable()) {
            assertHolds(signal);
        } else {
            assertFree(signal.key());
        }
    }

    @Test
    void theStoreSaysWhetherItIsDurable() {
        assertThat(store().durable()).as("durable()").isEqualTo(fixture().durable());
    }

    @ParameterizedTest
    @EnumSource(Phase.class)
    void aWrittenSignalIsThereAfterReopening(Phase phase) {
        Signal signal = SampleSignals.in(phase, KEY).build();
        store().write(KEY, signal);

        closeAndReopen();

        assertKeptIfDurable(signal);
        assertLists(fixture().durable() ? List.of(KEY) : List.of());
    }

    @Test
    void theLastOfSeveralWritesIsThereAfterReopening() {
        Signal last = SampleSignals.fullyFilled(KEY).id("last").build();
        store().write(KEY, SampleSignals.openLong(KEY).id("first").build());
        store().write(KEY, last);

        closeAndReopen();

        assertKeptIfDurable(last);
    }

    @Test
    void aDeletedSignalIsAbsentAfterReopening() {
        Signal other = SampleSignals.openLong(OTHER).build();
        store().write(KEY, SampleSignals.openLong(KEY).build());
        store().write(OTHER, other);
        store().delete(KEY);

        closeAndReopen();

        assertFree(KEY);
        assertKeptIfDurable(other);
    }

    @Test
    void aSignalDeletedAfterReopeningStaysAbsent() {
        store().write(KEY, SampleSignals.openLong(KEY).build());
        closeAndReopen();
        store().delete(KEY);

        closeAndReopen();

        assertFree(KEY);
        assertLists(List.of());
    }

    @Test
    void aReopenedStoreTakesWrites() {
        Signal second = SampleSignals.closing(KEY).build();
        store().write(KEY, SampleSignals.openLong(KEY).build());
        closeAndReopen();
        store().write(KEY, second);
        assertHolds(second);

        closeAndReopen();

        assertKeptIfDurable(second);
    }

    @Test
    void closingTwiceDoesNothingTheSecondTime() {
        Signal signal = SampleSignals.openLong(KEY).build();
        store().write(KEY, signal);
        store().close();

        closeAndReopen();

        assertKeptIfDurable(signal);
    }
}
