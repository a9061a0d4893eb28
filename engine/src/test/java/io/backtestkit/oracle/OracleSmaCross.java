package io.backtestkit.oracle;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The built-in {@code sma-cross}: enters now when the fast average of 5m closes has crossed the slow one. */
public record OracleSmaCross(int fast, int slow, BigDecimal take, BigDecimal stop, BigDecimal minutes)
        implements OracleStrategy {

    public OracleSmaCross {
        if (fast < 1 || slow <= fast) {
            throw new IllegalArgumentException("Cannot cross averages of fast " + fast + " and slow " + slow
                    + ": they were not 1 <= fast < slow. Give a shorter fast one.");
        }
    }

    public static OracleSmaCross defaults() {
        return new OracleSmaCross(20, 50, new BigDecimal("2"), new BigDecimal("1"), new BigDecimal("240"));
    }

    @Override
    public int intervalMinutes() {
        return 5;
    }

    @Override
    public @Nullable OracleBracket propose(OracleMoment moment) {
        List<OracleCandle> candles = moment.candles(slow + 1, 5);
        if (candles.size() < slow + 1) {
            return null;
        }
        List<OracleCandle> now = candles.subList(1, slow + 1);
        List<OracleCandle> before = candles.subList(0, slow);
        int nowSide = average(now, fast).compareTo(average(now, slow));
        int beforeSide = average(before, fast).compareTo(average(before, slow));
        if (beforeSide <= 0 && nowSide > 0) {
            return OracleBracketStrategy.around(moment.price(), OraclePosition.LONG, take, stop, minutes);
        }
        if (beforeSide >= 0 && nowSide < 0) {
            return OracleBracketStrategy.around(moment.price(), OraclePosition.SHORT, take, stop, minutes);
        }
        return null;
    }

    private static Fraction average(List<OracleCandle> candles, int count) {
        Fraction sum = Fraction.ZERO;
        for (OracleCandle candle : candles.subList(candles.size() - count, candles.size())) {
            sum = sum.plus(Fraction.of(candle.close()));
        }
        return sum.over(Fraction.of(count));
    }
}
