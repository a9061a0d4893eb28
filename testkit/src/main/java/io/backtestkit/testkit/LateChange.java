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
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A change under way for an owner who is succeeded meanwhile, by another or under a newer claim of its own. Once the successor
 * was granted the slot, the change may alter nothing any more, neither the slot nor its log nor who has it.
 */
final class LateChange extends LateCall {

    static final Duration LEASE = Duration.ofMinutes(5);
    static final String OWNER = "old owner";
    static final String SUCCESSOR = "successor";

    private static final Duration HEAD_START = Duration.ofMillis(50);

    private final ClaimedChange change;
    private final SignalStore near;
    private final Claims claims;
    private final Claims far;
    private final Claim old;
    private final String successor;
    private final Signal successors;
    private final long writeNanos;
    private boolean madeBefore;
    private Optional<Claim> holder = Optional.empty();
    private Optional<Signal> found = Optional.empty();
    private List<EndedSignal> logged = List.of();

    /**
     * Claims that slot for {@link #OWNER}, and writes what {@link ClaimedChange} begins with.
     *
     * @param successor who has the slot next
     */
    LateChange(ClaimedChange change, SignalStore near, Claims far, SignalKey key, String successor, Duration longest) {
        super(longest);
        this.change = change;
        this.near = near;
        this.far = far;
        this.successor = successor;
        claims = near.claims().orElseThrow();
        old = StoreContract.granted(claims.claim(key, OWNER, LEASE));
        long start = System.nanoTime();
        claims.write(old, Change.held(key));
        writeNanos = System.nanoTime() - start;
        successors = SampleSignals.openLong(key).id("of the successor").build();
    }

    @Override
    void make() {
        change.make(far, old);
    }

    /** Has the successor take the slot over and write. */
    @Override
    void overtake() {
        Claim present = StoreContract.granted(takeOver());
        holder = Optional.of(present);
        look();
        madeBefore = wasMade();
        claims.write(present, successors);
        look();
    }

    private ClaimAnswer takeOver() {
        return claims.takeOver(old, successor, LEASE);
    }

    /** Not if the slot shows that the change was not made before the successor who wrote had it. */
    @Override
    boolean mayBeToldDone() {
        return !change.changesTheSlot() || madeBefore;
    }

    @Override
    boolean mayThrow(Throwable failure) {
        return failure instanceof ClaimLostException || super.mayThrow(failure);
    }

    /** Has the successor take the slot over while the change is made: after that part of the time that a write takes. */
    void raceAt(double part) {
        awaitBeginning();
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

    /** Checks that the slot, its claim and its log are as the successor found and left them. */
    @Override
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
        return "a " + change + " of " + old.key() + " whose owner was succeeded meanwhile by '" + successor + "'";
    }
}
