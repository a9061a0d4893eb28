package io.backtestkit.laboratory.file;

import io.backtestkit.laboratory.disk.Call;
import io.backtestkit.laboratory.disk.Image;
import io.backtestkit.laboratory.disk.PowerCut;
import io.backtestkit.laboratory.disk.Volume;
import io.backtestkit.laboratory.disk.Watcher;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimLostException;
import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.store.UnreadableSignalException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One act of which one call on the disk fails, and what comes after. */
final class FaultTrial {

    private static final String ID = "s1";

    private final Base base;
    private final Act act;
    private final Failure failure;
    private final Volume volume;
    private final Path path;
    private final FaultyCall fault;
    private final Snapshot before;
    private long epoch;
    private @Nullable Hand hand;

    FaultTrial(Script script, Image start, int number, Failure failure) {
        base = script.base();
        act = script.last().act();
        this.failure = failure;
        volume = new Volume(start);
        path = volume.path("/" + Base.folder());
        fault = new FaultyCall(number, failure, Thread.currentThread());
        before = base.snapshot();
    }

    /** Returns the call that failed; empty if none did. */
    Optional<Call> call() {
        return fault.failed();
    }

    /** Says whether the act made that many calls. */
    boolean reached() {
        return fault.reached();
    }

    /** Returns what is wrong; empty if nothing is. */
    Optional<String> run(boolean reopened) {
        try {
            if (act != Act.OPEN) {
                open();
            }
            volume.watch(fault);
            Optional<SignalStoreException> thrown = perform(base.snapshot());
            fault.heal();
            volume.watch(new Watcher() {});
            requireInterruptKept();
            List<Snapshot> possible = possible(thrown);
            requirePossibleAfterPowerCut(possible);
            if (!reopened) {
                goOn(possible);
            } else if (!isForce()) { // after a flush that failed, opening again does not tell what will stay
                close();
                goOn(possible);
            }
            return Optional.empty();
        } catch (Contradiction e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            return Optional.of("it throws " + e);
        } finally {
            fault.heal();
            close();
        }
    }

    private Optional<SignalStoreException> perform(Snapshot seen) {
        try {
            if (act == Act.OPEN) {
                close();
                open();
            } else {
                act.run(hand(), seen, ID);
            }
            noteEpoch();
            return Optional.empty();
        } catch (UnreadableSignalException e) {
            if (seen.isDamaged(Samples.MAIN)) {
                return Optional.empty(); // as it must be
            }
            throw new Contradiction("a slot that is in order cannot be read: " + e.getMessage());
        } catch (ClaimLostException e) {
            if (act.isRefusedUnderClaim() && seen.isClaimed()) {
                return Optional.empty(); // as it must be
            }
            throw new Contradiction("it throws " + e);
        } catch (SignalStoreException e) {
            return Optional.of(e);
        }
    }

    private boolean isForce() {
        return fault.failed().filter(call -> call.kind() == Call.Kind.FORCE).isPresent();
    }

    private void requireInterruptKept() {
        boolean interrupted = Thread.interrupted();
        if (failure == Failure.INTERRUPT && fault.failed().isPresent() && !interrupted) {
            throw new Contradiction("the interrupt was swallowed");
        }
    }

    /** Returns what may be found, given what the store told. */
    private List<Snapshot> possible(Optional<SignalStoreException> thrown) {
        List<Snapshot> outcomes = act.outcomes(before, before, ID);
        int last = outcomes.size() - 1;
        if (thrown.isEmpty()) {
            return outcomes.subList(last, last + 1);
        }
        if (failure == Failure.SHORT_WRITE || failure == Failure.INTERRUPT) {
            throw new Contradiction("that is no reason to fail: " + thrown.get());
        }
        boolean mayHaveHappened =
                thrown.get() instanceof StoreUnavailableException unavailable && unavailable.mayHaveHappened();
        return mayHaveHappened ? outcomes : outcomes.subList(0, 1);
    }

    /** The same act can be done now, and stays. */
    private void goOn(List<Snapshot> possible) {
        if (hand == null) {
            open();
        }
        Snapshot said = Snapshot.of(hand().store());
        if (!possible.contains(said)) {
            throw new Contradiction("it says " + said + ", possible is " + possible);
        }
        requirePossibleAfterPowerCut(
                possible.stream().filter(said::saysTheSameSignals).toList());
        if (act == Act.READ) {
            return;
        }
        Optional<SignalStoreException> thrown = perform(before);
        if (thrown.isPresent()) {
            throw new Contradiction("it cannot be done afterwards: " + thrown.get());
        }
        List<Snapshot> outcomes = act.outcomes(said, before, ID);
        requirePossibleAfterPowerCut(outcomes.subList(outcomes.size() - 1, outcomes.size()));
    }

    private void requirePossibleAfterPowerCut(List<Snapshot> possible) {
        for (Image left : PowerCut.images(volume)) {
            Optional<String> found = Examiner.examine(left, possible, epoch, base.kept());
            if (found.isPresent()) {
                throw new Contradiction("after a power cut " + found.get());
            }
        }
    }

    private Hand hand() {
        return Objects.requireNonNull(hand, "a store is open");
    }

    private void open() {
        hand = Hand.open(path);
        noteEpoch();
    }

    private void noteEpoch() {
        epoch = Math.max(epoch, hand().claim().map(Claim::epoch).orElse(0L));
    }

    private void close() {
        if (hand != null) {
            Hand open = hand;
            hand = null;
            open.close();
        }
    }
}
