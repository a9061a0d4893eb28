package io.backtestkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimAnswer;
import io.backtestkit.store.ClaimLostException;
import io.backtestkit.store.Claims;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.StoreUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A change under way for an owner who is succeeded meanwhile. Once the successor was granted the slot, the change may alter
 * nothing any more, neither the slot nor its log nor who has it.
 */
final class LateChange {

    static final Duration LEASE = Duration.ofMinutes(5);

    private static final int PATIENCE = 4;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final Duration HEAD_START = Duration.ofMillis(50);

    private final ClaimedChange change;
    private final SignalStore near;
    private final Claims claims;
    private final Claim old;
    private final Signal successors;
    private final FutureTask<Boolean> call;
    private final CountDownLatch begun = new CountDownLatch(1);
    private final Duration longest;
    private final long writeNanos;
    private boolean madeBefore;
    private Optional<Claim> holder = Optional.empty();
    private Optional<Signal> found = Optional.empty();
    private List<EndedSignal> logged = List.of();

    /** Claims that slot for the old owner, and writes what {@link ClaimedChange} begins with. */
    LateChange(ClaimedChange change, SignalStore near, Claims far, SignalKey key, Duration longest) {
        this.change = change;
        this.near = near;
        this.longest = longest;
        claims = near.claims().orElseThrow();
        old = StoreContract.granted(claims.claim(key, "old owner", LEASE));
        long start = System.nanoTime();
        claims.write(old, Change.held(key));
        writeNanos = System.nanoTime() - start;
        successors = SampleSignals.openLong(key).id("of the successor").build();
        call = new FutureTask<>(
                () -> {
                    begun.countDown();
                    change.make(far, old);
                },
                true);
    }

    /** Makes the change on a thread of its own. */
    void begin() {
        start(call);
    }

    private void start(FutureTask<?> task) {
        Thread thread = new Thread(task, "late " + change);
        thread.setDaemon(true); // one that hangs for ever must not keep the tests from ending
        thread.start();
    }

    boolean isDone() {
        return call.isDone();
    }

    /** Waits, as long as a call may take, until something is so; says whether it is. */
    boolean await(BooleanSupplier state) {
        return await(state, longest);
    }

    private static boolean await(BooleanSupplier state, Duration atMost) {
        long end = System.nanoTime() + atMost.toNanos();
        while (!state.getAsBoolean() && System.nanoTime() < end) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return state.getAsBoolean();
    }

    /** Has the successor take the slot over and write. */
    void succeed() {
        Claim present = StoreContract.granted(takeOver());
        holder = Optional.of(present);
        look();
        madeBefore = wasMade();
        claims.write(present, successors);
        look();
    }

    private ClaimAnswer takeOver() {
        return claims.takeOver(old, "successor", LEASE);
    }

    /** Says whether the slot shows that the change was not made before the successor who wrote had it. */
    boolean wasNotMadeBefore() {
        return change.changesTheSlot() && !madeBefore;
    }

    /** Has the successor take the slot over while the change is made: after that part of the time that a write takes. */
    void raceAt(double part) {
        try {
            begun.await();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        long start = System.nanoTime();
        while (System.nanoTime() - start < part * writeNanos) {
            Thread.onSpinWait();
        }
        takeOverAndLook();
    }

    /** Lets the change go first, so that it gets to its look also on a busy machine, but not wait for its end for ever. */
    void raceBehind() {
        await(this::isDone, HEAD_START);
        takeOverAndLook();
    }

    private void takeOverAndLook() {
        holder = Optional.of(StoreContract.granted(Patiently.get(this::takeOver)));
        Patiently.run(this::look);
    }

    /** A signal is logged before its slot is freed: else one that is stopped in between has no trace left. */
    private void look() {
        found = near.read(old.key());
        logged = near.tradeLog().map(log -> log.trades(old.key())).orElse(List.of());
        if (change == ClaimedChange.END && wasMade() && near.tradeLog().isPresent()) {
            assertThat(logged)
                    .as("the log of a slot that the successor found freed by %s", this)
                    .containsExactly(SampleSignals.closed(Change.held(old.key())));
        }
    }

    /** Says whether the change was made before the successor was granted the slot. */
    boolean wasMade() {
        return found.equals(change.after(old.key()));
    }

    /** Tries {@link #succeed} on another thread: a store may make a successor wait for a change that has begun. */
    boolean succeedsSoon() {
        FutureTask<?> succession = new FutureTask<>(this::succeed, true);
        start(succession);
        if (!await(succession::isDone)) {
            return false;
        }
        try {
            succession.get();
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StoreUnavailableException) {
                return false; // it gave up waiting
            }
            throw new AssertionError("the successor failed: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Waits for the end of the change, and says whether its caller was told that it was made. */
    boolean wasToldDone() {
        try {
            return call.get(PATIENCE * longest.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError(this + " had not returned after " + longest.multipliedBy(PATIENCE), e);
        } catch (ExecutionException e) {
            assertThat(e.getCause())
                    .as("what %s threw: wanted ClaimLostException, or StoreUnavailableException", this)
                    .isInstanceOfAny(ClaimLostException.class, StoreUnavailableException.class);
            return false;
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static AssertionError interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new AssertionError("interrupted while waiting", e);
    }

    /** Checks that the slot, its claim and its log are as the successor found and left them. */
    void assertChangedNothing() {
        SignalKey key = old.key();
        assertThat(near.read(key))
                .as("what the successor has, after a late %s of whom it succeeded", change)
                .isEqualTo(found);
        assertThat(claims.holder(key))
                .as("who has the slot, after a late %s of whom the holder succeeded", change)
                .isEqualTo(holder);
        near.tradeLog().ifPresent(log -> assertThat(log.trades(key))
                .as("the log after a late %s", change)
                .isEqualTo(logged));
    }

    @Override
    public String toString() {
        return "a " + change + " of " + old.key() + " whose owner was succeeded meanwhile";
    }
}
