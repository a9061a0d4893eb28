package io.backtestkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.backtestkit.signal.ClosedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.store.Claim;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.UnreadableSignalException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Damages the record of one key and looks at that key and its neighbour. Where the fixture says that a damage cannot
 * happen, the record must still be there and the store must report no damage.
 */
@Tag("damaged-records")
abstract class DamagedRecordsContract extends StoreContract {

    private static final Duration LEASE = Duration.ofMinutes(5);
    private static final Signal HELD = SampleSignals.fullyFilled(KEY).build();
    private static final Signal NEIGHBOUR = SampleSignals.openLong(OTHER).build();

    DamagedRecordsContract(Supplier<StoreFixture> fixtures) {
        super(fixtures);
    }

    /** Returns the damager if it could do it; else checks that nothing is wrong and returns nothing. */
    private Optional<Damager> damaged(Damage how) {
        store().write(KEY, HELD);
        return damagedAsItIs(how);
    }

    private Optional<Damager> damagedAsItIs(Damage how) {
        store().write(OTHER, NEIGHBOUR);
        Optional<Damager> damager =
                fixture().damager().filter(able -> able.possible().contains(how));
        if (damager.isEmpty()) {
            assertHolds(HELD);
            assertThat(damagedFindings()).as("check() of an undamaged store").isEmpty();
        } else if (fixture().durable()) {
            closeAndReopen(() -> damager.get().damage(KEY, how));
        } else {
            damager.get().damage(KEY, how);
        }
        return damager;
    }

    private void assertUnreadable(String act, Runnable call) {
        assertThatExceptionOfType(UnreadableSignalException.class)
                .as("%s of a damaged record", act)
                .isThrownBy(call::run)
                .satisfies(e -> {
                    assertThat(e.key()).as("the key it carries").contains(KEY);
                    assertThat(e.store()).as("the store it carries").isNotBlank();
                    assertThat(e.found()).as("what it says was found").isNotBlank();
                    assertThat(e.getMessage()).contains(KEY.toString(), e.store(), e.found());
                });
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void readingItThrowsAndKeepsTheBytes(Damage how) {
        damaged(how).ifPresent(damager -> {
            byte[] before = damager.bytes(KEY);

            assertUnreadable("read", () -> store().read(KEY));
            assertUnreadable("second read", () -> store().read(KEY));

            assertThat(damager.bytes(KEY)).as("the stored bytes").isEqualTo(before);
        });
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void writingOverItIsRefused(Damage how) {
        damaged(how).ifPresent(damager -> {
            byte[] before = damager.bytes(KEY);

            assertUnreadable("write", () -> store().write(KEY, HELD));
            assertUnreadable("write of several", () -> store().writeAll(Map.of(KEY, HELD)));

            assertThat(damager.bytes(KEY)).as("the stored bytes").isEqualTo(before);
            assertUnreadable("read", () -> store().read(KEY));
        });
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void deletingItIsRefused(Damage how) {
        damaged(how).ifPresent(damager -> {
            byte[] before = damager.bytes(KEY);

            assertUnreadable("delete", () -> store().delete(KEY));

            assertThat(damager.bytes(KEY)).as("the stored bytes").isEqualTo(before);
            assertUnreadable("read", () -> store().read(KEY));
        });
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void endingItIsRefused(Damage how) {
        ClosedSignal ended = SampleSignals.closed(HELD);
        damaged(how).ifPresent(damager -> {
            byte[] before = damager.bytes(KEY);

            assertUnreadable("end", () -> store().end(ended));

            assertThat(damager.bytes(KEY)).as("the stored bytes").isEqualTo(before);
        });
    }

    /** It is the owner who has to do with the slot when it is damaged. */
    @ParameterizedTest
    @EnumSource(Damage.class)
    void itsOwnerIsRefusedToo(Damage how) {
        withClaims(before -> {
            Claim claim = granted(before.claim(KEY, "owner", LEASE));
            before.write(claim, HELD);
            damagedAsItIs(how).ifPresent(damager -> {
                byte[] bytes = damager.bytes(KEY);
                withClaims(claims -> {
                    assertUnreadable("claimed write", () -> claims.write(claim, HELD));
                    assertUnreadable("claimed delete", () -> claims.delete(claim));
                    assertUnreadable("claimed end", () -> claims.end(claim, SampleSignals.closed(HELD)));
                });

                assertThat(damager.bytes(KEY)).as("the stored bytes").isEqualTo(bytes);
                assertUnreadable("read", () -> store().read(KEY));
            });
        });
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void theOtherSlotsAreUsedAsBefore(Damage how) {
        damaged(how);
        Signal next = NEIGHBOUR.toBuilder().note("next").build();

        assertHolds(NEIGHBOUR);
        store().write(OTHER, next);
        assertHolds(next);
        store().delete(OTHER);
        assertFree(OTHER);
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void itIsStillListedOrReported(Damage how) {
        if (damaged(how).isPresent() && fixture().listsKeys()) {
            assertThat(store().keys().contains(KEY) || !damagedFindings().isEmpty())
                    .as(
                            "keys() was %s, check() was %s; one of them must show the damage",
                            store().keys(), store().check())
                    .isTrue();
            assertThat(store().keys()).as("keys()").contains(OTHER);
            assertThat(store().keyless())
                    .as("keyless(), which tells what keys() leaves out: that was %s", store().keys())
                    .hasSize(store().keys().contains(KEY) ? 0 : 1);
        }
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void settingItAsideFreesTheSlot(Damage how) {
        if (damaged(how).isEmpty()) {
            return;
        }
        SignalStore store = store();
        if (!fixture().setsAside()) {
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .as("setAside() of a store declared not to offer it")
                    .isThrownBy(() -> store.setAside(KEY));
            assertUnreadable("read", () -> store.read(KEY));
            return;
        }

        assertThat(store.setAside(KEY)).as("where the bytes were kept").hasValueSatisfying(where -> assertThat(where)
                .isNotBlank());

        assertFree(KEY);
        assertThat(damagedFindings()).as("check() after setAside").isEmpty();
        assertLists(List.of(OTHER));
        assertThat(store.setAside(KEY)).as("second setAside").isEmpty();
        store.write(KEY, HELD);
        assertHolds(HELD);
        store.delete(KEY);
        closeAndReopen();
        assertFree(KEY);
    }

    /** Whoever had the slot may still have something to say, and the epochs that follow must not fit it. */
    @ParameterizedTest
    @EnumSource(Damage.class)
    void settingItAsideForgetsNoEpoch(Damage how) {
        withClaims(before -> {
            granted(before.claim(KEY, "owner", LEASE));
            Claim old = granted(before.claim(KEY, "owner", LEASE));
            before.write(old, HELD);
            before.release(old);
            if (damagedAsItIs(how).isPresent() && fixture().setsAside()) {
                store().setAside(KEY);
            }
            withClaims(claims -> assertThat(
                            granted(claims.claim(KEY, "next", LEASE)).epoch())
                    .as("the epoch of the next claim")
                    .isGreaterThan(old.epoch()));
        });
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void whatIsSetAsideIsKeptAsItWas(Damage how) {
        Optional<Damager> damager = damaged(how);
        if (damager.isEmpty() || !fixture().setsAside()) {
            return; // see settingItAsideFreesTheSlot
        }
        byte[] before = damager.get().bytes(KEY);

        store().setAside(KEY);

        damager.get().keptBytes(KEY).ifPresent(kept -> assertThat(kept)
                .as("the bytes that were kept")
                .isEqualTo(before));
    }
}
