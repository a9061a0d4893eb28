package io.backtestkit.testkit;

import io.backtestkit.signal.Phase;
import io.backtestkit.signal.Signal;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("replacement")
abstract class ReplacementContract extends StoreContract {

    ReplacementContract(Supplier<StoreFixture> fixtures) {
        super(fixtures);
    }

    @Test
    void theLastWriteWins() {
        for (Phase phase : Phase.values()) {
            store().write(KEY, SampleSignals.in(phase, KEY).build());
        }

        assertHolds(SampleSignals.in(Phase.CLOSING, KEY).build());
    }

    @Test
    void aSmallRecordReplacesALargeOneWhole() {
        Signal small = SampleSignals.scheduledShort(KEY).build();
        store().write(
                        KEY,
                        SampleSignals.fullyFilled(KEY).note("x".repeat(20_000)).build());

        store().write(KEY, small);

        assertHolds(small);
    }

    @Test
    void aSlotHoldsOneSignal() {
        store().write(KEY, SampleSignals.openLong(KEY).id("first").build());
        store().write(KEY, SampleSignals.openLong(KEY).id("second").build());

        assertLists(List.of(KEY));
        store().delete(KEY);
        assertFree(KEY);
        assertLists(List.of());
    }

    @Test
    void theSameRecordCanBeWrittenTwice() {
        Signal signal = SampleSignals.fullyFilled(KEY).build();

        store().write(KEY, signal);
        store().write(KEY, signal);

        assertHolds(signal);
        assertLists(List.of(KEY));
    }

    @Test
    void replacingOneSlotLeavesTheOthers() {
        Signal other = SampleSignals.fullyFilled(OTHER).build();
        store().write(OTHER, other);
        store().write(KEY, SampleSignals.openLong(KEY).build());
        store().write(KEY, SampleSignals.closing(KEY).build());

        assertHolds(other);
        assertHolds(SampleSignals.closing(KEY).build());
    }
}
