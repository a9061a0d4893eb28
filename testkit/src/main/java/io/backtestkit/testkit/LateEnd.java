package io.backtestkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.signal.ClosedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import java.time.Duration;

/** An end under way whose slot holds the next signal by then, under the same claim or under none: that is not the one that ended. */
final class LateEnd extends LateCall {

    private final SignalStore near;
    private final SignalStore far;
    private final SignalKey key;
    private final ClosedSignal ended;
    private final Signal next;
    private final boolean again;

    /**
     * Writes the signal that is to end.
     *
     * @param again whether it has ended before, so that the slot is free and the end under way has nothing to do
     */
    LateEnd(SignalStore near, SignalStore far, SignalKey key, boolean again, Duration longest) {
        super(longest);
        this.near = near;
        this.far = far;
        this.key = key;
        this.again = again;
        ended = SampleSignals.closed(Change.held(key));
        next = Change.next(key);
        near.write(key, Change.held(key));
        if (again) {
            near.end(ended);
        }
    }

    @Override
    void make() {
        far.end(ended);
    }

    /** Ends the signal, as whoever was not told what became of the other end does, and writes the next. */
    @Override
    void overtake() {
        near.end(ended);
        near.write(key, next);
    }

    /** The signal has ended, whoever did it. */
    @Override
    boolean mayBeToldDone() {
        return true;
    }

    @Override
    void assertChangedNothing() {
        assertThat(near.read(key)).as("what the slot has, after %s", this).contains(next);
        near.tradeLog()
                .ifPresent(log ->
                        assertThat(log.trades(key)).as("the log after %s", this).containsExactly(ended));
    }

    @Override
    public String toString() {
        return "a late " + (again ? "second " : "") + "end of " + key + " whose slot holds the next signal by then";
    }
}
