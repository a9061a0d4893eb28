package io.backtestkit.oracle;

import java.math.BigDecimal;

/** The built-in {@code bracket}: always enters now, with take and stop so many percent from the price. */
public record OracleBracketStrategy(OraclePosition side, BigDecimal take, BigDecimal stop, BigDecimal minutes)
        implements OracleStrategy {

    public static OracleBracketStrategy defaults(OraclePosition side) {
        return new OracleBracketStrategy(side, new BigDecimal("2"), new BigDecimal("1"), new BigDecimal("60"));
    }

    @Override
    public int intervalMinutes() {
        return 1;
    }

    @Override
    public OracleBracket propose(OracleMoment moment) {
        return around(moment.price(), side, take, stop, minutes);
    }

    static OracleBracket around(
            Fraction price, OraclePosition side, BigDecimal take, BigDecimal stop, BigDecimal minutes) {
        Fraction takePercent = Fraction.of(take);
        Fraction stopPercent = Fraction.of(stop);
        return side == OraclePosition.LONG
                ? new OracleBracket(side, price.up(takePercent), price.down(stopPercent), null, minutes)
                : new OracleBracket(side, price.down(takePercent), price.up(stopPercent), null, minutes);
    }
}
