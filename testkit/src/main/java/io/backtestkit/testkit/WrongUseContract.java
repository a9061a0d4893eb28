package io.backtestkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("wrong-use")
abstract class WrongUseContract extends StoreContract {

    WrongUseContract(Supplier<StoreFixture> fixtures) {
        super(fixtures);
    }

    private static void assertRefused(Runnable call) {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .as("writing a signal of %s as %s", OTHER, KEY)
                .isThrownBy(call::run)
                .withMessageContainingAll(KEY.toString(), OTHER.toString());
    }

    @Test
    void aSignalIsNotTakenUnderAnotherKey() {
        Signal foreign = SampleSignals.openLong(OTHER).build();

        assertRefused(() -> store().write(KEY, foreign));

        assertFree(KEY);
        assertFree(OTHER);
        assertLists(List.of());
    }

    @Test
    void aRefusedWriteChangesNothing() {
        Signal held = SampleSignals.openLong(KEY).id("held").build();
        store().write(KEY, held);

        assertRefused(() -> store().write(KEY, SampleSignals.openLong(OTHER).build()));

        assertHolds(held);
        assertFree(OTHER);
    }

    @Test
    void aSignalUnderAnotherKeyIsRefusedAmongSeveral() {
        Signal foreign = SampleSignals.openLong(OTHER).build();

        assertRefused(() -> store().writeAll(Map.of(KEY, foreign)));

        assertFree(KEY);
        assertFree(OTHER);
    }

    @Test
    void aKeyIsOnlyAName() {
        SignalKey injection = new SignalKey("'; drop table signals; --", "{\"$gt\":\"\"}");
        Signal held = SampleSignals.openLong(KEY).build();
        store().write(KEY, held);

        assertFree(injection);
        store().delete(injection);

        assertHolds(held);
    }

    @Test
    void settingAsideAReadableOrFreeSlotDoesNothing() {
        Signal held = SampleSignals.openLong(KEY).build();
        store().write(KEY, held);

        if (fixture().setsAside()) {
            assertThat(store().setAside(KEY))
                    .as("setAside of a readable record")
                    .isEmpty();
            assertThat(store().setAside(OTHER)).as("setAside of a free slot").isEmpty();
        } else {
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .as("setAside() of a store declared not to offer it")
                    .isThrownBy(() -> store().setAside(KEY))
                    .withMessageContaining(KEY.toString());
        }

        assertHolds(held);
        assertFree(OTHER);
    }
}
