package io.backtestkit.event;

import io.backtestkit.signal.CancelledSignal;
import io.backtestkit.signal.ClosedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimLostException;
import java.time.Instant;
import java.util.Optional;

/**
 * Something that happened to one strategy on one symbol. Every tick has exactly one {@link Tick} event; the others come
 * between. All are immutable values.
 */
public sealed interface Event {

    /** Returns which strategy on which symbol. */
    SignalKey key();

    /** Returns the time of the tick it belongs to, UTC. */
    Instant at();

    /** The outcome of one tick. */
    sealed interface Tick extends Event {

        /** Returns the engine price of the tick. */
        double price();

        /** Returns the signal concerned, as it is after the tick; empty when nothing is held. */
        Optional<Signal> signal();
    }

    /** Nothing is held, and nothing was begun. */
    record Idle(SignalKey key, Instant at, double price) implements Tick {
        @Override
        public Optional<Signal> signal() {
            return Optional.empty();
        }
    }

    /** A signal was accepted and rests at its entry price. It is stored. */
    record Scheduled(SignalKey key, Instant at, double price, Signal held) implements Tick {
        @Override
        public Optional<Signal> signal() {
            return Optional.of(held);
        }
    }

    /** A scheduled signal goes on waiting. */
    record Waiting(SignalKey key, Instant at, double price, Signal held) implements Tick {
        @Override
        public Optional<Signal> signal() {
            return Optional.of(held);
        }
    }

    /** A position opened. It is stored. */
    record Opened(SignalKey key, Instant at, double price, Signal held) implements Tick {
        @Override
        public Optional<Signal> signal() {
            return Optional.of(held);
        }
    }

    /** A position goes on being held. */
    record Active(SignalKey key, Instant at, double price, Signal held) implements Tick {
        @Override
        public Optional<Signal> signal() {
            return Optional.of(held);
        }
    }

    /** A position was left. It is in the trade log, and its slot is free. */
    record Closed(SignalKey key, Instant at, double price, ClosedSignal ended) implements Tick {
        @Override
        public Optional<Signal> signal() {
            return Optional.of(ended.signal());
        }
    }

    /** A scheduled signal was given up. It is in the trade log, and its slot is free. */
    record Cancelled(SignalKey key, Instant at, double price, CancelledSignal ended) implements Tick {
        @Override
        public Optional<Signal> signal() {
            return Optional.of(ended.signal());
        }
    }

    /**
     * A stored signal was found at the start and is managed again; comes before the first tick. Later on, after a change of unknown
     * outcome: that signal is what the slot turned out to hold.
     */
    record Restored(SignalKey key, Instant at, Signal held) implements Event {}

    /**
     * Something went wrong; the engine goes on as far as is safe.
     *
     * @param activity what was being done, for example {@code ask the strategy}
     * @param message the whole story for a person: what was found and what to do
     * @param cause the exception; its type says what kind of failure it was
     */
    record Failed(SignalKey key, Instant at, String activity, String message, Exception cause) implements Event {}

    /**
     * What had failed works again.
     *
     * @param activity the activity of the {@link Failed} event
     */
    record Recovered(SignalKey key, Instant at, String activity) implements Event {}

    /**
     * Something a person should know that is no failure.
     *
     * @param message the whole story: what was found and what to do
     */
    record Warned(SignalKey key, Instant at, String message) implements Event {}

    /**
     * Another owner has the slot; this session waits to take over. Comes once, before {@link Restored}.
     *
     * @param holder who has it, and until when if it is not renewed
     */
    record StandingBy(SignalKey key, Instant at, Claim holder) implements Event {}

    /**
     * Another owner has the slot that this session had. Nothing more is decided here; {@link Stopped} follows.
     *
     * @param message the whole story for a person
     */
    record ClaimLost(SignalKey key, Instant at, String message, ClaimLostException cause) implements Event {}

    /**
     * Live trading stopped; no tick follows.
     *
     * @param held the signal that is held at the end, and stays in the store for the next start; empty if there is none. If a
     *     {@link Failed} before it says that what changed last is not stored, the store may show what was before.
     */
    record Stopped(SignalKey key, Instant at, Optional<Signal> held) implements Event {}
}
