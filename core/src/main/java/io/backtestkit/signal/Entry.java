package io.backtestkit.signal;

import java.math.BigDecimal;
import java.time.Instant;

/**
 * One buy (or, short, one sale) that built the position.
 *
 * @param price the price it was booked at, above 0
 * @param cost what was spent on it, in quote units, above 0
 * @param at when, UTC; kept to the millisecond
 */
public record Entry(BigDecimal price, BigDecimal cost, Instant at) {

    /**
     * Normalizes the numbers and checks them.
     *
     * @throws IllegalArgumentException if price or cost is not above 0
     */
    public Entry {
        price = Prices.normalized(price);
        cost = Prices.normalized(cost);
        at = Times.kept(at);
        if (price.signum() <= 0 || cost.signum() <= 0) {
            throw new IllegalArgumentException("Cannot record an entry: the price was " + price.toPlainString()
                    + " and the cost " + cost.toPlainString() + ". Both must be above 0.");
        }
    }
}
