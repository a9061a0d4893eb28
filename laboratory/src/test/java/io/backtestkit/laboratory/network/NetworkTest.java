package io.backtestkit.laboratory.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.laboratory.Tally;
import io.backtestkit.laboratory.session.WatchedStore;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.StoreUnavailableException;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkTest {

    private static final Set<String> CHANGES = Set.of("write", "delete", "end");

    private static Tally run(String name, UnaryOperator<SignalStore> planted) {
        Tally tally = new Tally();
        try (Network network = new Network(2, planted)) {
            network.run(name, tally);
        }
        return tally;
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis/0", "postgres/0"})
    void nothingIsLostOrDoubledWhileTheNetworkFails(String name) {
        Tally tally = run(name, store -> store);
        assertThat(tally.bad()).isEmpty();
        assertThat(tally.triedCount()).isPositive();
        assertThat(tally.notes()).allMatch(note -> note.contains("unknown outcome"));
    }

    @Test
    void aStoreThatTakesAnUnknownOutcomeForDoneIsFound() {
        assertThat(run(
                                "redis/0-4",
                                store -> WatchedStore.of(store, (name, call) -> {
                                    try {
                                        return call.make();
                                    } catch (StoreUnavailableException e) {
                                        if (e.mayHaveHappened() && CHANGES.contains(name)) {
                                            return null;
                                        }
                                        throw e;
                                    }
                                }))
                        .bad())
                .isNotEmpty();
    }
}
