package io.backtestkit.signal;

import java.math.BigDecimal;

/**
 * The decided exit of a signal that is being closed.
 *
 * @param reason why it is left
 * @param price the price it is booked at, above 0
 */
public record CloseIntent(CloseReason reason, BigDecimal price) {

    /**
     * Normalizes the price and checks it.
     *
     * @throws IllegalArgumentException if the price is not above 0
     */
    public CloseIntent {
        price = Prices.normalized(price);
        if (price.signum() <= 0) {
            throw new IllegalArgumentException(
                    "Cannot record a close intent: the price was " + price.toPlainString() + ". It must be above 0.");
        }
    }
}
