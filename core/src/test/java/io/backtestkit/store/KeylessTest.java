package io.backtestkit.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.BatchingSignalStore.Batching;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Damage that no key tells is told through everything that stands before a store. */
class KeylessTest {

    private static final List<StoreFinding> FOUND =
            List.of(StoreFinding.damaged("signal in x", "it is empty", "Look into it."));

    private final InMemorySignalStore memory = new InMemorySignalStore();

    private final SignalStore store = new SignalStore() {
        @Override
        public void write(SignalKey key, Signal signal) {
            memory.write(key, signal);
        }

        @Override
        public Optional<Signal> read(SignalKey key) {
            return memory.read(key);
        }

        @Override
        public void delete(SignalKey key) {
            memory.delete(key);
        }

        @Override
        public Optional<Claims> claims() {
            return memory.claims();
        }

        @Override
        public Set<SignalKey> keys() {
            return memory.keys();
        }

        @Override
        public List<StoreFinding> keyless() {
            return FOUND;
        }
    };

    @Test
    void everyDecoratorPassesItOn() {
        Claim claim = new Claim(TestSignals.KEY, "me", 1, Instant.EPOCH);
        try (SignalStore retrying =
                        new RetryingSignalStore(store, new RetryPolicy(1, Duration.ofMillis(1), Duration.ofMillis(1)));
                SignalStore batching =
                        new BatchingSignalStore(store, Batching.standard(), failure -> {}, (delay, task) -> {})) {
            assertThat(List.of(
                            retrying, batching, new ReadOnlySignalStore(store), new ClaimedSignalStore(store, claim)))
                    .allSatisfy(each -> assertThat(each.keyless()).isEqualTo(FOUND));
        }
    }

    @Test
    void theDefaultExaminationTellsIt() {
        Signal held = TestSignals.open("a1");
        store.write(TestSignals.KEY, held);

        assertThat(store.check()).containsExactly(StoreFinding.readable(held), FOUND.get(0));
    }

    @Test
    void aStoreWhoseKeysCanAlwaysBeToldHasNone() {
        assertThat(memory.keyless()).isEmpty();
    }
}
