package io.backtestkit.laboratory.kill;

import io.backtestkit.laboratory.Experiment;
import io.backtestkit.laboratory.Tally;
import io.backtestkit.store.Claim;
import io.backtestkit.store.Claims;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStoreException;
import io.backtestkit.testkit.StoreOpener;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Kills a process at every call of the system that it makes for one change of a file store. A case is a change, {@code
 * overwrite}; one trial of it is {@code overwrite@fsync-2}, killed when it was about to make its second {@code fsync}. Needs
 * {@code strace}.
 */
public final class KillsAtCalls implements Experiment {

    private static final String THIRD = "third";
    private static final long NEXT = 3;

    private final Tracer tracer;
    private final Class<? extends StoreOpener> opener;

    /** Throws with what to do if {@code strace} is not there. */
    public KillsAtCalls() {
        this(new Tracer("strace"), StoreOpener.ByLocation.class);
    }

    KillsAtCalls(Tracer tracer, Class<? extends StoreOpener> opener) {
        this.tracer = tracer;
        this.opener = opener;
    }

    @Override
    public String name() {
        return "kills-at-calls";
    }

    @Override
    public String unit() {
        return "kills";
    }

    @Override
    public List<String> cases() {
        return Arrays.stream(Operation.values()).map(Operation::toString).toList();
    }

    @Override
    public void run(String name, Tally tally) {
        int at = name.indexOf('@');
        Operation operation = Operation.valueOf(
                (at < 0 ? name : name.substring(0, at)).toUpperCase(Locale.ROOT).replace('-', '_'));
        if (at >= 0) {
            int dash = name.indexOf('-', at);
            run(operation, name.substring(at + 1, dash), Integer.parseInt(name.substring(dash + 1)), tally);
            return;
        }
        for (String call : calls(operation)) {
            int number = 1;
            while (run(operation, call, number, tally)) {
                number++;
            }
        }
    }

    private List<String> calls(Operation operation) {
        try (Place place = prepared(operation);
                ChildProcess process = start(operation, place)) {
            return tracer.calls(process);
        }
    }

    private Place prepared(Operation operation) {
        Place place = Place.inFiles(opener);
        try (SignalStore store = place.open()) {
            operation.prepare(store);
        }
        return place;
    }

    private static ChildProcess start(Operation operation, Place place) {
        ChildProcess process = ChildProcess.start(
                OperationMain.class, List.of(place.opener().getName(), place.location(), operation.name()));
        if (!process.line().equals(Optional.of(OperationMain.READY))) {
            process.close();
            throw new IllegalStateException("A process cannot open " + place.location() + ".");
        }
        return process;
    }

    /** Returns false if the process came to its end unharmed. */
    private boolean run(Operation operation, String call, int number, Tally tally) {
        String name = operation + "@" + call + "-" + number;
        try (Place place = prepared(operation)) {
            boolean acknowledged;
            boolean killed;
            try (ChildProcess process = start(operation, place)) {
                tracer.kill(process, call, number);
                acknowledged = process.line().equals(Optional.of(OwnerMain.DONE));
                killed = process.end() != 0;
            }
            if (killed) {
                tally.tried();
            } else if (!acknowledged) {
                tally.bad(name, "it failed without a kill");
            }
            try {
                examine(operation, place, acknowledged);
            } catch (AssertionError e) {
                tally.bad(name, String.valueOf(e.getMessage()));
            } catch (SignalStoreException e) {
                tally.bad(name, "it throws " + e);
            }
            return killed;
        }
    }

    /** Opens what was left: it is old or new, and whole, and the next owner can go on. */
    private static void examine(Operation operation, Place place, boolean acknowledged) {
        State next;
        try (SignalStore store = place.open()) {
            Claims claims = store.claims().orElseThrow();
            State found = State.of(store, OwnerMain.KEY);
            Optional<Claim> holder = claims.holder(OwnerMain.KEY);
            requirePossible(operation, found, holder.map(Claim::owner), acknowledged);

            Claim claim = (holder.isPresent()
                            ? claims.takeOver(holder.get(), THIRD, Succession.LEASE)
                            : claims.claim(OwnerMain.KEY, THIRD, Succession.LEASE))
                    .claim();
            long last = holder.map(Claim::epoch).orElse(1L);
            Succession.require(
                    claim.owner().equals(THIRD) && claim.epoch() > last,
                    "the next claim was " + claim + " after epoch " + last);
            holder.ifPresent(old -> Succession.requireRefused(store, old, claim));
            if (found.isHalfEnded()) {
                claims.end(claim, Step.ended(OwnerMain.KEY, found.held()));
            }
            claims.write(claim, Step.signal(OwnerMain.KEY, NEXT));
            next = new State(NEXT, found.log());
        }
        try (SignalStore store = place.open()) {
            State found = State.of(store, OwnerMain.KEY);
            Succession.require(found.equals(next), "after the next write found was " + found);
        }
    }

    private static void requirePossible(
            Operation operation, State found, Optional<String> owner, boolean acknowledged) {
        boolean old = found.equals(operation.before()) && owner.equals(operation.ownerBefore());
        boolean done = found.equals(operation.after()) && owner.equals(operation.ownerAfter());
        boolean half = operation == Operation.END
                && found.equals(
                        new State(operation.before().held(), operation.after().log()))
                && owner.equals(operation.ownerBefore());
        Succession.require(
                acknowledged ? done : old || done || half,
                "found was " + found + " of " + owner + (acknowledged ? ", acknowledged" : "") + "; before it was "
                        + operation.before());
    }
}
