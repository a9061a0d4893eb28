package io.backtestkit.laboratory.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.laboratory.PassingClaims;
import io.backtestkit.laboratory.PassingStore;
import io.backtestkit.laboratory.Run;
import io.backtestkit.laboratory.Tally;
import io.backtestkit.laboratory.history.Outcome.Kind;
import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimAnswer;
import io.backtestkit.store.ClaimLostException;
import io.backtestkit.store.Claims;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.StoreFailure;
import io.backtestkit.store.StoreUnavailableException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistoriesTest {

    private static final PrintStream NOWHERE =
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);

    private static SignalStore claimedThrough(SignalStore store, UnaryOperator<Claims> wrong) {
        Optional<Claims> claims = store.claims().map(wrong);
        return new PassingStore(store) {
            @Override
            public Optional<Claims> claims() {
                return claims;
            }
        };
    }

    /** Makes histories on stores of that kind until one is bad. */
    private static String found(String kind, UnaryOperator<SignalStore> planted) {
        Histories histories = new Histories(1, planted);
        for (int number = 0; number < 60; number += 2) { // even ones stay in this process
            Tally tally = new Tally();
            histories.run(kind + "/" + number, tally);
            if (!tally.bad().isEmpty()) {
                return tally.bad().get(0).found();
            }
        }
        throw new AssertionError("nothing was found on " + kind);
    }

    @Test
    void aHistoryOfEachStoreIsLinearizable() {
        Tally tally = new Run(new Histories(5), 4, null, NOWHERE).run();
        assertThat(tally.bad()).isEmpty();
        assertThat(tally.triedCount()).isEqualTo(5);
    }

    /** Who meets whom is not drawn: what did not happen in one history happens in one of the next. */
    @ParameterizedTest
    @ValueSource(strings = {"redis", "postgres", "mongo"})
    void theFaultsStrikeAndOwnersAreSucceeded(String store) {
        Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
        int number = 0;
        while (number < 12 && !counts.keySet().containsAll(Set.of(Kind.DONE, Kind.LOST, Kind.UNKNOWN))) {
            History history = new Histories(1).record(store + "/" + number);
            assertThat(history.fault()).isEmpty();
            for (Kind kind : Kind.values()) {
                if (history.count(kind) > 0) {
                    counts.merge(kind, (int) history.count(kind), Integer::sum);
                }
            }
            number++;
        }
        assertThat(counts).containsKeys(Kind.DONE, Kind.LOST, Kind.UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "files"})
    void aReaderThatRemembersIsFound(String store) {
        assertThat(found(store, real -> {
                    Map<SignalKey, Optional<Signal>> remembered = new ConcurrentHashMap<>();
                    return new PassingStore(real) {
                        @Override
                        public Optional<Signal> read(SignalKey key) {
                            return remembered.computeIfAbsent(key, super::read);
                        }
                    };
                }))
                .contains("STUCK");
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "files"})
    void aStoreThatTakesWritesWithoutComparingEpochsIsFound(String store) {
        assertThat(found(
                        store,
                        real -> claimedThrough(real, claims -> new PassingClaims(claims) {
                            @Override
                            public void write(Claim claim, Signal signal) {
                                super.write(holder(claim.key()).orElse(claim), signal);
                            }
                        })))
                .contains("STUCK");
    }

    @Test
    void aStoreThatAcknowledgesWhatItRefusesIsFound() {
        assertThat(found(
                        "memory",
                        real -> claimedThrough(real, claims -> new PassingClaims(claims) {
                            @Override
                            public void delete(Claim claim) {
                                try {
                                    super.delete(claim);
                                } catch (ClaimLostException e) {
                                    return;
                                }
                            }
                        })))
                .contains("STUCK");
    }

    @Test
    void aStoreThatGrantsOneEpochTwiceIsFound() {
        assertThat(found(
                        "memory",
                        real -> claimedThrough(real, claims -> new PassingClaims(claims) {
                            @Override
                            public ClaimAnswer takeOver(Claim dead, String owner, Duration lease) {
                                return new ClaimAnswer.Granted(
                                        new Claim(dead.key(), owner, dead.epoch(), dead.until()));
                            }
                        })))
                .contains("STUCK");
    }

    @Test
    void aStoreThatSaysNothingHappenedThoughItDidIsFound() {
        assertThat(found(
                        "memory",
                        real -> claimedThrough(real, claims -> new PassingClaims(claims) {
                            private int ends;

                            @Override
                            public void end(Claim claim, EndedSignal ended) {
                                super.end(claim, ended);
                                if (++ends % 3 == 0) {
                                    throw StoreUnavailableException.notSent(
                                            StoreFailure.of(
                                                    "end signal", claim.key(), "memory:", "planted", "Find it."),
                                            null);
                                }
                            }
                        })))
                .contains("STUCK");
    }
}
