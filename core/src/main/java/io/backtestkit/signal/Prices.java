package io.backtestkit.signal;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Brings prices, costs and percentages into the one form in which equal values are equal objects. */
public final class Prices {

    /** The decimal places a price is rounded to where the exchange gives no tick size. */
    public static final int DECIMAL_PLACES = 8;

    private static final int MOST_DIGITS = 34;
    private static final int MOST_DECIMAL_PLACES = 24;

    private Prices() {}

    /**
     * Returns the same value without trailing zeros and without an exponent: {@code 50000}, {@code 50000.00} and
     * {@code 5E4} all become {@code 50000}.
     *
     * @throws IllegalArgumentException if the value needs more than 34 digits or 24 decimal places, which no price does
     */
    public static BigDecimal normalized(BigDecimal value) {
        if (value.signum() == 0) {
            return BigDecimal.ZERO;
        }
        // checked before anything expands the number: 1e1000000 is seven characters long and a million digits wide
        long integerDigits = (long) value.precision() - value.scale();
        if (value.precision() > 1_000 || integerDigits > MOST_DIGITS || value.scale() > 1_000) {
            throw tooWide(value);
        }
        if (value.scale() == 0) {
            return value;
        }
        BigDecimal stripped = value.stripTrailingZeros();
        if (stripped.scale() < 0) {
            stripped = stripped.setScale(0);
        }
        if (stripped.precision() > MOST_DIGITS || stripped.scale() > MOST_DECIMAL_PLACES) {
            throw tooWide(value);
        }
        return stripped;
    }

    /**
     * Rounds a computed price to {@value #DECIMAL_PLACES} decimal places, half up, as every price that enters a record is.
     *
     * @param price a finite price; its shortest decimal form is what is rounded
     * @throws NumberFormatException if {@code price} is infinite or not a number
     */
    public static BigDecimal rounded(double price) {
        return normalized(BigDecimal.valueOf(price).setScale(DECIMAL_PLACES, RoundingMode.HALF_UP));
    }

    private static IllegalArgumentException tooWide(BigDecimal value) {
        return new IllegalArgumentException("Cannot keep a number of " + value.precision() + " digits and scale "
                + value.scale() + ": at most " + MOST_DIGITS + " digits and " + MOST_DECIMAL_PLACES
                + " decimal places are kept. Round it first.");
    }
}
