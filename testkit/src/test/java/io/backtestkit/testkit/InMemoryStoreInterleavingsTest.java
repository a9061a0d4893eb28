package io.backtestkit.testkit;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimAnswer;
import io.backtestkit.store.ClaimLostException;
import io.backtestkit.store.Claims;
import io.backtestkit.store.InMemorySignalStore;
import io.backtestkit.store.SignalStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/**
 * The in-memory store under every order in which two threads meet, when Lincheck lets them make a few calls again and again. {@code
 * -Dbacktestkit.interleavings=100} tries so many scenarios; each is run 500 times.
 */
class InMemoryStoreInterleavingsTest {

    private static final int SCENARIOS = Integer.getInteger("backtestkit.interleavings", 3);
    private static final SignalKey KEY = SampleSignals.key();
    private static final Instant NOW = SampleSignals.AT;
    private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(200);
    private static final Duration LEASE = Duration.ofHours(1);
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

    private static Claim claim(int epoch) {
        return new Claim(KEY, "owner", epoch, NOW);
    }

    private static String told(ClaimAnswer answer) {
        return answer.getClass().getSimpleName() + " " + answer.claim().epoch();
    }

    private static String tried(Supplier<String> call) {
        try {
            return call.get();
        } catch (ClaimLostException e) {
            return "lost";
        }
    }

    /** What Lincheck calls; numbers are epochs and signals. */
    @Param(name = "number", gen = IntGen.class, conf = "1:2")
    public static class Calls {

        private final SignalStore store = new InMemorySignalStore(() -> NOW);
        private final Claims claims = store.claims().orElseThrow();

        @Operation
        public String claim() {
            return told(claims.claim(KEY, "owner", LEASE));
        }

        @Operation(params = "number")
        public String takeOver(int number) {
            return told(claims.takeOver(InMemoryStoreInterleavingsTest.claim(number), "owner", LEASE));
        }

        @Operation(params = {"number", "number"})
        public String write(int epoch, int signal) {
            return tried(() -> {
                claims.write(InMemoryStoreInterleavingsTest.claim(epoch), SIGNALS.get(signal));
                return "written";
            });
        }

        @Operation(params = {"number", "number"})
        public String end(int epoch, int signal) {
            return tried(() -> {
                claims.end(InMemoryStoreInterleavingsTest.claim(epoch), ENDED.get(signal));
                return "ended";
            });
        }

        @Operation(params = "number")
        public void release(int epoch) {
            claims.release(InMemoryStoreInterleavingsTest.claim(epoch));
        }

        @Operation
        public String read() {
            return store.read(KEY).map(Signal::id).orElse("");
        }
    }

    /** As a caller who looks first whether the slot is free and writes second, not at once, so that others come in between. */
    public static class LookingFirst {

        private final SignalStore store = new InMemorySignalStore(() -> NOW);

        @Operation
        public boolean writeIfFree() {
            if (store.read(KEY).isPresent()) {
                return false;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
            store.write(KEY, SIGNALS.get(1));
            return true;
        }
    }

    @Test
    void everyOrderIsLinearizable() {
        options().check(Calls.class);
    }

    @Test
    void whoLooksFirstAndWritesSecondIsFound() {
        assertThatExceptionOfType(LincheckAssertionError.class)
                .isThrownBy(() -> options().iterations(20).check(LookingFirst.class));
    }
}
