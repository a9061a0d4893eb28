package io.backtestkit.testkit;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("deletion")
abstract class DeletionContract extends StoreContract {

    DeletionContract(Supplier<StoreFixture> fixtures) {
        super(fixtures);
    }

    @Test
    void aNewStoreIsEmpty() {
        assertFree(KEY);
        assertLists(List.of());
    }

    @Test
    void readingAFreeSlotDoesNotOccupyIt() {
        assertFree(KEY);
        assertFree(KEY);
        assertLists(List.of());
    }

    @Test
    void aDeletedSignalIsGone() {
        store().write(KEY, SampleSignals.openLong(KEY).build());

        store().delete(KEY);

        assertFree(KEY);
        assertLists(List.of());
    }

    @Test
    void deletingAFreeSlotDoesNothing() {
        store().delete(KEY);
        store().delete(KEY);

        assertFree(KEY);
        assertLists(List.of());
    }

    @Test
    void deletingTwiceDoesNothingTheSecondTime() {
        store().write(KEY, SampleSignals.openLong(KEY).build());

        store().delete(KEY);
        store().delete(KEY);

        assertFree(KEY);
    }

    @Test
    void deletingLeavesTheOtherSlots() {
        SignalKey sameStrategy = new SignalKey(KEY.strategy(), OTHER.symbol());
        SignalKey sameSymbol = new SignalKey(OTHER.strategy(), KEY.symbol());
        Signal first = SampleSignals.openLong(sameStrategy).build();
        Signal second = SampleSignals.openLong(sameSymbol).build();
        store().write(sameStrategy, first);
        store().write(sameSymbol, second);
        store().write(KEY, SampleSignals.openLong(KEY).build());

        store().delete(KEY);

        assertFree(KEY);
        assertHolds(first);
        assertHolds(second);
        assertLists(List.of(sameStrategy, sameSymbol));
    }

    @Test
    void aFreedSlotCanBeUsedAgain() {
        Signal next = SampleSignals.openLong(KEY).id("next").build();
        store().write(KEY, SampleSignals.openLong(KEY).id("first").build());

        store().delete(KEY);
        store().write(KEY, next);

        assertHolds(next);
    }
}
