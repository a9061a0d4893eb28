package io.backtestkit.laboratory.trouble;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.laboratory.Tally;
import io.backtestkit.laboratory.session.WatchedStore;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStoreException;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TroublesTest {

    private static Tally run(String name, UnaryOperator<SignalStore> planted) {
        Tally tally = new Tally();
        new Troubles(1, planted, () -> Optional.of("nobody may mount")).run(name + "/0", tally);
        return tally;
    }

    /** Those on a file system of their own need the right to mount one, and are left to the laboratory. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "files/slow-disk",
                "postgres/certificate-expired",
                "postgres/password-changed",
                "redis/certificate-expired",
                "redis/out-of-memory"
            })
    void troublesPassAndNothingIsLost(String name) {
        Tally tally = run(name, store -> store);
        assertThat(tally.bad()).isEmpty();
        assertThat(tally.triedCount()).isEqualTo(3);
    }

    /** What needs to mount is told as not run where nobody may, and not counted as tried. */
    @Test
    void aCaseThatIsNotAllowedHereIsTold() {
        for (String name : List.of("files/full-disk", "postgres/full-disk", "redis/full-disk")) {
            Tally tally = run(name, store -> store);
            assertThat(tally.notRun()).containsExactly(new Tally.NotRun(name + "/0", "nobody may mount"));
            assertThat(tally.triedCount()).isZero();
        }
    }

    @Test
    void aStoreThatSwallowsFailuresIsFound() {
        assertThat(run(
                                "redis/out-of-memory",
                                store -> WatchedStore.of(store, (name, call) -> {
                                    try {
                                        return call.make();
                                    } catch (SignalStoreException e) {
                                        if (name.equals("write")) {
                                            return null;
                                        }
                                        throw e;
                                    }
                                }))
                        .bad())
                .isNotEmpty();
    }

    /** Whoever gives up for good after a failure does not come back when the trouble has passed. */
    @Test
    void aStoreThatDoesNotRecoverIsFound() {
        assertThat(run(
                                "redis/too-few-replicas",
                                store -> WatchedStore.of(store, new WatchedStore.Watcher() {
                                    private @Nullable SignalStoreException failure;

                                    @Override
                                    public @Nullable Object around(String name, WatchedStore.Call call) {
                                        if (failure != null) {
                                            throw failure;
                                        }
                                        try {
                                            return call.make();
                                        } catch (SignalStoreException e) {
                                            failure = e;
                                            throw e;
                                        }
                                    }
                                }))
                        .bad())
                .anyMatch(bad -> bad.found().contains("did not recover"));
    }
}
