package io.backtestkit.engine;

import io.backtestkit.signal.Marks;
import io.backtestkit.signal.Phase;
import io.backtestkit.signal.Position;
import io.backtestkit.signal.Signal;
import java.time.Instant;

/** A held signal with the numbers every tick looks at, taken out of it once. Immutable. */
final class Held {

    private static final Marks NO_MARKS = new Marks(0, 0);

    final Signal signal;
    final boolean isLong;
    final boolean isOpen;
    final double entry;
    final double takeProfit;
    final double stopLoss;
    /** The time of the latest step: scheduled, or opened. UTC epoch milliseconds. */
    final long since;

    final Marks marks;

    /** Says that only the broker knows what is held: an operator must decide. */
    static final class OrderUnderWayException extends IllegalArgumentException {

        private static final long serialVersionUID = 1L;

        private OrderUnderWayException(String message) {
            super(message);
        }
    }

    private Held(Signal signal) {
        this.signal = signal;
        this.isLong = signal.position() == Position.LONG;
        this.isOpen = signal.phase() == Phase.OPEN;
        this.entry = signal.priceOpen().doubleValue();
        this.takeProfit = signal.effectiveTakeProfit().doubleValue();
        this.stopLoss = signal.effectiveStopLoss().doubleValue();
        this.since = signal.openTimestamp()
                .or(signal::scheduledAt)
                .map(Instant::toEpochMilli)
                .orElseThrow(() -> new IllegalArgumentException("Cannot hold signal '" + signal.id() + "' of "
                        + signal.key() + ": it is neither scheduled nor open."));
        this.marks = signal.marks().orElse(NO_MARKS);
    }

    /**
     * Takes the numbers out of a scheduled or open signal.
     *
     * @throws OrderUnderWayException in the other phases, in which only the broker knows what is held
     */
    static Held of(Signal signal) {
        if (signal.phase() != Phase.SCHEDULED && signal.phase() != Phase.OPEN) {
            throw new OrderUnderWayException("Cannot go on with signal '" + signal.id() + "' of " + signal.key()
                    + ": its phase is " + signal.phase().code()
                    + ", so an order was on its way when the program ended, and only the broker knows what became of it."
                    + " Look there, then resolve the stored signal.");
        }
        return new Held(signal);
    }
}
