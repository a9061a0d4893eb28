package io.backtestkit.laboratory.kill;

import java.util.ArrayList;
import java.util.List;

/** What a slot must hold, by what its owners were told. One thread at a time may use it. */
final class Ledger {

    private final boolean endsInOneStep;
    private State state = State.NOTHING;
    private Step next = Step.first(1);

    /** Begins with nothing; {@code endsInOneStep} says that no end can be found half done. */
    Ledger(boolean endsInOneStep) {
        this.endsInOneStep = endsInOneStep;
    }

    /** Returns the step that comes next. */
    Step next() {
        return next;
    }

    /** Notes that this step is acknowledged. */
    void acknowledge() {
        state = state.after(next);
        next = next.next();
    }

    /** Notes that so many steps are acknowledged. */
    void acknowledge(int steps) {
        for (int step = 0; step < steps; step++) {
            acknowledge();
        }
    }

    /**
     * Throws unless everything acknowledged was found. The next owner begins with another signal.
     *
     * @param begun whether the next step may have been begun
     */
    void found(State found, boolean begun) {
        List<State> possible = new ArrayList<>(List.of(state));
        if (begun) {
            possible.add(state.after(next));
            if (next.kind() == Step.Kind.END && !endsInOneStep) {
                possible.add(state.logged(next));
            }
        }
        if (!possible.contains(found)) {
            throw new AssertionError("found was " + found + "; acknowledged was " + state
                    + (begun ? ", and begun at most " + next : ", and nothing more can have happened"));
        }
        state = found;
        next = Step.first(next.number() + 1);
    }

    /** Throws unless it is all as it was found last. */
    void unchanged(State found) {
        if (!found.equals(state)) {
            throw new AssertionError("found was " + found + " where nobody had changed " + state);
        }
    }

    /** Notes a change that was not the next step. */
    void changed(State now) {
        state = now;
    }
}
