package io.backtestkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.signal.SignalKey;
import java.time.Duration;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The claim is compared in the same step as the change: to look first and change second lets a successor in between. Where a
 * fixture offers no claims, the store must not offer any.
 */
@Tag("late-changes")
abstract class LateChangesContract extends NetworkContract {

    private static final int MOST_MESSAGES = 50;
    private static final int MOST_TRIES = 5;
    private static final int RACES = 12;
    private static final int HEAD_STARTS = 3;
    private static final Duration LONGEST_RACE = Duration.ofSeconds(15);

    LateChangesContract(Supplier<StoreFixture> fixtures) {
        super(fixtures);
    }

    /** What became of one attempt to hold a message of a change. */
    private enum Holding {
        /** It was held until its owner was succeeded. */
        LATE,
        /** The change needs no such message. */
        THROUGH,
        /** Something else was held, of a client that looks at its server now and then, or a slow machine made it give up. */
        NOTHING_SHOWN
    }

    /** Holds the first message of the change in the network, then the second, until the change needs no more of them. */
    @ParameterizedTest
    @EnumSource(ClaimedChange.class)
    void aRequestThatArrivesAfterItsOwnerWasSucceededChangesNothing(ClaimedChange change) {
        withClaims(claims -> behindProxy(proxied -> {
            int passing = 0;
            for (int tries = 0; tries < MOST_TRIES; tries++) {
                Holding holding = hold(proxied, change, passing, tries);
                while (holding == Holding.LATE && passing < MOST_MESSAGES) {
                    passing++;
                    tries = 0;
                    holding = hold(proxied, change, passing, tries);
                }
                if (holding == Holding.THROUGH) {
                    break;
                }
            }
            assertThat(passing)
                    .as("messages of a %s that were held; does openThrough use its address?", change)
                    .isPositive()
                    .isLessThan(MOST_MESSAGES);
        }));
    }

    private static Holding hold(ProxiedStore proxied, ClaimedChange change, int passing, int tries) {
        SignalKey key = new SignalKey("late", change + "-" + passing + "-" + tries);
        LateChange late = new LateChange(
                change, proxied.direct, proxied.store.claims().orElseThrow(), key, proxied.server.longestCall());
        assertThat(proxied.readOnceBack(key)).as("read of %s, undisturbed", key).contains(Change.held(key));
        proxied.proxy.holdOnce(passing);
        try {
            late.begin();
            late.await(() -> late.isDone() || proxied.proxy.holds());
            if (!proxied.proxy.holds()) {
                return late.wasToldDone() ? Holding.THROUGH : Holding.NOTHING_SHOWN;
            }
            return deliverLate(proxied, late);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting", e);
        } finally {
            proxied.proxy.holdNothing();
        }
    }

    private static Holding deliverLate(ProxiedStore proxied, LateChange late) throws InterruptedException {
        boolean succeeded = late.succeedsSoon();
        boolean answeredBefore = late.isDone();
        proxied.proxy.deliver();
        boolean done = late.wasToldDone();
        if (!succeeded) {
            late.succeed();
        }
        late.assertChangedNothing();
        if (done && succeeded && late.wasNotMadeBefore() && !answeredBefore) {
            throw new AssertionError("success was told of " + late);
        }
        return done && answeredBefore ? Holding.NOTHING_SHOWN : Holding.LATE;
    }

    /** Many times at once, without any network: this owner changes while the next one takes over. */
    @ParameterizedTest
    @EnumSource(ClaimedChange.class)
    void anOwnerRacingItsSuccessorChangesNothingOnceThatWasGranted(ClaimedChange change) {
        withClaims(claims -> {
            for (int race = 0; race < RACES + HEAD_STARTS; race++) {
                SignalKey key = new SignalKey("race", change + "-" + race);
                LateChange late = new LateChange(change, store(), claims, key, LONGEST_RACE);
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
