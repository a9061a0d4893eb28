package io.backtestkit.engine;

import io.backtestkit.event.Event;
import io.backtestkit.event.Events;
import io.backtestkit.signal.CancelledSignal;
import io.backtestkit.signal.ClosedSignal;
import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Tells listeners what became of the ticks of one key: one event for each outcome, troubles when they begin and when they
 * end. Times are UTC epoch milliseconds; any thread may call.
 */
final class TickReport {

    private final SignalKey key;
    private final Events events;
    /** What failed and has not worked again since, and in which ways: each is reported once, not every minute. */
    private final Map<String, Set<Class<?>>> troubles = new ConcurrentHashMap<>();

    TickReport(SignalKey key, Events events) {
        this.key = key;
        this.events = events;
    }

    void restored(long time, Signal signal) {
        events.emit(new Event.Restored(key, Instant.ofEpochMilli(time), signal));
    }

    /** Reports an outcome that leaves a slot as {@code held} says; makes no event if nobody listens. */
    void tick(long time, double price, Outcome outcome, @Nullable Held held) {
        if (!events.listensTo(Event.Tick.class)) {
            return;
        }
        Instant at = Instant.ofEpochMilli(time);
        if (held == null) {
            events.emit(new Event.Idle(key, at, price));
        } else if (outcome instanceof Outcome.Open) {
            events.emit(new Event.Opened(key, at, price, held.signal));
        } else if (outcome instanceof Outcome.Schedule) {
            events.emit(new Event.Scheduled(key, at, price, held.signal));
        } else if (held.isOpen) {
            events.emit(new Event.Active(key, at, price, held.signal));
        } else {
            events.emit(new Event.Waiting(key, at, price, held.signal));
        }
    }

    /** Reports the outcome that a signal has ended. */
    void ended(long time, double price, EndedSignal ended) {
        Instant at = Instant.ofEpochMilli(time);
        if (ended instanceof ClosedSignal closed) {
            events.emit(new Event.Closed(key, at, price, closed));
        } else if (ended instanceof CancelledSignal cancelled) {
            events.emit(new Event.Cancelled(key, at, price, cancelled));
        }
    }

    /** Tells what a person should know, though nothing failed. */
    void warn(long time, String message) {
        events.emit(new Event.Warned(key, Instant.ofEpochMilli(time), message));
    }

    /** Reports something that went wrong in this tick alone. */
    void fault(long time, String activity, String message, Exception cause) {
        events.emit(new Event.Failed(key, Instant.ofEpochMilli(time), activity, message, cause));
    }

    /**
     * Reports something that goes on being wrong, once until it has {@link #recovered}; and once more when it fails in another
     * way, since what a person must do is another thing then: a lost connection mends itself, a changed password does not.
     */
    void failed(long time, String activity, String message, Exception cause) {
        if (troubles.computeIfAbsent(activity, begun -> ConcurrentHashMap.newKeySet())
                .add(cause.getClass())) {
            fault(time, activity, message, cause);
        }
    }

    void recovered(long time, String activity) {
        if (!troubles.isEmpty() && troubles.remove(activity) != null) {
            events.emit(new Event.Recovered(key, Instant.ofEpochMilli(time), activity));
        }
    }
}
