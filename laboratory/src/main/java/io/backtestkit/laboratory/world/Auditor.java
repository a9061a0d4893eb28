package io.backtestkit.laboratory.world;

import io.backtestkit.event.Event;
import io.backtestkit.signal.CancelledSignal;
import io.backtestkit.signal.ClosedSignal;
import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Phase;
import io.backtestkit.signal.Position;
import io.backtestkit.signal.Signal;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Hears what every living process announces, and compares it with what the store truly holds. Keeps the first thing that is
 * wrong.
 */
public final class Auditor {

    private final Witness truth;
    private @Nullable Signal open;
    private @Nullable String wrong;

    /** Compares with what that store holds. */
    public Auditor(Witness truth) {
        this.truth = truth;
    }

    /** Returns the first thing that was wrong; empty if nothing was. */
    public synchronized Optional<String> wrong() {
        return Optional.ofNullable(wrong);
    }

    private void bad(String found) {
        if (wrong == null) {
            wrong = found;
        }
    }

    /** Hears what a process announces, which still lives. */
    public synchronized void hear(Event event) {
        forgetWhatIsLogged();
        if (event instanceof Event.Opened opened) {
            opened(event, opened.held());
        } else if (event instanceof Event.Restored restored
                && restored.held().phase() == Phase.OPEN
                && !truth.logged(restored.held())) {
            opened(event, restored.held());
        } else if (event instanceof Event.Active active) {
            requireInsideItsLevels(active);
        } else if (event instanceof Event.Closed closed) {
            ended(event, closed.ended());
        } else if (event instanceof Event.Cancelled cancelled) {
            ended(event, cancelled.ended());
        } else if (event instanceof Event.Failed failed && failed.activity().equals("trade")) {
            bad("the engine gave up: " + failed.message());
        }
    }

    private void opened(Event event, Signal signal) {
        if (open != null && !same(open, signal)) {
            bad("a second position was announced, " + event + ", while " + open + " was open");
        }
        if (truth.held().filter(held -> same(held, signal)).isEmpty()) {
            bad("a position was announced that is not in the store: " + event);
        }
        open = signal;
    }

    private void ended(Event event, EndedSignal ended) {
        if (open != null && !same(open, ended.signal()) && !truth.logged(ended.signal())) {
            bad("the end of another signal was announced, " + event + ", while " + open + " was open");
        }
        forgetWhatIsLogged();
    }

    /** An end that was announced while the store was down counts once the store knows it. */
    private void forgetWhatIsLogged() {
        if (open != null && truth.logged(open)) {
            open = null;
        }
    }

    /** A position at or beyond its levels must have been left in that tick, unless the tick is older than the position. */
    private void requireInsideItsLevels(Event.Active active) {
        Signal held = active.held();
        if (held.openTimestamp().filter(active.at()::isBefore).isPresent()) {
            return;
        }
        double take = held.effectiveTakeProfit().doubleValue();
        double stop = held.effectiveStopLoss().doubleValue();
        boolean isLong = held.position() == Position.LONG;
        boolean inside = isLong
                ? active.price() > stop && active.price() < take
                : active.price() < stop && active.price() > take;
        if (!inside) {
            bad("a position was held beyond its levels: " + active);
        }
    }

    private static boolean same(Signal one, Signal other) {
        return one.id().equals(other.id()) && one.createdAt().equals(other.createdAt());
    }

    synchronized void changedByASleeper() {
        bad("a process that had lost the slot while it slept changed the store");
    }

    /** Checks between two processes: what was announced as open is in the store or in the log. */
    public synchronized void processEnded() {
        forgetWhatIsLogged();
        Signal announced = open;
        if (announced != null
                && truth.held().filter(signal -> same(signal, announced)).isEmpty()) {
            bad("a position was lost: " + announced);
        }
    }

    /** Checks the whole history: each signal once, one after the other. */
    public synchronized void checkLog() {
        List<EndedSignal> log = truth.log();
        Set<List<Object>> seen = new HashSet<>();
        for (int i = 0; i < log.size(); i++) {
            EndedSignal ended = log.get(i);
            if (!seen.add(List.of(ended.signal().id(), ended.signal().createdAt()))) {
                bad("a signal is in the log twice: " + ended);
            }
            if (i > 0 && !ended.signal().createdAt().isAfter(log.get(i - 1).endedAt())) {
                bad("two signals overlap: " + log.get(i - 1) + " and " + ended);
            }
            requireOutcome(ended);
        }
    }

    private void requireOutcome(EndedSignal ended) {
        if (ended instanceof ClosedSignal closed && closed.signal().phase() != Phase.OPEN) {
            bad("something was closed that was not open: " + ended);
        }
        if (ended instanceof CancelledSignal cancelled && cancelled.signal().phase() == Phase.OPEN) {
            bad("an open position was cancelled: " + ended);
        }
    }
}
