package io.backtestkit.laboratory.world;

import io.backtestkit.market.Candles;
import io.backtestkit.market.Interval;
import java.util.function.DoubleSupplier;
import java.util.random.RandomGenerator;

/** Minutes of a market that wanders, sometimes wildly, sometimes hardly at all. */
public final class Market {

    private static final long START = 1_704_067_200_000L;
    private static final int MINUTES_OF_A_MOOD = 240;
    private static final double RESTLESS = 0.003;

    private Market() {}

    static Candles days(int days, RandomGenerator random) {
        return minutes(days * 1440, () -> 0.0002 * Math.exp(random.nextGaussian()), random);
    }

    /** Makes a market in which a position of narrow levels lives for some minutes. */
    public static Candles restless(int minutes, RandomGenerator random) {
        return minutes(minutes, () -> RESTLESS, random);
    }

    private static Candles minutes(int count, DoubleSupplier mood, RandomGenerator random) {
        Candles.Builder minutes = Candles.builder(Interval.ONE_MINUTE);
        double price = 100 * Math.exp(random.nextGaussian());
        double step = 0;
        for (int i = 0; i < count; i++) {
            if (i % MINUTES_OF_A_MOOD == 0) {
                step = mood.getAsDouble();
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
