package io.backtestkit.laboratory.kill;

import io.backtestkit.laboratory.Experiment;
import io.backtestkit.laboratory.Tally;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimAnswer;
import io.backtestkit.store.Claims;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.UnreadableSignalException;
import io.backtestkit.testkit.StoreOpener;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Kills a process at every call of the system that it makes for one change of a store: on files those that change or flush
 * them, on a server those that send and receive. A case is a store and a change, {@code files/overwrite}; one trial of it is
 * {@code files/overwrite@fsync-2}, killed when it was about to make its second {@code fsync}. Needs {@code strace}.
 */
public final class KillsAtCalls implements Experiment, AutoCloseable {

    private static final String THIRD = "third";
    private static final long NEXT = 3;

    private final SystemCalls calls;
    private final Places places;

    /** Kills by {@code strace}; a case that is run without it throws with what to do. */
    public KillsAtCalls() {
        this(new Tracer("strace"), StoreOpener.ByLocation.class);
    }

    KillsAtCalls(SystemCalls calls, Class<? extends StoreOpener> opener) {
        this.calls = calls;
        places = new Places(opener);
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
        return Arrays.stream(StoreKind.values())
                .flatMap(kind -> Arrays.stream(Operation.values()).map(operation -> kind + "/" + operation))
                .toList();
    }

    @Override
    public void run(String name, Tally tally) {
        int slash = name.indexOf('/');
        int at = name.indexOf('@');
        if (slash < 0) {
            throw new IllegalArgumentException("There is no case '" + name + "': one reads files/overwrite.");
        }
        StoreKind kind = StoreKind.named(name.substring(0, slash));
        Operation operation = Operation.named(name.substring(slash + 1, at < 0 ? name.length() : at));
        if (at >= 0) {
            int dash = name.indexOf('-', at);
            run(kind, operation, name.substring(at + 1, dash), Integer.parseInt(name.substring(dash + 1)), tally);
            return;
        }
        for (String call : calls(kind, operation)) {
            int number = 1;
            while (run(kind, operation, call, number, tally)) {
                number++;
            }
        }
    }

    private List<String> calls(StoreKind kind, Operation operation) {
        try (Place place = prepared(kind, operation);
                ChildProcess process = start(operation, place)) {
            return calls.calls(process, kind == StoreKind.FILES ? Tracer.ON_FILES : Tracer.ON_A_NETWORK);
        }
    }

    private Place prepared(StoreKind kind, Operation operation) {
        Place place = places.make(kind);
        try (SignalStore store = place.open()) {
            operation.prepare(store);
        }
        if (operation.before().equals(State.DAMAGED)) {
            RecordDamage.at(place, OwnerMain.KEY);
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
    private boolean run(StoreKind kind, Operation operation, String call, int number, Tally tally) {
        String name = kind + "/" + operation + "@" + call + "-" + number;
        try (Place place = prepared(kind, operation)) {
            boolean acknowledged;
            boolean killed;
            try (ChildProcess process = start(operation, place)) {
                calls.kill(process, call, number);
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

    /**
     * Opens what was left: it is old or new, and whole, and the next owner can go on. A server may still be at work on what
     * the dead process asked for; once it is succeeded, that comes too late.
     */
    private static void examine(Operation operation, Place place, boolean acknowledged) {
        State next;
        try (SignalStore store = place.open()) {
            Claims claims = store.claims().orElseThrow();
            Optional<Claim> holder = claims.holder(OwnerMain.KEY);
            ClaimAnswer answer = next(claims, holder);
            while (answer instanceof ClaimAnswer.Held overtaken) {
                holder = Optional.of(overtaken.claim());
                answer = next(claims, holder);
            }
            Claim claim = answer.claim();
            State found = found(store, operation);
            requirePossible(operation, place.kind(), found, holder.map(Claim::owner), acknowledged);
            long last = holder.map(Claim::epoch).orElse(1L);
            Succession.require(claim.epoch() > last, "the next claim was " + claim + " after epoch " + last);
            holder.ifPresent(old -> Succession.requireRefused(store, old, claim));
            Claim owner = found.equals(State.DAMAGED) ? doneAgain(store, operation, claim) : claim;
            if (found.isHalfEnded()) {
                claims.end(owner, Step.ended(OwnerMain.KEY, found.held()));
            }
            claims.write(owner, Step.signal(OwnerMain.KEY, NEXT));
            next = new State(NEXT, found.log());
        }
        try (SignalStore store = place.open()) {
            State found = State.of(store, OwnerMain.KEY);
            Succession.require(found.equals(next), "after the next write found was " + found);
        }
    }

    /** Makes a change that is made without a claim once more; a server may meanwhile have made it the first time. */
    private static Claim doneAgain(SignalStore store, Operation operation, Claim claim) {
        Claims claims = store.claims().orElseThrow();
        claims.release(claim);
        operation.run(store);
        State found = State.of(store, OwnerMain.KEY);
        Succession.require(found.equals(operation.after()), "after it was made again found was " + found);
        return claims.claim(OwnerMain.KEY, THIRD, Succession.LEASE).claim();
    }

    private static State found(SignalStore store, Operation operation) {
        try {
            return State.of(store, OwnerMain.KEY);
        } catch (UnreadableSignalException e) {
            if (operation.before().equals(State.DAMAGED)) {
                return State.DAMAGED;
            }
            throw e;
        }
    }

    private static ClaimAnswer next(Claims claims, Optional<Claim> holder) {
        return holder.isPresent()
                ? claims.takeOver(holder.get(), THIRD, Succession.LEASE)
                : claims.claim(OwnerMain.KEY, THIRD, Succession.LEASE);
    }

    private static void requirePossible(
            Operation operation, StoreKind kind, State found, Optional<String> owner, boolean acknowledged) {
        boolean old = found.equals(operation.before()) && owner.equals(operation.ownerBefore());
        boolean done = found.equals(operation.after()) && owner.equals(operation.ownerAfter());
        boolean half = operation == Operation.END
                && !kind.endsInOneStep()
                && found.equals(
                        new State(operation.before().held(), operation.after().log()))
                && owner.equals(operation.ownerBefore());
        Succession.require(
                acknowledged ? done : old || done || half,
                "found was " + found + " of " + owner + (acknowledged ? ", acknowledged" : "") + "; before it was "
                        + operation.before());
    }

    /** Stops the servers; without it they stop with this process. */
    @Override
    public void close() {
        places.close();
    }
}
