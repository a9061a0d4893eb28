package io.backtestkit.signal;

import java.math.BigDecimal;
import java.time.Instant;

/**
 * A position that was left.
 *
 * @param signal the signal as it was last held; it has opened
 * @param reason why it was left
 * @param priceClose the price its last part was booked at, above 0
 * @param closedAt when, UTC; kept to the millisecond; not before it opened
 * @param pnlPercent profit or loss of the whole position after slippage and fees, in percent (0-100 units); finite
 */
public record ClosedSignal(
        Signal signal, CloseReason reason, BigDecimal priceClose, Instant closedAt, double pnlPercent)
        implements EndedSignal {

    /**
     * Normalizes the price and checks all of it.
     *
     * @throws IllegalArgumentException if the signal never opened, closes before it opened, or a number cannot be; every
     *     fault is named
     */
    public ClosedSignal {
        priceClose = Prices.normalized(priceClose);
        closedAt = Times.kept(closedAt);
        Faults faults = new Faults();
        Instant ended = closedAt;
        signal.openTimestamp()
                .ifPresentOrElse(
                        opened -> {
                            if (ended.isBefore(opened)) {
                                faults.add("it closed at " + ended + ", before it opened at " + opened);
                            }
                        },
                        () -> faults.add("it never opened"));
        if (priceClose.signum() <= 0) {
            faults.add("the closing price was " + priceClose.toPlainString() + ", it must be above 0");
        }
        if (!Double.isFinite(pnlPercent)) {
            faults.add("the profit was " + pnlPercent + ", it must be finite");
        }
        Signal held = signal;
        faults.throwIfAny(() -> "Cannot close signal '" + held.id() + "' of " + held.key());
    }

    @Override
    public Instant endedAt() {
        return closedAt;
    }

    @Override
    public String reasonCode() {
        return reason.code();
    }
}
