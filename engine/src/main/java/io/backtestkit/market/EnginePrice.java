package io.backtestkit.market;

/**
 * The price every decision is made at: the volume-weighted average of the typical price {@code (high + low + close) / 3}
 * over the last closed candles; if their volume is zero (or so small or large that a double cannot weigh with it), the plain
 * mean of their closes.
 *
 * <p>The sums are doubles, so a market that stands at exactly 102 could come out as 101.99999999999999 and miss a take
 * profit at 102. A result within a few units of its last binary digit of a price of 8 decimal places is therefore taken to be that price.
 */
public final class EnginePrice {

    private static final double PLACES = 1e8;
    private static final double NOISE = 2e-15;
    private static final double LEAST_WEIGHT = 1e-200;

    private EnginePrice() {}

    /**
     * Returns the engine price after the first {@code closed} candles.
     *
     * @param minutes one-minute candles
     * @param closed how many of them have closed, at least {@code window}
     * @param window how many of those count, at least 1
     */
    public static double at(Candles minutes, int closed, int window) {
        double weighted = 0;
        double volume = 0;
        double closes = 0;
        for (int i = closed - window; i < closed; i++) {
            double close = minutes.close(i);
            double candleVolume = minutes.volume(i);
            weighted += (minutes.high(i) + minutes.low(i) + close) / 3 * candleVolume;
            volume += candleVolume;
            closes += close;
        }
        boolean weighs =
                volume >= LEAST_WEIGHT && volume < Double.POSITIVE_INFINITY && weighted < Double.POSITIVE_INFINITY;
        return withoutNoise(weighs ? weighted / volume : closes / window);
    }

    private static double withoutNoise(double price) {
        double near = Math.rint(price * PLACES) / PLACES;
        return Math.abs(near - price) <= price * NOISE ? near : price;
    }
}
