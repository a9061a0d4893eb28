package io.backtestkit.engine;

/**
 * What a user or a broker tells the engine about a signal between two ticks. A command for a signal that is not held any
 * more, or that does not fit its phase, has no effect.
 */
public sealed interface Command {

    /** Returns the id of the signal it is meant for. */
    String signalId();

    /** Gives up a scheduled signal: cancelled, {@code user}. */
    record Cancel(String signalId) implements Command {}

    /** Leaves an open position at the engine price of the next tick: closed, {@code closed}. */
    record Close(String signalId) implements Command {}

    /** Opens a scheduled signal at its entry price: the exchange has filled the resting order. */
    record Activate(String signalId) implements Command {}

    /** Closes an open position at its take profit: the exchange has filled it there. */
    record FilledTakeProfit(String signalId) implements Command {}

    /** Closes an open position at its stop loss: the exchange has filled it there. */
    record FilledStopLoss(String signalId) implements Command {}
}
