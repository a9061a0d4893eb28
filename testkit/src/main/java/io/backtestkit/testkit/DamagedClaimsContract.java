package io.backtestkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.backtestkit.signal.Signal;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimLostException;
import io.backtestkit.store.Claims;
import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.UnreadableSignalException;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Damages what is kept about the claims of a slot. Where the fixture says that this cannot happen, the claim must still be
 * known.
 */
@Tag("damaged-claims")
abstract class DamagedClaimsContract extends StoreContract {

    private static final Duration LEASE = Duration.ofMinutes(5);
    private static final Signal HELD = SampleSignals.openLong(KEY).build();
    private static final Signal NEXT = HELD.toBuilder().note("next").build();

    DamagedClaimsContract(Supplier<StoreFixture> fixtures) {
        super(fixtures);
    }

    /** Checks what becomes of two claimed slots of which one is damaged. */
    private void withDamagedClaim(BiConsumer<Claims, Claim> checks) {
        withClaims(before -> {
            granted(before.claim(KEY, "owner", LEASE));
            granted(before.claim(KEY, "owner", LEASE));
            Claim claim = granted(before.claim(KEY, "owner", LEASE));
            before.write(claim, HELD);
            granted(before.claim(OTHER, "neighbour", LEASE));
            if (!damaged()) {
                withClaims(claims -> {
                    if (fixture().durable()) {
                        assertThat(claims.holder(KEY)).contains(claim);
                    }
                });
                return;
            }
            withClaims(claims -> checks.accept(claims, claim));
        });
    }

    private boolean damaged() {
        boolean[] damaged = new boolean[1];
        Runnable damage = () -> damaged[0] =
                fixture().damager().map(damager -> damager.damageClaim(KEY)).orElse(false);
        if (fixture().durable()) {
            closeAndReopen(damage);
        } else {
            damage.run();
        }
        return damaged[0];
    }

    private static void assertUnreadable(String act, Runnable call) {
        assertThatExceptionOfType(UnreadableSignalException.class)
                .as("%s of a slot whose claim is damaged", act)
                .isThrownBy(call::run)
                .satisfies(e -> assertThat(e.key()).as("the key it carries").contains(KEY));
    }

    /** Else the epochs would begin again, and what an older owner still has to say would fit one of them. */
    @Test
    void itIsNotTakenForNoneAndNeverGranted() {
        withDamagedClaim((claims, claim) -> {
            assertUnreadable("holder", () -> claims.holder(KEY));
            assertUnreadable("claim by another", () -> claims.claim(KEY, "other", LEASE));
            assertUnreadable("claim by its owner", () -> claims.claim(KEY, "owner", LEASE));
            assertUnreadable("takeOver", () -> claims.takeOver(claim, "other", LEASE));
            assertUnreadable("second claim", () -> claims.claim(KEY, "other", LEASE));
        });
    }

    /** Nothing tells whose the slot is; so nobody changes it, with a claim or without. */
    @Test
    void itsSlotIsReadAndChangedByNobody() {
        withDamagedClaim((claims, claim) -> {
            Claim guessed = new Claim(KEY, "owner", claim.epoch() + 1, claim.until());

            assertThatExceptionOfType(SignalStoreException.class)
                    .as("write under an epoch that was never granted")
                    .isThrownBy(() -> claims.write(guessed, NEXT));
            assertThatExceptionOfType(SignalStoreException.class)
                    .as("write without a claim")
                    .isThrownBy(() -> store().write(KEY, NEXT));
            assertThatExceptionOfType(SignalStoreException.class)
                    .as("delete without a claim")
                    .isThrownBy(() -> store().delete(KEY));

            assertHolds(HELD);
        });
    }

    /** Else an operator learns of it only when the next program asks for the slot. */
    @Test
    void anExaminationTellsIt() {
        withDamagedClaim((claims, claim) -> {
            assertTellsDamage();
            if (fixture().setsAside()) {
                store().setAside(KEY);
                assertThat(damagedFindings()).as("check() after setAside").isEmpty();
            }
        });
    }

    @Test
    void theClaimsOfOtherSlotsGoOn() {
        withDamagedClaim((claims, claim) -> {
            Claim neighbour = claims.holder(OTHER).orElseThrow();

            claims.write(neighbour, SampleSignals.openLong(OTHER).build());

            assertHolds(SampleSignals.openLong(OTHER).build());
            assertThat(granted(claims.claim(OTHER, "neighbour", LEASE)).epoch()).isGreaterThan(neighbour.epoch());
        });
    }

    /** Whoever had the slot may still have something to say, and the epochs that follow must not fit it. */
    @Test
    void setAsideItLeavesTheSignalAndNoEarlierClaimInForce() {
        withDamagedClaim((claims, claim) -> {
            if (!fixture().setsAside()) {
                return; // that setAside says so is shown where records are damaged
            }
            assertThat(store().setAside(KEY)).as("where it was kept").isPresent();

            assertHolds(HELD);
            assertThat(claims.holder(KEY)).as("who has the slot").isEmpty();
            assertThat(store().setAside(KEY)).as("second setAside").isEmpty();
            assertLost("write", () -> claims.write(claim, NEXT));
            assertLost("renewal", () -> claims.renew(claim, LEASE));
            assertHolds(HELD);

            Claim next = granted(claims.claim(KEY, "next", LEASE));

            assertThat(next.epoch()).as("the epoch of the next claim").isGreaterThan(claim.epoch());
            assertLost("write after the next claim", () -> claims.write(claim, NEXT));
            claims.write(next, NEXT);
            assertHolds(NEXT);
        });
    }

    private static void assertLost(String act, Runnable call) {
        assertThatExceptionOfType(ClaimLostException.class)
                .as("%s by the owner of a claim that was set aside", act)
                .isThrownBy(call::run);
    }
}
