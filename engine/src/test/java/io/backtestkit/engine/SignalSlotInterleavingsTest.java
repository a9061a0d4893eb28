package io.backtestkit.engine;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Marks;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.InMemorySignalStore;
import io.backtestkit.store.SignalStore;
import io.backtestkit.testkit.SampleSignals;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The slot under every order in which two threads meet, when Lincheck lets them make a few calls again and again. {@code -Dbacktestkit.interleavings=100} tries
 * so many scenarios; each is run 500 times.
 */
class SignalSlotInterleavingsTest {

    private static final int SCENARIOS = Integer.getInteger("backtestkit.interleavings", 3);
    private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(200);
    private static final SignalKey KEY = SampleSignals.key();
    private static final List<Signal> SIGNALS = IntStream.range(0, 3)
            .mapToObj(i -> SampleSignals.openLong(KEY).id("s" + i).build())
            .toList();

    private static final List<EndedSignal> ENDED =
            SIGNALS.stream().<EndedSignal>map(SampleSignals::closed).toList();

    private static StressOptions options() {
        return new StressOptions()
                .iterations(SCENARIOS)
                .invocationsPerIteration(500)
                .minimizeFailedScenario(false)
                .threads(2)
                .actorsBefore(0)
                .actorsPerThread(3)
                .actorsAfter(1);
    }

    /** What Lincheck calls, on a slot whose store holds a signal already. */
    @Param(name = "number", gen = IntGen.class, conf = "1:2")
    public static class Calls {

        final SignalStore store = new InMemorySignalStore(() -> SampleSignals.AT);
        final SignalSlot slot = new SignalSlot(store, KEY, SlotClaim.none(store, KEY));

        /** Begins with a signal that an earlier program left. */
        public Calls() {
            store.write(KEY, SIGNALS.get(0));
        }

        @Operation
        public String restore() {
            return slot.restore().map(Signal::id).orElse("");
        }

        @Operation(params = "number")
        public void hold(int number) {
            slot.hold(SIGNALS.get(number));
        }

        @Operation(params = "number")
        public void mark(int number) {
            slot.mark(SIGNALS.get(number), new Marks(number, -number));
        }

        @Operation(params = "number")
        public void end(int number) {
            slot.end(ENDED.get(number));
        }

        @Operation
        public String held() {
            @Nullable Held held = slot.held();
            return held == null ? "" : held.signal.id();
        }

        @Operation
        public String lastEnded() {
            @Nullable EndedSignal ended = slot.lastEnded();
            return ended == null ? "" : ended.signal().id();
        }

        @Operation
        public boolean ready() {
            return slot.ready();
        }
    }

    /** As an engine that looks whether the slot is free first and holds second, not at once, so that others come in between. */
    public static class LookingFirst {

        private final SignalStore store = new InMemorySignalStore(() -> SampleSignals.AT);
        private final SignalSlot slot = new SignalSlot(store, KEY, SlotClaim.none(store, KEY));

        @Operation
        public boolean holdIfFree() {
            if (slot.held() != null) {
                return false;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
            slot.hold(SIGNALS.get(1));
            return true;
        }
    }

    @Test
    void everyOrderIsLinearizable() {
        options().check(Calls.class);
    }

    @Test
    void anEngineThatLooksFirstAndHoldsSecondIsFound() {
        assertThatExceptionOfType(LincheckAssertionError.class)
                .isThrownBy(() -> options().iterations(20).check(LookingFirst.class));
    }
}
