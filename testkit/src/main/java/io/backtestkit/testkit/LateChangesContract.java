package io.backtestkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimedSignalStore;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.UnreadableSignalException;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a change depends on, its claim and what the slot holds, is compared in the same step as the change: to look first and
 * change second lets others in between. Where a fixture offers no claims, the store must not offer any.
 */
@Tag("late-changes")
abstract class LateChangesContract extends NetworkContract {

    private static final int RACES = 12;
    private static final int HEAD_STARTS = 3;
    private static final Duration LONGEST_RACE = Duration.ofSeconds(15);

    LateChangesContract(Supplier<StoreFixture> fixtures) {
        super(fixtures);
    }

    @ParameterizedTest
    @EnumSource(ClaimedChange.class)
    void aRequestThatArrivesAfterItsOwnerWasSucceededChangesNothing(ClaimedChange change) {
        succeed(change, LateChange.SUCCESSOR);
    }

    /** Whoever is not told what became of a change claims anew: what was meant under the claim before comes too late then. */
    @ParameterizedTest
    @EnumSource(ClaimedChange.class)
    void aRequestThatArrivesAfterItsOwnerClaimedAnewChangesNothing(ClaimedChange change) {
        succeed(change, LateChange.OWNER);
    }

    private void succeed(ClaimedChange change, String successor) {
        withClaims(claims -> behindProxy(proxied -> LateRequests.holdEach(proxied, change.name(), key -> {
            LateChange late = new LateChange(
                    change,
                    proxied.direct,
                    proxied.store.claims().orElseThrow(),
                    key,
                    successor,
                    proxied.server.longestCall());
            assertHeld(proxied, key);
            return late;
        })));
    }

    private static void assertHeld(ProxiedStore proxied, SignalKey key) {
        assertThat(proxied.readOnceBack(key)).as("read of %s, undisturbed", key).contains(Change.held(key));
    }

    /** Else the position that was opened next would be forgotten. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anEndThatArrivesAfterTheNextSignalLeavesIt(boolean again) {
        behindProxy(proxied -> {
            if (fixture().endsInOneStep()) {
                endLate(proxied, again, key -> store -> store);
            }
        });
    }

    /** A claim that is still good says nothing of what the slot holds. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anEndThatArrivesAfterItsOwnersNextSignalLeavesIt(boolean again) {
        withClaims(claims -> behindProxy(proxied -> endLate(proxied, again, key -> {
            Claim claim = granted(claims.claim(key, LateChange.OWNER, LateChange.LEASE));
            return store -> new ClaimedSignalStore(store, claim);
        })));
    }

    /** What makes the changes of a slot over a store. */
    private interface Hand {
        UnaryOperator<SignalStore> of(SignalKey key);
    }

    private static void endLate(ProxiedStore proxied, boolean again, Hand hand) {
        LateRequests.holdEach(proxied, "END", key -> {
            UnaryOperator<SignalStore> over = hand.of(key);
            LateEnd late = new LateEnd(
                    over.apply(proxied.direct), over.apply(proxied.store), key, again, proxied.server.longestCall());
            assertThat(proxied.readOnceBack(key).isEmpty())
                    .as("%s is free, undisturbed", key)
                    .isEqualTo(again);
            return late;
        });
    }

    /** Somebody else has mended it meanwhile, and a position may be held in it again. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSettingAsideThatArrivesAfterTheSlotCanBeReadAgainLeavesIt(boolean replacing) {
        boolean shown = !replacing || fixture().replacesInOneStep();
        if (!fixture().setsAside() || !shown) {
            return; // that it says so is shown where records are damaged
        }
        fixture()
                .damager()
                .filter(damager -> !damager.possible().isEmpty())
                .ifPresent(damager -> behindProxy(proxied -> LateRequests.holdEach(proxied, "SET_ASIDE", key -> {
                    LateSetAside late = new LateSetAside(
                            proxied.direct, proxied.store, key, damager, replacing, proxied.server.longestCall());
                    assertUnreadable(proxied, key);
                    return late;
                })));
    }

    private static void assertUnreadable(ProxiedStore proxied, SignalKey key) {
        assertThatExceptionOfType(UnreadableSignalException.class)
                .as("read of %s, which is damaged", key)
                .isThrownBy(() -> proxied.readOnceBack(key));
    }

    /** Many times at once, without any network: this owner changes while the next one takes over. */
    @ParameterizedTest
    @EnumSource(ClaimedChange.class)
    void anOwnerRacingItsSuccessorChangesNothingOnceThatWasGranted(ClaimedChange change) {
        withClaims(claims -> {
            for (int race = 0; race < RACES + HEAD_STARTS; race++) {
                SignalKey key = new SignalKey("race", change + "-" + race);
                LateChange late = new LateChange(change, store(), claims, key, LateChange.SUCCESSOR, LONGEST_RACE);
                late.begin();
                if (race < RACES) {
                    late.raceAt((double) race / RACES);
                } else {
                    late.raceBehind();
                }
                boolean done = late.wasToldDone();
                late.assertChangedNothing();
                assertThat(late.wasMade() || !done)
                        .as("%s was made, or not told to be", late)
                        .isTrue();
            }
        });
    }
}
