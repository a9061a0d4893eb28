package io.backtestkit.oracle;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What a strategy proposes, unrounded and not yet validated.
 *
 * @param entry the entry price, or null to enter now at the engine price
 * @param minutes the time limit, or null for the default of 1440
 */
public record OracleBracket(
        OraclePosition position,
        Fraction takeProfit,
        Fraction stopLoss,
        @Nullable Fraction entry,
        @Nullable BigDecimal minutes) {

    public Fraction limitMinutes() {
        return minutes == null ? Fraction.of(1440) : Fraction.of(minutes);
    }
}
