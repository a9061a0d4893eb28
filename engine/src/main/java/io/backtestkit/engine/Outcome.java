package io.backtestkit.engine;

import io.backtestkit.signal.CancelledSignal;
import io.backtestkit.signal.ClosedSignal;
import io.backtestkit.signal.Marks;
import io.backtestkit.signal.Signal;
import java.util.List;

/** What the rules decided for one tick: nothing has been done about it yet. */
sealed interface Outcome {

    /** The command has no effect here. */
    record NoEffect() implements Outcome {}

    /** Nothing is held and nothing begins. */
    record StayIdle() implements Outcome {}

    /** The scheduled signal goes on waiting. */
    record KeepWaiting() implements Outcome {}

    /** The position goes on; its marks cover the price already. */
    record StayActive() implements Outcome {}

    /** The position goes on with a new best or worst mark. */
    record Mark(Marks marks) implements Outcome {}

    /** The proposal is refused, for these reasons. */
    record Refuse(List<String> faults) implements Outcome {}

    /** The signal begins to rest at its entry price. */
    record Schedule(Signal signal) implements Outcome {}

    /** The position opens. */
    record Open(Signal signal) implements Outcome {}

    /** The position is left. */
    record Close(ClosedSignal ended) implements Outcome {}

    /** The scheduled signal is given up. */
    record Cancel(CancelledSignal ended) implements Outcome {}

    // one object each, so that a tick on which nothing changes allocates nothing
    Outcome NO_EFFECT = new NoEffect();
    Outcome IDLE = new StayIdle();
    Outcome WAITING = new KeepWaiting();
    Outcome ACTIVE = new StayActive();
}
