package io.backtestkit.oracle;

import java.math.BigDecimal;

/** The built-in {@code dip-buyer}: proposes a long below the price, take and stop measured from that entry. */
public record OracleDipBuyer(BigDecimal below, BigDecimal take, BigDecimal stop, BigDecimal minutes)
        implements OracleStrategy {

    public static OracleDipBuyer defaults() {
        return new OracleDipBuyer(
                new BigDecimal("0.5"), new BigDecimal("1.5"), new BigDecimal("2"), new BigDecimal("720"));
    }

    @Override
    public int intervalMinutes() {
        return 15;
    }

    @Override
    public OracleBracket propose(OracleMoment moment) {
        Fraction entry = moment.price().down(Fraction.of(below));
        return new OracleBracket(
                OraclePosition.LONG, entry.up(Fraction.of(take)), entry.down(Fraction.of(stop)), entry, minutes);
    }
}
