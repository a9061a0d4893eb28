package io.backtestkit.engine;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Marks;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.ClaimLostException;
import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.StoreUnavailableException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A slot whose store may fail: each failure is told with what follows from it, and when it is over, and trading goes on as far as
 * is safe. A store that throws what no store may throw is treated alike. Only a claim that is lost is thrown, by every method that
 * asks the store: nothing may follow it. Times are UTC epoch milliseconds; any thread may call any method.
 */
final class ReportedSlot {

    private static final String REACH_STORE = "reach the store";
    private static final String KEEP_SLOT = "keep the slot";
    private static final String READ_HISTORY = "read the history";
    private static final String STORE_LAST = "store what changed last";
    private static final String TRIED_AGAIN = "It is tried again before the lease runs out.";
    private static final String NO_ENTRY = "No new entry will be taken until it can.";

    private static final String UNKNOWN = "Whether the last change is stored is not known: the next start finds out.";

    private final SignalKey key;
    private final SignalSlot slot;
    private final TickReport report;

    ReportedSlot(SignalKey key, SignalSlot slot, TickReport report) {
        this.key = key;
        this.slot = slot;
        this.report = report;
    }

    @Nullable
    Held held() {
        return slot.held();
    }

    @Nullable
    EndedSignal lastEnded() {
        return slot.lastEnded();
    }

    /** Says whether what ended last may not have been told, and that it is told now. */
    boolean tellsEnd() {
        return slot.tellsEnd();
    }

    /** Says whether decisions may be made, without asking the store. */
    boolean ready() {
        return slot.ready();
    }

    /** Says whether decisions may be made; restores the slot first if need be. */
    boolean isReady(long at) {
        if (slot.ready()) {
            return true;
        }
        try {
            read(at);
            return true;
        } catch (RuntimeException e) {
            failed(at, REACH_STORE, NO_ENTRY, e);
            return false;
        }
    }

    /**
     * Restores the slot before the first tick: only a store that cannot be reached just now is waited for.
     *
     * @throws SignalStoreException if the store refuses to be read, the stored signal is damaged, or another owner has it
     * @throws IllegalArgumentException if only a broker knows what is held
     */
    void restoreOrRefuse(long at) {
        try {
            read(at);
        } catch (StoreUnavailableException e) {
            cannotReach(at, e);
        }
    }

    private void read(long at) {
        slot.settle();
        slot.restore().ifPresent(signal -> report.restored(at, signal));
        slot.damagedHistory()
                .ifPresent(
                        e -> report.failed(at, READ_HISTORY, found(e) + " What is held is managed all the same.", e));
        report.recovered(at, REACH_STORE);
    }

    /** Reports that the slot could not be claimed or read. */
    void cannotReach(long at, RuntimeException failure) {
        failed(at, REACH_STORE, NO_ENTRY, failure);
    }

    /** Puts a signal into the slot, and returns whether the store took it. */
    boolean holds(long at, Signal signal) {
        return told(
                at,
                failure -> SignalSlot.mayHaveHappened(failure)
                        ? "Whether the entry was taken is looked up with the next candle."
                        : "The entry was not taken.",
                () -> slot.hold(signal));
    }

    /** Opens the scheduled signal, whose order an exchange has filled: it is, whatever the store says. */
    void fill(long at, Signal open) {
        told(at, "The position, which the exchange has filled, is managed all the same.", () -> slot.fill(open));
    }

    /** Records new marks. */
    void mark(long at, Signal signal, Marks marks) {
        told(at, "The position goes on being managed.", () -> slot.mark(signal, marks));
    }

    /** Writes what is held once more, if the store does not hold it as it is. */
    void rewrite(long at) {
        if (slot.unwritten()) {
            told(at, "The position goes on being managed.", slot::rewrite);
        }
    }

    /** Frees the slot of a signal that has ended. */
    void end(long at, EndedSignal ended) {
        told(
                at,
                "The signal has ended all the same; the store will be told as soon as it can, and no new entry will"
                        + " be taken before.",
                () -> slot.end(ended));
    }

    private void told(long at, String otherwise, Runnable change) {
        told(at, failure -> otherwise, change);
    }

    private boolean told(long at, Function<RuntimeException, String> otherwise, Runnable change) {
        try {
            change.run();
            report.recovered(at, REACH_STORE);
            return true;
        } catch (RuntimeException e) {
            failed(at, REACH_STORE, otherwise.apply(e), e);
            return false;
        }
    }

    /** Tells the store what it could not be told before, if there is anything, and decides nothing. */
    void settle(long at) {
        unsettled(at).ifPresent(e -> failed(at, REACH_STORE, "It is told again with the next candle.", e));
    }

    /** As {@link #settle}, where no next time follows. What became of a change of unknown outcome is looked up. */
    void settleAtLast(long at) {
        if (slot.isDoubtful() && !isReadAtLast(at)) {
            return;
        }
        unsettled(at)
                .ifPresent(e -> failedAtLast(
                        at,
                        e,
                        slot.maybeStored()
                                ? UNKNOWN
                                : "What changed last is not stored: the next start finds what was before."));
    }

    private boolean isReadAtLast(long at) {
        try {
            read(at);
            return true;
        } catch (ClaimLostException e) {
            throw e;
        } catch (RuntimeException e) {
            failedAtLast(at, e, UNKNOWN);
            return false;
        }
    }

    private Optional<RuntimeException> unsettled(long at) {
        if (!slot.settled()) {
            try {
                slot.settleAll();
                report.recovered(at, REACH_STORE);
            } catch (ClaimLostException e) {
                throw e;
            } catch (RuntimeException e) {
                return Optional.of(e);
            }
        }
        return Optional.empty();
    }

    /** Keeps the claim, and the held signal from expiring. */
    void keep(long at) {
        try {
            Optional<Signal> lost = slot.keep();
            report.recovered(at, KEEP_SLOT);
            lost.ifPresent(signal -> report.fault(
                    at,
                    KEEP_SLOT,
                    "The store has lost signal " + key + " '" + signal.id()
                            + "', which is held. It is written again with"
                            + " the next candle; find out what removed it.",
                    new IllegalStateException("the held signal was not in the store")));
        } catch (RuntimeException e) {
            failed(at, KEEP_SLOT, TRIED_AGAIN, e);
        } catch (Error e) { // a class that a driver cannot load does not keep the next attempt from being made
            failed(at, KEEP_SLOT, TRIED_AGAIN, new IllegalStateException(e));
        }
    }

    /** Returns how often {@link #keep} is due; empty if never. */
    Optional<Duration> keepEvery() {
        return slot.keepEvery();
    }

    private void failed(long at, String activity, String consequence, RuntimeException failure) {
        if (failure instanceof ClaimLostException lost) {
            throw lost;
        }
        report.failed(at, activity, found(failure) + " " + consequence, failure);
    }

    private void failedAtLast(long at, RuntimeException failure, String consequence) {
        report.fault(at, STORE_LAST, found(failure) + " " + consequence, failure);
    }

    /** Says what was found, as the store says it, or what it threw that no store may throw. */
    String found(RuntimeException failure) {
        return failure instanceof SignalStoreException || failure instanceof Held.OrderUnderWayException
                ? String.valueOf(failure.getMessage())
                : "Cannot use the store of " + key + ": it threw " + failure + ".";
    }
}
