package io.backtestkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimAnswer;
import io.backtestkit.store.ClaimLostException;
import io.backtestkit.store.Claims;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Where a fixture declares that no claims are offered, the store must not offer any. */
@Tag("claimed-slots")
abstract class ClaimsContract extends StoreContract {

    private static final Duration LEASE = Duration.ofMinutes(5);
    private static final Duration BRIEF = Duration.ofMillis(250);
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final int ASKERS = 8;
    private static final int OPENED = 4;
    private static final int ASKED_SLOTS = 12;

    private static final Signal FIRST = SampleSignals.openLong(KEY).build();
    private static final Signal SECOND =
            FIRST.toBuilder().note("the successor's").build();

    ClaimsContract(Supplier<StoreFixture> fixtures) {
        super(fixtures);
    }

    private static Claim granted(Claims claims, SignalKey key, String owner) {
        return granted(claims.claim(key, owner, LEASE));
    }

    private static void assertLost(ThrowingCallable change) {
        assertThatExceptionOfType(ClaimLostException.class).isThrownBy(change).satisfies(lost -> assertThat(lost.key())
                .isPresent());
    }

    /** Lets somebody else have the slot as soon as the lease has run out. */
    private static Claim succeeded(Claims claims, String owner) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        ClaimAnswer answer = claims.claim(KEY, owner, LEASE);
        while (answer instanceof ClaimAnswer.Held && System.nanoTime() < end) {
            LockSupport.parkNanos(PAUSE_NANOS);
            answer = claims.claim(KEY, owner, LEASE);
        }
        return granted(answer);
    }

    @Test
    void aSlotIsGrantedToOneOwnerAndTheNextIsToldWhoHasIt() {
        withClaims(claims -> {
            assertThat(claims.holder(KEY)).isEmpty();
            Claim first = granted(claims, KEY, "first \"owner\" $.{}é");

            assertThat(first.key()).isEqualTo(KEY);
            assertThat(first.owner()).isEqualTo("first \"owner\" $.{}é");
            assertThat(first.epoch()).isPositive();
            assertThat(claims.claim(KEY, "second", LEASE)).isEqualTo(new ClaimAnswer.Held(first));
            assertThat(claims.holder(KEY)).contains(first);
            assertThat(claims.holder(OTHER)).isEmpty();
            granted(claims, OTHER, "second");
        });
    }

    @Test
    void theOwnerOfASlotWritesAndFreesIt() {
        withClaims(claims -> {
            Claim claim = granted(claims, KEY, "owner");
            claims.write(claim, FIRST);
            assertHolds(FIRST);
            claims.write(claim, SECOND);
            assertHolds(SECOND);
            assertLists(List.of(KEY));
            claims.delete(claim);
            claims.delete(claim);
            assertFree(KEY);
            assertLists(List.of());
            claims.write(claim, FIRST);
            assertHolds(FIRST);
        });
    }

    @Test
    void theOwnerOfASlotEndsItsSignal() {
        withClaims(claims -> {
            Claim claim = granted(claims, KEY, "owner");
            claims.write(claim, FIRST);
            claims.end(claim, SampleSignals.closed(FIRST));
            claims.end(claim, SampleSignals.closed(FIRST));
            assertFree(KEY);
            Signal waiting = SampleSignals.scheduledShort(KEY).build();
            claims.write(claim, waiting);
            claims.end(claim, SampleSignals.cancelled(waiting));
            assertFree(KEY);
            withLog(log -> assertThat(log.trades(KEY))
                    .containsExactly(SampleSignals.closed(FIRST), SampleSignals.cancelled(waiting)));
            assertThat(claims.holder(KEY)).contains(claim);
        });
    }

    @Test
    void whoeverWasSucceededChangesNothingAnyMore() {
        withClaims(claims -> {
            Claim old = granted(claims, KEY, "old");
            claims.write(old, FIRST);
            Claim present = granted(claims.takeOver(old, "present", LEASE));
            assertThat(present.epoch()).isGreaterThan(old.epoch());
            claims.write(present, SECOND);

            assertRefused(claims, old);
            assertHolds(SECOND);
            withLog(log -> assertThat(log.trades(KEY)).isEmpty());
            assertThat(claims.holder(KEY)).contains(present);
        });
    }

    private static void assertRefused(Claims claims, Claim old) {
        assertLost(() -> claims.write(old, FIRST));
        assertLost(() -> claims.delete(old));
        assertLost(() -> claims.end(old, SampleSignals.closed(FIRST)));
        assertLost(() -> claims.renew(old, LEASE));
        claims.release(old);
    }

    @Test
    void whoeverWasSucceededIsRefusedInAFreeSlotToo() {
        withClaims(claims -> {
            Claim old = granted(claims, KEY, "old");
            claims.write(old, FIRST);
            Claim present = granted(claims.takeOver(old, "present", LEASE));
            claims.delete(present);

            assertRefused(claims, old);
            assertFree(KEY);
            claims.release(present);
            assertRefused(claims, old);
            assertFree(KEY);
            withLog(log -> assertThat(log.trades(KEY)).isEmpty());
        });
    }

    @Test
    void aLeaseRunsOutByItselfAndTheNextOwnerMayHaveTheSlot() {
        withClaims(claims -> {
            Claim old = granted(claims.claim(KEY, "old", BRIEF));
            claims.write(old, FIRST);
            Claim present = succeeded(claims, "present");
            assertThat(present.epoch()).isGreaterThan(old.epoch());
            assertLost(() -> claims.write(old, SECOND));
            assertHolds(FIRST);
        });
    }

    @Test
    void aRenewedLeaseKeepsTheSlotBeyondItsFirstEnd() {
        withClaims(claims -> {
            Claim brief = granted(claims.claim(KEY, "owner", BRIEF));
            Claim renewed = claims.renew(brief, LEASE);
            assertThat(renewed.epoch()).isEqualTo(brief.epoch());
            assertThat(Duration.between(brief.until(), renewed.until()))
                    .as("how much later a lease of %s ends than one of %s that began before", LEASE, BRIEF)
                    .isGreaterThan(LEASE.minusMinutes(1));
            long end = System.nanoTime() + 2 * BRIEF.toNanos();
            while (System.nanoTime() < end) {
                assertThat(claims.claim(KEY, "other", LEASE)).isInstanceOf(ClaimAnswer.Held.class);
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            claims.write(brief, FIRST);
            assertHolds(FIRST);
        });
    }

    @Test
    void anOwnerWhomNobodySucceededGoesOnAfterItsLeaseRanOut() {
        withClaims(claims -> {
            Claim claim = granted(claims.claim(KEY, "owner", Duration.ofMillis(1)));
            LockSupport.parkNanos(10 * PAUSE_NANOS);
            claims.write(claim, FIRST);
            assertHolds(FIRST);
            Claim renewed = claims.renew(claim, LEASE);
            assertThat(claims.claim(KEY, "other", LEASE)).isInstanceOf(ClaimAnswer.Held.class);
            claims.delete(renewed);
            assertFree(KEY);
        });
    }

    @Test
    void epochsGrowAcrossReleaseDeleteAndOpeningAgain() {
        List<Long> epochs = new ArrayList<>();
        withClaims(claims -> {
            Claim claim = granted(claims, KEY, "a");
            epochs.add(claim.epoch());
            claims.write(claim, FIRST);
            claims.delete(claim);
            claims.release(claim);
            assertThat(claims.holder(KEY)).isEmpty();
            Claim next = granted(claims, KEY, "b");
            epochs.add(next.epoch());
            claims.write(next, SECOND);
            claims.end(next, SampleSignals.closed(SECOND));
            epochs.add(granted(claims, KEY, "b").epoch());
        });
        if (fixture().durable() && fixture().offersClaims()) {
            closeAndReopen();
            withClaims(claims -> {
                Claim kept = claims.holder(KEY).orElseThrow();
                epochs.add(granted(claims.takeOver(kept, "c", LEASE)).epoch());
            });
        }
        assertThat(epochs).isSorted().doesNotHaveDuplicates();
    }

    /** Tools and small programs make them; an owner from before must find no epoch of its own again. */
    @Test
    void epochsGrowAcrossChangesWithoutAClaim() {
        withClaims(claims -> {
            granted(claims, KEY, "owner");
            Claim old = granted(claims, KEY, "owner");
            claims.release(old);
            for (Consumer<SignalStore> change : List.<Consumer<SignalStore>>of(
                    store -> store.write(KEY, FIRST),
                    store -> store.end(SampleSignals.closed(FIRST)),
                    store -> store.writeAll(Map.of(KEY, SECOND)),
                    store -> store.delete(KEY),
                    store -> store.delete(KEY))) {
                change.accept(store());
                Claim next = granted(claims, KEY, "owner");
                assertThat(next.epoch()).isGreaterThan(old.epoch());
                assertRefused(claims, old);
                claims.release(next);
                old = next;
            }
        });
    }

    @Test
    void theSameOwnerIsGrantedTheSlotAgainAndItsOlderClaimIsRefused() {
        withClaims(claims -> {
            Claim older = granted(claims, KEY, "owner");
            Claim newer = granted(claims, KEY, "owner");
            assertThat(newer.epoch()).isGreaterThan(older.epoch());
            assertRefused(claims, older);
            claims.write(newer, FIRST);
            assertHolds(FIRST);
        });
    }

    @Test
    void onlyTheNewestClaimCanBeTakenOver() {
        withClaims(claims -> {
            Claim dead = granted(claims, KEY, "dead");
            Claim present = granted(claims.takeOver(dead, "present", LEASE));
            assertThat(claims.takeOver(dead, "late", LEASE)).isEqualTo(new ClaimAnswer.Held(present));
            claims.release(present);
            granted(claims.takeOver(dead, "late", LEASE));
        });
    }

    @Test
    void aChangeWithoutAClaimIsRefusedWhileALeaseRunsAndAcceptedOtherwise() {
        withClaims(claims -> {
            Claim claim = granted(claims, KEY, "owner");
            claims.write(claim, FIRST);
            assertLost(() -> store().write(KEY, SECOND));
            assertLost(() -> store().writeAll(Map.of(KEY, SECOND)));
            assertLost(() -> store().delete(KEY));
            assertLost(() -> store().end(SampleSignals.closed(FIRST)));
            assertHolds(FIRST);
            withLog(log -> assertThat(log.trades(KEY)).isEmpty());
            store().write(OTHER, SampleSignals.openLong(OTHER).build());

            claims.release(claim);
            store().write(KEY, SECOND);
            assertHolds(SECOND);
            store().delete(KEY);
            assertFree(KEY);
        });
    }

    /** Two who were granted one epoch, by whatever mistake, must not both be obeyed. */
    @Test
    void anEpochNamedByAnotherThanItsOwnerIsRefused() {
        withClaims(claims -> {
            Claim claim = granted(claims, KEY, "owner");
            claims.write(claim, SECOND);
            Claim others = new Claim(KEY, "another", claim.epoch(), claim.until());

            assertRefused(claims, others);
            assertThat(claims.takeOver(others, "third", LEASE)).isEqualTo(new ClaimAnswer.Held(claim));
            assertHolds(SECOND);
            withLog(log -> assertThat(log.trades(KEY)).isEmpty());
            assertThat(claims.holder(KEY)).contains(claim);
        });
    }

    /** Where the store may be opened more than once, the askers share nothing but the place. */
    @Test
    void ofManyWhoAskAtOnceOneIsGrantedTheSlot() {
        withSeveralOpen(opened -> {
            for (int slot = 0; slot < ASKED_SLOTS; slot++) {
                SignalKey key = new SignalKey("asked", "SLOT" + slot);
                assertOneIsGranted(opened, key, (claims, owner) -> claims.claim(key, owner, LEASE));
            }
        });
    }

    @Test
    void ofManyWhoTakeOverAtOnceOneIsGrantedTheSlot() {
        withSeveralOpen(opened -> {
            for (int slot = 0; slot < ASKED_SLOTS; slot++) {
                SignalKey key = new SignalKey("asked", "SLOT" + slot);
                Claim dead = granted(opened.get(0), key, "dead");
                assertOneIsGranted(opened, key, (claims, owner) -> claims.takeOver(dead, owner, LEASE));
            }
        });
    }

    private void withSeveralOpen(Consumer<List<Claims>> checks) {
        withClaims(one -> {
            List<SignalStore> more = new ArrayList<>();
            try {
                if (openWhereSeveralMay()) {
                    for (int i = 1; i < OPENED; i++) {
                        more.add(fixture().open());
                    }
                }
                checks.accept(Stream.concat(Stream.of(store()), more.stream())
                        .map(store -> store.claims().orElseThrow())
                        .toList());
            } finally {
                more.forEach(SignalStore::close);
            }
        });
    }

    private static void assertOneIsGranted(
            List<Claims> opened, SignalKey key, BiFunction<Claims, String, ClaimAnswer> question) {
        ExecutorService askers = Executors.newFixedThreadPool(ASKERS);
        try {
            CyclicBarrier start = new CyclicBarrier(ASKERS);
            List<Future<ClaimAnswer>> answers = new ArrayList<>();
            for (int i = 0; i < ASKERS; i++) {
                Claims claims = opened.get(i % opened.size());
                String owner = "asker " + i;
                answers.add(askers.submit(() -> {
                    start.await();
                    return Patiently.get(() -> question.apply(claims, owner));
                }));
            }
            List<Claim> granted = new ArrayList<>();
            for (Future<ClaimAnswer> each : answers) {
                if (each.get() instanceof ClaimAnswer.Granted granting) {
                    granted.add(granting.claim());
                }
            }
            assertThat(granted).as("who was granted %s", key).hasSize(1);
            opened.forEach(claims -> assertThat(claims.holder(key)).contains(granted.get(0)));
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError("an asker failed: " + e, e);
        } finally {
            askers.shutdownNow();
        }
    }

    @Test
    void aClaimIsOneOfItsOwnSlotAlone() {
        List<SignalKey> keys = HostileKeys.some();
        withClaims(claims -> {
            for (int i = 0; i < keys.size(); i++) {
                Claim claim = granted(claims, keys.get(i), "owner " + i);
                claims.write(claim, SampleSignals.openLong(keys.get(i)).build());
            }
            for (int i = 0; i < keys.size(); i++) {
                assertThat(claims.holder(keys.get(i)).map(Claim::owner))
                        .as("owner of %s", HostileKeys.shown(keys.get(i)))
                        .contains("owner " + i);
                assertHolds(SampleSignals.openLong(keys.get(i)).build());
            }
        });
    }

    @Test
    void wrongUseIsRefusedAndChangesNothing() {
        withClaims(claims -> {
            List<ThrowingCallable> wrong = List.of(
                    () -> claims.claim(KEY, " ", LEASE),
                    () -> claims.claim(KEY, "a\nb", LEASE),
                    () -> claims.claim(KEY, "x".repeat(Claim.LONGEST_OWNER + 1), LEASE),
                    () -> claims.claim(KEY, "owner", Duration.ZERO),
                    () -> claims.claim(KEY, "owner", Claims.LONGEST_LEASE.plusMillis(1)));
            wrong.forEach(call ->
                    assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(call));
            assertThat(claims.holder(KEY)).isEmpty();
            Claim claim = granted(claims, KEY, "owner");
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() ->
                            claims.write(claim, SampleSignals.openLong(OTHER).build()));
            assertFree(KEY);
            assertFree(OTHER);
        });
    }

    @Test
    void aStoreOpenedAgainKnowsWhoHasTheSlotAndWhatIsInItAndRefusesWhoeverWasSucceeded() {
        if (!fixture().durable() || !fixture().offersClaims()) {
            withClaims(claims -> assertThat(claims.holder(KEY)).isEmpty());
            return;
        }
        Claim[] first = new Claim[1];
        withClaims(claims -> {
            first[0] = granted(claims, KEY, "first");
            claims.write(first[0], FIRST);
        });
        closeAndReopen();
        withClaims(claims -> {
            assertHolds(FIRST);
            assertThat(claims.claim(KEY, "second", LEASE)).isEqualTo(new ClaimAnswer.Held(first[0]));
            Claim second = granted(claims.takeOver(first[0], "second", LEASE));
            claims.write(second, SECOND);
            assertRefused(claims, first[0]);
            assertHolds(SECOND);
        });
    }

    /** A closed store may still work; if it throws, by type. */
    @Test
    void aFailureOfAClosedStoreIsTyped() {
        withClaims(claims -> {
            Claim claim = granted(claims, KEY, "owner");
            store().close();
            Throwable thrown = catchThrowable(() -> claims.write(claim, FIRST));
            if (thrown != null) {
                assertThat(thrown)
                        .as("what a claimed write of a closed store threw; wanted a SignalStoreException, as a refusal:"
                                + " StoreRefusedException")
                        .isInstanceOf(SignalStoreException.class);
            }
        });
    }
}
