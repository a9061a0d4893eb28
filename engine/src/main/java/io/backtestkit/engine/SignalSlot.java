package io.backtestkit.engine;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Marks;
import io.backtestkit.signal.Phase;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.ClaimLostException;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.StoreFailure;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.store.TradeLog;
import io.backtestkit.store.UnreadableSignalException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The one slot of a signal key: what the store holds, and this process's memory of it.
 *
 * <p>Nothing may be decided before {@link #restore} has succeeded; it reads the store once, however many threads call it.
 * Every change goes to the store first and to the memory second, with three exceptions while the store is down: a position
 * that has been left is left ({@link #end}), an order that an exchange has filled is filled ({@link #fill}), and new marks are
 * remembered. All are written as soon as the store is back.
 * Any thread may call any method.
 */
final class SignalSlot {

    private final SignalKey key;
    private final SlotClaim claim;
    private final SignalStore root;
    private final SlotStore store;

    private final Optional<Duration> touchEvery;

    private final Optional<TradeLog> log;

    private boolean restored;
    /** Restored once, and not again since the outcome of a change became unknown. */
    private boolean doubtful;

    private @Nullable Held held;
    private @Nullable EndedSignal lastEnded;
    private @Nullable UnreadableSignalException damagedHistory;
    /** What ended last was just being freed when the program ended: it may be that nobody was told. */
    private boolean endUntold;
    /** Ended, but the store does not know it yet. */
    private @Nullable EndedSignal unsettled;
    /** Held, but not in the store as it is. */
    private boolean unwritten;
    /** What is unsettled or unwritten may be in the store all the same: the outcome of some attempt is unknown. */
    private boolean maybeStored;

    SignalSlot(SignalStore store, SignalKey key, SlotClaim claim) {
        this.store = new SlotStore(store, key, claim);
        this.key = key;
        this.claim = claim;
        this.root = store;
        this.touchEvery = store.expireAbandonedAfter().map(limit -> limit.dividedBy(4));
        this.log = store.tradeLog();
    }

    /**
     * Claims the slot and reads it, unless that was done already. A signal whose end is in the log already was being freed when the
     * program ended: that is finished first. A signal that was held before the outcome of a change became unknown, and which the
     * store has lost, is held as before, and {@link #unwritten}.
     *
     * @return the signal held, if this call has read the slot; empty if there is none or it was restored before
     * @throws ClaimLostException if another owner has the slot
     * @throws SignalStoreException if the store could not be read; nothing may be decided, and the next call tries again
     * @throws IllegalArgumentException if only a broker knows what is held
     */
    synchronized Optional<Signal> restore() {
        if (restored) {
            return Optional.empty();
        }
        store.claim();
        Optional<Signal> stored = store.read();
        damagedHistory = null;
        lastEnded = lastEnded(stored.isPresent());
        if (stored.isPresent() && hasEnded(stored.get())) {
            endUntold = lastEnded != null && lastEnded.isOf(stored.get());
            store.delete();
            held = null;
        } else if (stored.isPresent()) {
            boolean remembersMore = unwritten && held != null && isEarlier(stored.get(), held);
            held = remembersMore ? held : Held.of(stored.get());
            unwritten = remembersMore;
            if (touchEvery.isPresent()) {
                root.touch(key); // its time may be almost up: nobody touched it while no program ran
            }
        } else if (held != null && hasEnded(held.signal)) {
            held = null;
        } else if (held != null) {
            unwritten = true; // nobody ended it: it is managed, whether it can be written again or not
        }
        unwritten &= held != null;
        maybeStored = false;
        restored = true;
        doubtful = false;
        return Optional.ofNullable(held).map(found -> found.signal);
    }

    /** A damaged history must not keep a position from being managed; where nothing is held, no entry is taken until it is mended. */
    private @Nullable EndedSignal lastEnded(boolean isHeld) {
        try {
            return log.flatMap(trades -> trades.last(key)).orElse(null);
        } catch (UnreadableSignalException e) {
            if (!isHeld) {
                throw e;
            }
            damagedHistory = e;
            return null;
        }
    }

    /** Returns why the history could not be read when the slot was; empty if it could. */
    synchronized Optional<UnreadableSignalException> damagedHistory() {
        return Optional.ofNullable(damagedHistory);
    }

    /** An old copy that was imported may have ended long ago, so that the latest end does not tell. */
    private boolean hasEnded(Signal stored) {
        if (lastEnded == null || log.isEmpty()) {
            return false;
        }
        if (lastEnded.isOf(stored)) {
            return true;
        }
        try {
            return log.get().trades(key, stored.createdAt(), Instant.MAX).stream()
                    .anyMatch(ended -> ended.isOf(stored));
        } catch (UnreadableSignalException e) {
            return false; // a damaged history must not keep a position from being managed
        }
    }

    /** Says whether decisions may be made: restored, and nothing ended that the store does not know of. */
    synchronized boolean ready() {
        return restored && unsettled == null;
    }

    synchronized @Nullable Held held() {
        return held;
    }

    synchronized @Nullable EndedSignal lastEnded() {
        return lastEnded;
    }

    /** Says whether what ended last may not have been told, and that it is told now. */
    synchronized boolean tellsEnd() {
        boolean untold = endUntold;
        endUntold = false;
        return untold;
    }

    /** Says whether it is unknown what the store holds, though it was restored once. */
    synchronized boolean isDoubtful() {
        return doubtful;
    }

    /**
     * Puts a signal into the slot. If the store does not take it, the memory stays as it was; if it may have taken it, the
     * slot must be restored again.
     */
    synchronized void hold(Signal signal) {
        try {
            write(signal);
        } catch (RuntimeException e) {
            if (mayHaveHappened(e)) {
                doubt();
            }
            throw e;
        }
        held = Held.of(signal);
        unwritten = false;
    }

    /** Opens the scheduled signal, whose order an exchange has filled. If the store does not take it: see {@link #unwritten}. */
    synchronized void fill(Signal open) {
        held = Held.of(open);
        unwritten = true;
        rewrite();
    }

    /** Records new marks. If the store does not take them, they are remembered: see {@link #unwritten}. */
    synchronized void mark(Signal signal, Marks marks) {
        held = Held.of(signal.withMarks(marks));
        unwritten = true;
        rewrite();
    }

    /** Says whether the store does not hold what is held as it is; {@link #rewrite} it. */
    synchronized boolean unwritten() {
        return unwritten;
    }

    /** Writes what is held once more. */
    synchronized void rewrite() {
        Held present = held;
        if (present != null) {
            tell(() -> write(present.signal));
        }
        unwritten = false;
    }

    private void tell(Runnable change) {
        try {
            change.run();
            maybeStored = false;
        } catch (RuntimeException e) {
            maybeStored |= mayHaveHappened(e);
            throw e;
        }
    }

    /** What no store may throw says nothing about the outcome. */
    static boolean mayHaveHappened(RuntimeException failure) {
        return !(failure instanceof SignalStoreException)
                || (failure instanceof StoreUnavailableException away && away.mayHaveHappened());
    }

    private void doubt() {
        doubtful |= restored;
        restored = false;
    }

    /** Writes a signal; if another is found in the slot, that has to be restored again. */
    private void write(Signal signal) {
        if (!store.write(signal, this::isAsBefore)) {
            doubt();
            throw StoreUnavailableException.unknown(
                    StoreFailure.of(
                            "write signal",
                            key,
                            root.describe(),
                            "the slot was changed meanwhile",
                            "It is read again."),
                    null);
        }
    }

    /** An empty slot is what was there only where nothing is held, or the log was asked and does not tell of an end. */
    private boolean isAsBefore(Optional<Signal> found) {
        if (held == null) {
            return found.isEmpty();
        }
        return found.isEmpty() ? !restored : isEarlier(found.get(), held);
    }

    /** Says whether it is what is held, but for its marks, or for a fill that the store was not told of. */
    private boolean isEarlier(Signal found, Held present) {
        Signal signal = present.signal;
        boolean unfilled = unwritten && present.isOpen && found.phase() == Phase.SCHEDULED;
        return found.id().equals(signal.id())
                && found.createdAt().equals(signal.createdAt())
                && (found.phase() == signal.phase() || unfilled);
    }

    /**
     * Frees the slot of a signal that has ended. If the store does not take it, the slot is free all the same, since the
     * position is left; it is not {@link #ready} until {@link #settle} has told the store. If another owner has the slot, the
     * end is that owner's to decide: the memory stays as it was.
     */
    synchronized void end(EndedSignal ended) {
        Held before = held;
        EndedSignal lastBefore = lastEnded;
        held = null;
        unwritten = false;
        endUntold = false;
        lastEnded = ended;
        unsettled = ended;
        maybeStored = false;
        try {
            settle();
        } catch (ClaimLostException e) {
            held = before;
            lastEnded = lastBefore;
            unsettled = null;
            throw e;
        }
    }

    /** Tells the store of an end it does not know yet, if there is one. */
    synchronized void settle() {
        EndedSignal ended = unsettled;
        if (ended != null) {
            tell(() -> store.end(ended));
            unsettled = null;
        }
    }

    /** Tells the store whatever it does not know yet: an end, or marks. */
    synchronized void settleAll() {
        settle();
        if (restored && unwritten) {
            rewrite();
        }
    }

    /** Says whether the store knows everything. */
    synchronized boolean settled() {
        return unsettled == null && !unwritten;
    }

    /** Says whether the store may know everything all the same: a failure that came later does not tell of the earlier ones. */
    synchronized boolean maybeStored() {
        return maybeStored;
    }

    /**
     * Renews the claim, and tells the store that what is held is still managed, so that it does not take it for abandoned. If
     * it did so already, as after an outage longer than its patience, what is held is to be written again.
     *
     * @return what the store has lost; empty if nothing
     * @throws ClaimLostException if another owner has the slot
     * @throws SignalStoreException if the store could not be told; the lease goes on running out
     */
    Optional<Signal> keep() {
        claim.renew();
        Held managed = held();
        if (managed == null || touchEvery.isEmpty()) {
            return Optional.empty();
        }
        root.touch(key); // outside the lock: a store that hangs must not keep a tick waiting
        return root.read(key).isPresent() ? Optional.empty() : lost(managed);
    }

    /** Whoever ended or changed it meanwhile has told the store. */
    private synchronized Optional<Signal> lost(Held managed) {
        if (held != managed || unwritten) {
            return Optional.empty();
        }
        unwritten = true;
        return Optional.of(managed.signal);
    }

    /** Returns how often {@link #keep} is due; empty if never. */
    Optional<Duration> keepEvery() {
        return Stream.of(claim.renewEvery(), touchEvery)
                .flatMap(Optional::stream)
                .min(Comparator.naturalOrder());
    }
}
