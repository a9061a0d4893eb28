package io.backtestkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import java.time.Duration;
import java.util.Optional;

/** The setting aside of a damaged record in whose place somebody else has put a signal by then. */
final class LateSetAside extends LateCall {

    private final SignalStore near;
    private final SignalStore far;
    private final SignalKey key;
    private final Optional<Signal> replacement;
    private final Signal next;

    /**
     * Writes a record and damages it.
     *
     * @param replacing whether the call puts a signal of its own in the place of the record
     */
    LateSetAside(
            SignalStore near, SignalStore far, SignalKey key, Damager damager, boolean replacing, Duration longest) {
        super(longest);
        this.near = near;
        this.far = far;
        this.key = key;
        Signal right = SampleSignals.openLong(key).id("right").build();
        replacement = replacing ? Optional.of(right) : Optional.empty();
        next = Change.next(key);
        near.write(key, Change.held(key));
        damager.damage(key, damager.possible().iterator().next());
    }

    @Override
    void make() {
        replacement.ifPresentOrElse(signal -> far.setAside(key, signal), () -> far.setAside(key));
    }

    @Override
    void overtake() {
        near.setAside(key);
        near.write(key, next);
    }

    /** It is set aside, whoever did it. */
    @Override
    boolean mayBeToldDone() {
        return true;
    }

    @Override
    void assertChangedNothing() {
        assertThat(near.read(key)).as("what the slot has, after %s", this).contains(next);
    }

    @Override
    public String toString() {
        return "a late setting aside of " + key + " whose slot holds what can be read by then";
    }
}
