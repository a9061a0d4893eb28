package io.backtestkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.BatchingSignalStore.Batching;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A damaged record that is given up or replaced: by a store that knows only how to give up, and through the decorators. */
class SettingAsideTest {

    private static final SignalKey KEY = TestSignals.KEY;
    private static final Signal RIGHT = TestSignals.open("right");

    private final Damaged below = new Damaged();
    private final List<SignalStoreException> failures = new ArrayList<>();
    private final BatchingSignalStore batching = new BatchingSignalStore(
            below, new Batching(100, Duration.ofSeconds(1), 100), failures::add, (delay, task) -> {});

    /** A store of one slot, in memory, which only gives damage up. */
    private static class Damaged implements SignalStore {

        private boolean damaged;
        private boolean claimDamaged;
        private boolean dying;
        private Optional<Signal> held = Optional.empty();

        @Override
        public void write(SignalKey key, Signal signal) {
            var unused = read(key);
            if (dying) {
                throw StoreUnavailableException.notSent(
                        StoreFailure.of("write signal", key, "test", "it died", ""), null);
            }
            held = Optional.of(signal);
        }

        @Override
        public Optional<Signal> read(SignalKey key) {
            if (damaged) {
                throw new UnreadableSignalException(
                        StoreFailure.of("read signal", key, "test", "it was damaged", ""), null);
            }
            return held;
        }

        @Override
        public void delete(SignalKey key) {
            var unused = read(key);
            held = Optional.empty();
        }

        @Override
        public Optional<String> setAside(SignalKey key) {
            boolean any = damaged || claimDamaged;
            if (damaged) {
                held = Optional.empty();
            }
            damaged = false;
            claimDamaged = false;
            return any ? Optional.of("aside") : Optional.empty();
        }
    }

    @Test
    void byDefaultADamagedRecordIsGivenUpAndThenReplaced() {
        below.damaged = true;

        assertThat(below.setAside(KEY, RIGHT)).contains("aside");

        assertThat(below.read(KEY)).contains(RIGHT);
    }

    @Test
    void byDefaultASignalThatCanBeReadAndAFreeSlotStayAlsoUnderADamagedClaim() {
        for (Optional<Signal> there : List.of(Optional.<Signal>empty(), Optional.of(TestSignals.open("held")))) {
            below.held = there;
            assertThat(below.setAside(KEY, RIGHT)).isEmpty();
            assertThat(below.read(KEY)).isEqualTo(there);

            below.claimDamaged = true;
            assertThat(below.setAside(KEY, RIGHT)).contains("aside");
            assertThat(below.read(KEY)).isEqualTo(there);
        }
    }

    @Test
    void byDefaultAReplacementOfAnotherKeyIsRefusedBeforeAnythingIsGivenUp() {
        below.damaged = true;

        assertThatThrownBy(() -> below.setAside(new SignalKey("another", "KEY"), RIGHT))
                .isInstanceOf(IllegalArgumentException.class);

        assertThat(below.damaged).isTrue();
    }

    @Test
    void byDefaultAWriteThatFailsLeavesTheSlotFreeAndIsTold() {
        below.damaged = true;
        below.dying = true;

        assertThatThrownBy(() -> below.setAside(KEY, RIGHT)).isInstanceOf(StoreUnavailableException.class);

        assertThat(below.read(KEY)).isEmpty();
    }

    @Test
    void decoratorsPassAReplacementOnToAStoreThatDoesItInOneStep() {
        List<Signal> replaced = new ArrayList<>();
        SignalStore atOnce = new Damaged() {
            @Override
            public Optional<String> setAside(SignalKey key, Signal replacement) {
                replaced.add(replacement);
                return Optional.of("at once");
            }

            @Override
            public Optional<Claims> claims() {
                return new InMemorySignalStore().claims();
            }
        };
        Claim claim = atOnce.claims()
                .orElseThrow()
                .claim(KEY, "owner", Duration.ofMinutes(1))
                .claim();

        for (SignalStore store : List.of(
                new RetryingSignalStore(atOnce, RetryPolicy.standard()),
                new ClaimedSignalStore(atOnce, claim),
                new BatchingSignalStore(atOnce, Batching.standard(), failures::add, (delay, task) -> {}))) {
            assertThat(store.setAside(KEY, RIGHT)).contains("at once");
        }

        assertThat(replaced).containsExactly(RIGHT, RIGHT, RIGHT);
    }

    @Test
    void whatIsQueuedGoesWithTheDamagedRecordUnderIt() {
        batching.write(KEY, TestSignals.open("queued"));
        below.damaged = true;

        assertThat(batching.setAside(KEY, RIGHT)).isPresent();

        assertThat(batching.read(KEY)).contains(RIGHT);
        batching.flush();
        assertThat(below.read(KEY)).contains(RIGHT);
    }

    @Test
    void whatIsQueuedStaysIfNothingIsDamagedUnderIt() {
        batching.write(KEY, TestSignals.open("queued"));

        assertThat(batching.setAside(KEY)).isEmpty();
        assertThat(batching.setAside(KEY, RIGHT)).isEmpty();

        assertThat(batching.read(KEY)).contains(TestSignals.open("queued"));
    }
}
