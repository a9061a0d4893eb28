package io.backtestkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("distinct-keys")
abstract class DistinctKeysContract extends StoreContract {

    private static final List<SignalKey> KEYS = HostileKeys.all();

    DistinctKeysContract(Supplier<StoreFixture> fixtures) {
        super(fixtures);
    }

    /** Gives each key's signal an id of its own, so that a mix-up shows. */
    private static Signal signal(int index) {
        return SampleSignals.openLong(KEYS.get(index)).id("signal " + index).build();
    }

    private void writeAllOneByOne() {
        for (int i = 0; i < KEYS.size(); i++) {
            store().write(KEYS.get(i), signal(i));
        }
    }

    private void assertHoldsItsOwn(int index) {
        assertThat(store().read(KEYS.get(index)))
                .as("read of %s", HostileKeys.shown(KEYS.get(index)))
                .contains(signal(index));
    }

    @Test
    void noTwoKeysMeet() {
        writeAllOneByOne();

        for (int i = 0; i < KEYS.size(); i++) {
            assertHoldsItsOwn(i);
        }
    }

    @Test
    void preciselyTheWrittenKeysAreListed() {
        assertLists(List.of());
        writeAllOneByOne();
        assertLists(KEYS);
    }

    @Test
    void writingOneKeyMakesNoOtherAppear() {
        for (int i = 0; i < KEYS.size(); i++) {
            assertThat(store().read(KEYS.get(i)))
                    .as("read of %s before it was written", HostileKeys.shown(KEYS.get(i)))
                    .isEmpty();
            store().write(KEYS.get(i), signal(i));
        }
    }

    @Test
    void deletingSomeLeavesTheOthers() {
        writeAllOneByOne();
        for (int i = 0; i < KEYS.size(); i += 2) {
            store().delete(KEYS.get(i));
        }

        List<SignalKey> left = new ArrayList<>();
        for (int i = 0; i < KEYS.size(); i++) {
            if (i % 2 == 0) {
                assertFree(KEYS.get(i));
            } else {
                assertHoldsItsOwn(i);
                left.add(KEYS.get(i));
            }
        }
        assertLists(left);
    }

    @Test
    void theyAreFoundAgainAfterReopening() {
        writeAllOneByOne();

        closeAndReopen();

        for (int i = 0; i < KEYS.size(); i++) {
            if (fixture().durable()) {
                assertHoldsItsOwn(i);
            } else {
                assertFree(KEYS.get(i));
            }
        }
        assertLists(fixture().durable() ? KEYS : List.of());
    }
}
