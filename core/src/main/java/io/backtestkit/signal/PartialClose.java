package io.backtestkit.signal;

import java.math.BigDecimal;
import java.time.Instant;

/**
 * One part of the position that was left early.
 *
 * @param percent how much of the REMAINING cost basis was left, above 0 and at most 100
 * @param price the price it was booked at, above 0
 * @param at when, UTC; kept to the millisecond
 */
public record PartialClose(BigDecimal percent, BigDecimal price, Instant at) {

    /**
     * Normalizes the numbers and checks them.
     *
     * @throws IllegalArgumentException if the price is not above 0 or the percentage not in (0, 100]
     */
    public PartialClose {
        percent = Prices.normalized(percent);
        price = Prices.normalized(price);
        at = Times.kept(at);
        if (price.signum() <= 0 || percent.signum() <= 0 || percent.compareTo(BigDecimal.valueOf(100)) > 0) {
            throw new IllegalArgumentException("Cannot record a partial close: the price was " + price.toPlainString()
                    + " and the percentage " + percent.toPlainString()
                    + ". The price must be above 0, the percentage above 0 and at most 100.");
        }
    }
}
