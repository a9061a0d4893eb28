package io.backtestkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.signal.Entry;
import io.backtestkit.signal.Position;
import io.backtestkit.signal.Signal;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("exact-prices")
abstract class ExactPricesContract extends StoreContract {

    private static final int RANDOM_PRICES = 100;

    ExactPricesContract(Supplier<StoreFixture> fixtures) {
        super(fixtures);
    }

    private static Signal priced(BigDecimal low, BigDecimal middle, BigDecimal high) {
        return SampleSignals.openLong(KEY)
                .position(Position.LONG)
                .priceStopLoss(low)
                .priceOpen(middle)
                .priceTakeProfit(high)
                .cost(high)
                .entries(List.of(new Entry(middle, low, SampleSignals.AT)))
                .build();
    }

    private void assertExact(Signal signal, String replay) {
        store().write(KEY, signal);
        Signal read = store().read(KEY).orElseThrow();
        assertThat(List.of(
                        read.priceStopLoss(),
                        read.priceOpen(),
                        read.priceTakeProfit(),
                        read.cost(),
                        read.entries().get(0).price(),
                        read.entries().get(0).cost()))
                .as("stop, open, take, cost, entry price, entry cost of %s; %s", signal, replay)
                .containsExactly(
                        signal.priceStopLoss(),
                        signal.priceOpen(),
                        signal.priceTakeProfit(),
                        signal.cost(),
                        signal.entries().get(0).price(),
                        signal.entries().get(0).cost());
    }

    private void assertExact(String low, String middle, String high) {
        assertExact(priced(new BigDecimal(low), new BigDecimal(middle), new BigDecimal(high)), "fixed prices");
    }

    @Test
    void pricesThatNoDoubleHoldsAreExact() {
        assertExact("0.1", "0.30000000000000004", "0.3000000000000000444");
        assertExact("9007199254740993", "9007199254740994", "9007199254740995");
        assertExact("67123.45", "67123.455", "67123.4551");
    }

    @Test
    void tinyAndHugePricesAreExact() {
        assertExact("0.000000000000000000000001", "0.000000000000000000000002", "0.000000000000000000000003");
        assertExact("0.00001234", "1", "9999999999999999999999999999999999");
        assertExact("1234567890.123456789012345678901234", "2e9", "9876543210.123456789012345678901234");
    }

    @Test
    void trailingZerosAndExponentsMakeNoOtherPrice() {
        store().write(KEY, priced(new BigDecimal("49000.000"), new BigDecimal("5E4"), new BigDecimal("51000.50")));

        assertHolds(priced(new BigDecimal("4.9E4"), new BigDecimal("50000.00"), new BigDecimal("51000.5")));
    }

    @Test
    void randomPricesAreExact() {
        RandomGenerator random = Seed.random();
        for (int i = 0; i < RANDOM_PRICES; i++) {
            List<BigDecimal> prices = RandomSignals.risingPrices(random);
            assertExact(priced(prices.get(0), prices.get(1), prices.get(2)), Seed.replay());
        }
    }
}
