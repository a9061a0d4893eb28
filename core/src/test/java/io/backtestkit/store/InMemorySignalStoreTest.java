package io.backtestkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.backtestkit.signal.SignalKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the conformance kit, which depends on this module, cannot show; the rest of the contract is shown there. */
class InMemorySignalStoreTest {

    private final InMemorySignalStore store = new InMemorySignalStore();

    @Test
    void aWrongKeyAmongSeveralLeavesAllUnwritten() {
        SignalKey other = new SignalKey("other", "X");

        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() ->
                        store.writeAll(Map.of(TestSignals.KEY, TestSignals.open("a"), other, TestSignals.open("b"))));

        assertThat(store.keys()).isEmpty();
    }

    @Test
    void aListOfKeysOrTradesDoesNotChangeLater() {
        store.append(TestSignals.closed("a"));
        List<?> trades = store.trades(TestSignals.KEY, Instant.MIN, Instant.MAX);
        store.write(TestSignals.KEY, TestSignals.open("b"));
        var keys = store.keys();

        store.end(TestSignals.closed("b"));

        assertThat(keys).containsExactly(TestSignals.KEY);
        assertThat(trades).hasSize(1);
    }

    @Test
    void aDiscardedHistoryIsGoneAndThoseOfOtherSlotsAreNot() {
        SignalKey other = new SignalKey("other", "X");
        store.append(TestSignals.closed("a"));

        store.discard(other);
        assertThat(store.last(TestSignals.KEY)).isPresent();
        store.discard(TestSignals.KEY);

        assertThat(store.last(TestSignals.KEY)).isEmpty();
        assertThat(store.loggedKeys()).isEmpty();
        store.append(TestSignals.closed("a"));
        assertThat(store.trades(TestSignals.KEY)).hasSize(1);
    }

    @Test
    void everyHealthyRecordIsReportedByTheCheck() {
        store.write(TestSignals.KEY, TestSignals.open("a"));

        assertThat(store.check())
                .singleElement()
                .satisfies(finding -> assertThat(finding.level()).isEqualTo(StoreFinding.Level.OK))
                .satisfies(finding -> assertThat(finding.subject()).isEqualTo("signal breakout/BTCUSDT"));
    }

    @Test
    void theCheckTellsTheHistoryOfAFreeSlotAndWhoHasIt() {
        store.append(TestSignals.closed("before"));
        store.claims().orElseThrow().claim(TestSignals.KEY, "me", Duration.ofMinutes(1));

        assertThat(store.check())
                .allSatisfy(finding -> assertThat(finding.level()).isEqualTo(StoreFinding.Level.OK))
                .extracting(StoreFinding::subject)
                .containsExactly("trades of breakout/BTCUSDT", "claim of breakout/BTCUSDT");
    }

    @Test
    void aReadOnlyStoreShowsEverythingAndRefusesEveryChange() {
        store.write(TestSignals.KEY, TestSignals.open("a"));
        store.append(TestSignals.closed("before"));
        SignalStore guarded = new ReadOnlySignalStore(store);

        assertThat(guarded.read(TestSignals.KEY)).isEqualTo(store.read(TestSignals.KEY));
        assertThat(guarded.keys()).isEqualTo(store.keys());
        assertThat(guarded.tradeLog().orElseThrow().last(TestSignals.KEY)).contains(TestSignals.closed("before"));
        List<Runnable> changes = List.of(
                () -> guarded.write(TestSignals.KEY, TestSignals.open("b")),
                () -> guarded.writeAll(Map.of(TestSignals.KEY, TestSignals.open("b"))),
                () -> guarded.delete(TestSignals.KEY),
                () -> guarded.end(TestSignals.closed("a")),
                () -> guarded.setAside(TestSignals.KEY),
                () -> guarded.setAside(TestSignals.KEY, TestSignals.open("b")),
                () -> guarded.tradeLog().orElseThrow().append(TestSignals.closed("b")),
                () -> guarded.tradeLog().orElseThrow().discard(TestSignals.KEY));
        assertThat(changes).allSatisfy(change -> assertThatExceptionOfType(StoreRefusedException.class)
                .isThrownBy(change::run)
                .withMessageContaining("it was opened for reading only"));
        assertThat(store.read(TestSignals.KEY)).contains(TestSignals.open("a"));
        assertThat(store.trades(TestSignals.KEY)).containsExactly(TestSignals.closed("before"));
    }
}
