package io.backtestkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimLostException;
import io.backtestkit.store.Claims;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.UnreadableSignalException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Puts a signal in the place of a damaged record: undisturbed, while others read, and with the connection cut. Where nothing
 * can be damaged, and where nothing can be set aside, what there is must stay.
 */
@Tag("replaced-damage")
abstract class ReplacedDamageContract extends NetworkContract {

    private static final Duration LEASE = Duration.ofMinutes(5);
    private static final int ROUNDS = 3;
    private static final int MOST_MESSAGES = 50;
    private static final long LONGEST_SECONDS = 60;
    private static final Signal HELD = SampleSignals.openLong(KEY).id("held").build();
    private static final Signal RIGHT =
            SampleSignals.fullyFilled(KEY).id("right").build();
    private static final Signal NEXT = RIGHT.toBuilder().note("next").build();

    ReplacedDamageContract(Supplier<StoreFixture> fixtures) {
        super(fixtures);
    }

    /** Returns the damager if it may be used; else checks what is said of a slot that is in order, and returns nothing. */
    private Optional<Damager> damager() {
        Optional<Damager> damager =
                fixture().damager().filter(able -> !able.possible().isEmpty());
        if (!fixture().setsAside()) {
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .as("setAside() of a store declared not to offer it")
                    .isThrownBy(() -> store().setAside(KEY, RIGHT))
                    .withMessageContaining(KEY.toString());
            return Optional.empty();
        }
        if (damager.isEmpty()) {
            store().write(KEY, HELD);
            assertThat(store().setAside(KEY, RIGHT))
                    .as("setAside of what is in order")
                    .isEmpty();
            assertHolds(HELD);
        }
        return damager;
    }

    private static Damage any(Damager damager) {
        return damager.possible().iterator().next();
    }

    /** Damages something while the store is closed, if it must be. */
    private void behindItsBack(Runnable damage) {
        if (fixture().durable()) {
            closeAndReopen(damage);
        } else {
            damage.run();
        }
    }

    private static boolean isUnreadable(SignalStore store, SignalKey key) {
        try {
            var unused = Patiently.get(() -> store.read(key));
            return false;
        } catch (UnreadableSignalException e) {
            return true;
        }
    }

    private static boolean isFree(SignalStore store, SignalKey key) {
        try {
            return Patiently.get(() -> store.read(key)).isEmpty();
        } catch (UnreadableSignalException e) {
            return false;
        }
    }

    private static void assertClaimed(ThrowingCallable call) {
        assertThatExceptionOfType(ClaimLostException.class)
                .as("setAside of a slot that another has claimed")
                .isThrownBy(call);
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void theReplacementStandsInItsPlaceAndTheBytesAreKept(Damage how) {
        Optional<Damager> damager = damager().filter(able -> able.possible().contains(how));
        if (damager.isEmpty()) {
            return;
        }
        store().write(KEY, HELD);
        behindItsBack(() -> damager.get().damage(KEY, how));
        byte[] before = damager.get().bytes(KEY);

        assertThat(store().setAside(KEY, RIGHT))
                .as("where the bytes were kept")
                .hasValueSatisfying(where -> assertThat(where).isNotBlank());

        assertHolds(RIGHT);
        assertLists(List.of(KEY));
        if (fixture().listsKeys()) {
            assertThat(store().check())
                    .as("check() afterwards")
                    .noneMatch(finding -> finding.level() == StoreFinding.Level.DAMAGED);
        }
        damager.get().keptBytes(KEY).ifPresent(kept -> assertThat(kept)
                .as("the bytes that were kept")
                .isEqualTo(before));
        assertThat(store().setAside(KEY, NEXT)).as("the same once more").isEmpty();
        assertHolds(RIGHT);
        if (fixture().durable()) {
            closeAndReopen();
            assertHolds(RIGHT);
        }
        store().write(KEY, NEXT);
        assertHolds(NEXT);
        store().delete(KEY);
        assertFree(KEY);
    }

    /** Whoever freed the slot meanwhile, or mended it, knew more. */
    @Test
    void aFreeSlotStaysFreeAndASignalThatCanBeReadStays() {
        if (!fixture().setsAside()) {
            return; // that it says so is shown above
        }
        store().write(KEY, HELD);

        assertThat(store().setAside(KEY, RIGHT))
                .as("setAside of what can be read")
                .isEmpty();
        assertThat(store().setAside(OTHER, SampleSignals.openLong(OTHER).build()))
                .as("setAside of a free slot")
                .isEmpty();

        assertHolds(HELD);
        assertFree(OTHER);
        assertLists(List.of(KEY));
    }

    @Test
    void aReplacementOfAnotherKeyIsRefusedAndTheDamageStays() {
        damager().ifPresent(damager -> {
            store().write(KEY, HELD);
            behindItsBack(() -> damager.damage(KEY, any(damager)));
            byte[] before = damager.bytes(KEY);

            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() ->
                            store().setAside(KEY, SampleSignals.openLong(OTHER).build()))
                    .withMessageContainingAll(KEY.toString(), OTHER.toString());

            assertThat(damager.bytes(KEY)).as("the stored bytes").isEqualTo(before);
            assertFree(OTHER);
        });
    }

    @Test
    void aSlotThatAnotherOwnsIsNotSetAsideAndNotReplaced() {
        damager()
                .ifPresent(damager -> withClaims(before -> {
                    Claim claim = granted(before.claim(KEY, "owner", LEASE));
                    before.write(claim, HELD);
                    behindItsBack(() -> damager.damage(KEY, any(damager)));
                    byte[] bytes = damager.bytes(KEY);

                    assertClaimed(() -> store().setAside(KEY, RIGHT));
                    assertClaimed(() -> store().setAside(KEY));

                    assertThat(damager.bytes(KEY)).as("the stored bytes").isEqualTo(bytes);
                    assertThat(isUnreadable(store(), KEY))
                            .as("it is still damaged")
                            .isTrue();
                }));
    }

    @Test
    void theNextOwnerGoesOnWithTheReplacement() {
        damager()
                .ifPresent(damager -> withClaims(before -> {
                    Claim claim = granted(before.claim(KEY, "owner", LEASE));
                    before.write(claim, HELD);
                    before.release(claim);
                    behindItsBack(() -> damager.damage(KEY, any(damager)));
                    store().setAside(KEY, RIGHT);

                    withClaims(claims -> {
                        Claim next = granted(claims.claim(KEY, "next", LEASE));
                        assertHolds(RIGHT);
                        assertThat(next.epoch())
                                .as("the epoch of the next claim")
                                .isGreaterThan(claim.epoch());
                        assertThatExceptionOfType(ClaimLostException.class)
                                .as("write by the owner before it")
                                .isThrownBy(() -> claims.write(claim, HELD));
                        claims.write(next, NEXT);
                        assertHolds(NEXT);
                    });
                }));
    }

    private interface Checks {
        void accept(Damager damager, Claims claims, Claim damaged);
    }

    /** Checks what becomes of a slot whose claim is damaged; not where nothing can damage one. */
    private void withDamagedClaim(Optional<Signal> held, Checks checks) {
        damager()
                .ifPresent(damager -> withClaims(before -> {
                    Claim claim = granted(before.claim(KEY, "owner", LEASE));
                    store().read(KEY).ifPresent(signal -> before.delete(claim));
                    held.ifPresent(signal -> before.write(claim, signal));
                    AtomicBoolean damaged = new AtomicBoolean();
                    behindItsBack(() -> damaged.set(damager.damageClaim(KEY)));
                    if (damaged.get()) {
                        withClaims(claims -> checks.accept(damager, claims, claim));
                    }
                }));
    }

    private static void assertSettled(Claims claims, Claim damaged) {
        assertThat(claims.holder(KEY)).as("who has the slot").isEmpty();
        assertThatExceptionOfType(ClaimLostException.class)
                .as("write under the claim that was damaged")
                .isThrownBy(() -> claims.write(damaged, NEXT));
        assertThat(granted(claims.claim(KEY, "next", LEASE)).epoch())
                .as("the epoch of the next claim")
                .isGreaterThan(damaged.epoch());
    }

    /** Nobody has lost sight of it: what the store holds is what the owner last wrote. */
    @Test
    void aSignalStaysWhereOnlyTheClaimIsDamaged() {
        withDamagedClaim(Optional.of(HELD), (damager, claims, damaged) -> {
            assertThat(store().setAside(KEY, RIGHT))
                    .as("where the claim was kept")
                    .isPresent();

            assertHolds(HELD);
            assertSettled(claims, damaged);
        });
    }

    @Test
    void aFreeSlotStaysFreeWhereItsClaimIsDamaged() {
        withDamagedClaim(Optional.empty(), (damager, claims, damaged) -> {
            assertThat(store().setAside(KEY, RIGHT))
                    .as("where the claim was kept")
                    .isPresent();

            assertFree(KEY);
            assertSettled(claims, damaged);
        });
    }

    @Test
    void aDamagedClaimGoesWithTheDamagedRecord() {
        withDamagedClaim(Optional.of(HELD), (damager, claims, damaged) -> {
            behindItsBack(() -> damager.damage(KEY, any(damager)));

            assertThat(store().setAside(KEY, RIGHT)).as("where both were kept").isPresent();

            assertHolds(RIGHT);
            withClaims(reopened -> assertSettled(reopened, damaged));
            assertHolds(RIGHT);
        });
    }

    /** A program that is started again and again, and waits for the slot, must not take it in between. */
    @Test
    void whoReadsMeanwhileNeverFindsTheSlotFree() throws Exception {
        boolean several = openWhereSeveralMay();
        Optional<Damager> damager = damager();
        for (int round = 0; damager.isPresent() && round < ROUNDS; round++) {
            store().write(KEY, HELD);
            behindItsBack(() -> damager.get().damage(KEY, any(damager.get())));
            SignalStore watching = several ? fixture().open() : store();
            boolean foundFree = isFoundFreeDuring(() -> store().setAside(KEY, RIGHT), watching);
            if (several) {
                watching.close();
            }
            assertHolds(RIGHT);
            if (fixture().replacesInOneStep()) {
                assertThat(foundFree)
                        .as("the slot was free for a moment; if it has to be, let replacesInOneStep() say so")
                        .isFalse();
            }
        }
    }

    private static boolean isFoundFreeDuring(Runnable change, SignalStore watching) throws Exception {
        AtomicLong reads = new AtomicLong();
        AtomicBoolean done = new AtomicBoolean();
        FutureTask<Boolean> watch = new FutureTask<>(() -> {
            boolean free = false;
            while (!done.get()) {
                free |= isFree(watching, KEY);
                reads.incrementAndGet();
            }
            return free;
        });
        Thread thread = new Thread(watch, "watching " + KEY);
        thread.setDaemon(true);
        thread.start();
        try {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
            while (reads.get() == 0 && !watch.isDone() && System.nanoTime() - end < 0) {
                Thread.onSpinWait();
            }
            Patiently.run(change);
        } finally {
            done.set(true);
        }
        return watch.get(LONGEST_SECONDS, TimeUnit.SECONDS);
    }

    /** Cuts the connection at the first message, then at the second, until the replacement gets through. */
    @Test
    void aConnectionCutAtAnyMessageLeavesTheDamageOrTheReplacement() {
        damager().ifPresent(damager -> behindProxy(proxied -> cutAtEachMessage(proxied, damager)));
    }

    private void cutAtEachMessage(ProxiedStore proxied, Damager damager) {
        int passing = 0;
        for (int time = 0; time < MOST_MESSAGES; time++) {
            SignalKey key = new SignalKey("network", "DAMAGED-" + time);
            Signal right = Change.next(key);
            proxied.direct.write(key, Change.held(key));
            damager.damage(key, any(damager));
            proxied.proxy.pass();
            assertThat(isUnreadable(proxied.store, key)).as("it is damaged").isTrue();
            proxied.proxy.fail(NetworkFault.RESET_REPLIES, passing);

            Attempt attempt = proxied.attempt("setAside of " + key, () -> proxied.store.setAside(key, right));

            boolean harmed = proxied.proxy.struckMessages() > 0;
            proxied.proxy.pass();
            assertNotFree(proxied.direct, key, right, attempt);
            proxied.soon(() -> proxied.store.setAside(key, right));
            assertThat(proxied.direct.read(key))
                    .as("what is there when it was called again, %s messages having passed before the cut", passing)
                    .isEqualTo(fixture().replacesInOneStep() ? Optional.of(right) : proxied.direct.read(key));
            if (attempt.succeeded() && !harmed) {
                return;
            }
            passing += harmed ? 1 : 0;
        }
        throw new AssertionError("it failed " + MOST_MESSAGES + " times, with " + passing + " messages passed");
    }

    private void assertNotFree(SignalStore direct, SignalKey key, Signal right, Attempt attempt) {
        if (isUnreadable(direct, key)) {
            assertThat(attempt.succeeded())
                    .as("it is damaged still, and was told to be replaced")
                    .isFalse();
            return;
        }
        Optional<Signal> found = direct.read(key);
        if (found.isPresent() || fixture().replacesInOneStep()) {
            assertThat(found)
                    .as("what a connection that was cut has left in the slot")
                    .contains(right);
            assertThat(attempt.mayHaveHappened())
                    .as("mayHaveHappened() of what was done")
                    .isTrue();
        }
    }
}
