package io.backtestkit.laboratory.kill;

import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimAnswer;
import io.backtestkit.store.Claims;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.StoreUnavailableException;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/** Owners stopped in mid-work until their lease has run out, by the store's own clock, and woken up once they are succeeded. */
final class PausedOwners implements Trials {

    private static final Duration SHORT_LEASE = Duration.ofMillis(300);
    private static final long PATIENCE_NANOS = Duration.ofMinutes(3).toNanos();
    private static final long ASK_AGAIN_NANOS = Duration.ofMillis(20).toNanos();
    private static final int MOST_STEPS = 20;
    private static final long MOST_NANOS = 10_000_000;
    private static final int LONGEST_REST_MILLIS = 20;

    private final Place place;
    private final SplittableRandom random;
    private final SignalStore store;
    private final Claims claims;
    private final Ledger ledger;
    private long epoch;

    PausedOwners(Place place, SplittableRandom random) {
        this.place = place;
        this.random = random;
        store = place.open();
        claims = store.claims().orElseThrow();
        ledger = new Ledger(place.kind().endsInOneStep());
    }

    @Override
    public void next() {
        try (Owner owner = Owner.start(place, SHORT_LEASE, rest(), ledger.next().number())) {
            pause(owner, 1 + random.nextInt(MOST_STEPS));
            Claim successor = successor(owner);
            Succession.require(
                    successor.epoch() == epoch + 2,
                    "the epoch was " + successor.epoch() + " after that of the paused owner, " + (epoch + 1));
            State left = State.of(store, OwnerMain.KEY);
            long written = ledger.next().number() + 1_000_000;
            claims.write(successor, Step.signal(OwnerMain.KEY, written));

            owner.resume();
            ledger.acknowledge(owner.outcome());
            Succession.require(owner.lost(), "the paused owner was not told that it has lost the slot");
            ledger.found(left, false);
            ledger.changed(new State(written, left.log()));
            ledger.unchanged(State.of(store, OwnerMain.KEY));
            Succession.requireHeld(claims, successor);
            claims.release(successor);
            epoch = successor.epoch();
        }
    }

    /** An owner of files holds the lock of the folder while it works: one that never rests would almost always be stopped there. */
    private Duration rest() {
        return place.kind() == StoreKind.FILES || random.nextBoolean()
                ? Duration.ofMillis(1 + random.nextInt(LONGEST_REST_MILLIS))
                : Duration.ZERO;
    }

    private void pause(Owner owner, int steps) {
        owner.await(steps);
        Moment.pass(random.nextLong(MOST_NANOS));
        owner.pause();
    }

    /** Asks until the lease has run out. An owner stopped in mid-change may keep everybody out: then it is stopped elsewhere. */
    private Claim successor(Owner owner) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (System.nanoTime() - end < 0) {
            try {
                ClaimAnswer answer = claims.claim(OwnerMain.KEY, Succession.SUCCESSOR, Succession.LEASE);
                if (answer instanceof ClaimAnswer.Granted) {
                    return answer.claim();
                }
            } catch (StoreUnavailableException e) {
                Succession.require(!e.mayHaveHappened(), "nobody can tell whether the slot was given: " + e);
                owner.resume();
                pause(owner, owner.acknowledged() + 1);
            }
            LockSupport.parkNanos(ASK_AGAIN_NANOS);
        }
        throw new AssertionError("a slot was never given although its lease had run out");
    }

    @Override
    public void close() {
        store.close();
    }
}
