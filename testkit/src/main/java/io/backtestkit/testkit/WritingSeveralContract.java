package io.backtestkit.testkit;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("writing-several")
abstract class WritingSeveralContract extends StoreContract {

    private static final int MANY = 50;

    WritingSeveralContract(Supplier<StoreFixture> fixtures) {
        super(fixtures);
    }

    private static Map<SignalKey, Signal> many(String id) {
        Map<SignalKey, Signal> signals = new LinkedHashMap<>();
        for (int i = 0; i < MANY; i++) {
            SignalKey key = new SignalKey("several", "SYMBOL" + i);
            signals.put(key, SampleSignals.openLong(key).id(id + i).build());
        }
        return signals;
    }

    @Test
    void allOfThemAreRead() {
        Map<SignalKey, Signal> signals = many("a");

        store().writeAll(signals);

        signals.values().forEach(this::assertHolds);
        assertLists(signals.keySet());
    }

    @Test
    void theyReplaceWhatWasThereAndLeaveTheRest() {
        Signal other = SampleSignals.openLong(OTHER).build();
        store().write(OTHER, other);
        store().writeAll(many("a"));
        Map<SignalKey, Signal> replaced = many("b");

        store().writeAll(replaced);

        replaced.values().forEach(this::assertHolds);
        assertHolds(other);
    }

    @Test
    void noneAtAllIsNoFault() {
        store().writeAll(Map.of());

        assertLists(List.of());
        assertFree(KEY);
    }

    @Test
    void theyAreThereAfterReopening() {
        Map<SignalKey, Signal> signals = many("a");
        store().writeAll(signals);

        closeAndReopen();

        if (fixture().durable()) {
            signals.values().forEach(this::assertHolds);
        } else {
            signals.keySet().forEach(this::assertFree);
        }
    }
}
