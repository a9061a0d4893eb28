package io.backtestkit.laboratory.kill;

import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a slot and its log hold, by the numbers of the signals.
 *
 * @param held 0 if the slot is free, -1 if its record is damaged
 */
record State(long held, List<Long> log) {

    /** Where everything begins. */
    static final State NOTHING = new State(0, List.of());

    /** What a record that cannot be read leaves to be seen of a slot in which nothing has ended. */
    static final State DAMAGED = new State(-1, List.of());

    /** Copies the log. */
    State {
        log = List.copyOf(log);
    }

    /** Reads it; throws if anything there is torn, or the list of keys tells otherwise. */
    static State of(SignalStore store, SignalKey key) {
        long held = store.read(key).map(Step::number).orElse(0L);
        Set<SignalKey> keys = store.keys();
        if (keys.contains(key) != (held != 0)) {
            throw new AssertionError("the slot holds " + held + ", and the keys are " + keys);
        }
        return new State(
                held,
                store.tradeLog().orElseThrow().trades(key).stream()
                        .map(trade -> Step.number(trade.signal()))
                        .toList());
    }

    /** Returns what is there after that step. */
    State after(Step step) {
        return switch (step.kind()) {
            case WRITE -> new State(step.number(), log);
            case RENEW -> this;
            case DELETE -> new State(0, log);
            case END -> new State(0, with(step.number()));
        };
    }

    /** Returns what is there when the step has ended a signal that is still in its slot. */
    State logged(Step end) {
        return new State(held, with(end.number()));
    }

    /** Says whether the signal that is held has ended: whoever comes next has to finish that. */
    boolean isHalfEnded() {
        return log.contains(held);
    }

    private List<Long> with(long number) {
        List<Long> longer = new ArrayList<>(log);
        longer.add(number);
        return longer;
    }

    @Override
    public String toString() {
        if (equals(DAMAGED)) {
            return "a damaged record";
        }
        int shown = Math.min(3, log.size());
        return "signal " + held + " and " + log.size() + " ended, last " + log.subList(log.size() - shown, log.size());
    }
}
