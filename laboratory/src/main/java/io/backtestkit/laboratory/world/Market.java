package io.backtestkit.laboratory.world;

import io.backtestkit.market.Candles;
import io.backtestkit.market.Interval;
import java.util.random.RandomGenerator;

/** Minutes of a market that wanders, sometimes wildly, sometimes hardly at all. */
final class Market {

    private static final long START = 1_704_067_200_000L;
    private static final int MINUTES_OF_A_MOOD = 240;

    private Market() {}

    static Candles days(int days, RandomGenerator random) {
        Candles.Builder minutes = Candles.builder(Interval.ONE_MINUTE);
        double price = 100 * Math.exp(random.nextGaussian());
        double step = 0;
        for (int i = 0; i < days * 1440; i++) {
            if (i % MINUTES_OF_A_MOOD == 0) {
                step = 0.0002 * Math.exp(random.nextGaussian());
            }
            double open = price;
            price *= Math.exp(step * random.nextGaussian() - (price > 1000 ? step / 10 : price < 10 ? -step / 10 : 0));
            double spread = step * random.nextDouble();
            double high = Math.max(open, price) * (1 + spread);
            double low = Math.min(open, price) * (1 - spread);
            minutes.append(START + i * Interval.MINUTE_MILLIS, open, high, low, price, random.nextInt(10));
        }
        return minutes.build();
    }
}
