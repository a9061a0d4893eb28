package io.backtestkit.laboratory.world;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import java.util.List;
import java.util.Optional;

/** What a store truly holds for one slot, seen past all faults. */
public interface Witness {

    /** Returns the signal in the slot. */
    Optional<Signal> held();

    /** Returns everything that ended in it, oldest first. */
    List<EndedSignal> log();

    /** Says whether the end of that signal is in the log. */
    default boolean logged(Signal signal) {
        return log().stream()
                .anyMatch(ended -> ended.signal().id().equals(signal.id())
                        && ended.signal().createdAt().equals(signal.createdAt()));
    }
}
