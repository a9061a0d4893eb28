package io.backtestkit.laboratory.kill;

import io.backtestkit.store.Claim;
import io.backtestkit.store.Claims;
import io.backtestkit.store.SignalStore;
import java.time.Duration;
import java.util.SplittableRandom;

/** Owners killed one after the other, each succeeded at once by another. */
final class ClientKills implements Trials {

    private static final int MOST_STEPS = 30;
    private static final long MOST_NANOS = 4_000_000;

    private final Place place;
    private final SplittableRandom random;
    private final SignalStore store;
    private final Claims claims;
    private final Ledger ledger;
    private long epoch;

    ClientKills(Place place, SplittableRandom random) {
        this.place = place;
        this.random = random;
        store = place.open();
        claims = store.claims().orElseThrow();
        ledger = new Ledger(place.kind().endsInOneStep());
    }

    @Override
    public void next() {
        ledger.acknowledge(killed(random.nextInt(MOST_STEPS), random.nextLong(MOST_NANOS)));
        Claim dead = Succession.dead(claims, epoch + 1);
        Claim successor = Succession.takeOver(claims, dead);
        State found = State.of(store, OwnerMain.KEY);
        ledger.found(found, true);
        Succession.requireRefused(store, dead, successor);
        if (found.isHalfEnded()) {
            claims.end(successor, Step.ended(OwnerMain.KEY, found.held()));
            ledger.changed(new State(0, found.log()));
            ledger.unchanged(State.of(store, OwnerMain.KEY));
        }
        claims.release(successor);
        epoch = successor.epoch();
    }

    /** Kills an owner a moment after so many steps, and returns how many are acknowledged. */
    private int killed(int steps, long nanos) {
        try (Owner owner = Owner.start(
                place, Succession.LEASE, Duration.ZERO, ledger.next().number())) {
            owner.await(steps);
            Moment.pass(nanos);
            return owner.kill();
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
