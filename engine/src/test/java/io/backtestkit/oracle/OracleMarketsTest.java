package io.backtestkit.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.oracle.OracleMarkets.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OracleMarketsTest {

    private static final Set<String> ENDS = Set.of(
            "LONG frame_end",
            "LONG stop_loss",
            "LONG take_profit",
            "LONG time_expired",
            "SHORT frame_end",
            "SHORT stop_loss",
            "SHORT take_profit",
            "SHORT time_expired",
            "frame_end",
            "price_reject",
            "timeout");

    @ParameterizedTest
    @EnumSource
    void everyMarketIsValidUnalignedAndRepeatable(Kind kind) {
        for (int seed = 0; seed < 20; seed++) {
            List<OracleCandle> candles = OracleMarkets.make(kind, seed, 300);
            OracleInput.check(candles);
            assertThat(candles.get(0).timestamp() % (5 * RulesOracle.MINUTE)).isNotZero();
            assertThat(OracleMarkets.make(kind, seed, 300)).isEqualTo(candles);
        }
    }

    @Test
    void togetherTheMarketsReachEveryEnd() {
        Set<String> ends = new TreeSet<>();
        for (int seed = 0; seed < 5 && !ends.equals(ENDS); seed++) {
            for (Kind kind : Kind.values()) {
                List<OracleCandle> candles = OracleMarkets.make(kind, seed, 800);
                for (OracleStrategy strategy : strategies()) {
                    OracleResult result = RulesOracle.run(candles, strategy);
                    assertThat(result.ticks()).hasSize(796);
                    result.trades().forEach(trade -> ends.add(trade.position() + " " + trade.closeReason()));
                    result.cancelled().forEach(cancelled -> ends.add(cancelled.reason()));
                }
            }
        }
        assertThat(ends).isEqualTo(ENDS);
    }

    @Test
    void theSawtoothHitsLevelsExactly() {
        int exact = 0;
        List<OracleCandle> candles = OracleMarkets.make(Kind.SAWTOOTH, 1, 2_000);
        for (OracleTrade trade : RulesOracle.run(candles, OracleBracketStrategy.defaults(OraclePosition.LONG))
                .trades()) {
            int closed = (int) ((trade.closedAt() - candles.get(0).timestamp()) / RulesOracle.MINUTE);
            boolean booked = trade.closeReason().equals("take_profit")
                    || trade.closeReason().equals("stop_loss");
            if (booked && RulesOracle.price(candles, closed).equals(Fraction.of(trade.priceClose()))) {
                exact++;
            }
        }
        assertThat(exact).isPositive();
    }

    private static List<OracleStrategy> strategies() {
        List<OracleStrategy> strategies = new ArrayList<>();
        for (OraclePosition side : OraclePosition.values()) {
            strategies.add(OracleBracketStrategy.defaults(side));
        }
        strategies.add(OracleSmaCross.defaults());
        strategies.add(OracleDipBuyer.defaults());
        return strategies;
    }
}
