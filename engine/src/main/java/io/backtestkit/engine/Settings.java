package io.backtestkit.engine;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Every number the rules leave open, as one immutable value checked as a whole. Percentages are in 0-100 units.
 *
 * @param priceWindow candles the engine price is taken over; default 5
 * @param slippagePercent lost on each side of a trade; default 0.1
 * @param feePercent paid on each side of a trade; default 0.1
 * @param minimumTakeDistancePercent least distance of entry and take profit; default 0.5
 * @param minimumStopDistancePercent least distance of entry and stop loss; default 0.5
 * @param maximumStopDistancePercent greatest distance of entry and stop loss; default 20
 * @param longestLifeMinutes longest time limit, and the default one; default 1440
 * @param noTimeLimitAllowed whether a bracket may ask for no time limit; default false
 * @param scheduledWaitMinutes how long a scheduled signal waits for its price; default 120
 * @param defaultCost what an entry spends unless the bracket says otherwise, in quote units; default 100
 * @param strategyTimeout how long a strategy may think in live trading; default 180 s
 * @param breakevenThresholdPercent distance beyond the costs at which the stop may move to the entry; default 0.2
 * @param longAllowed whether longs are accepted; default true
 * @param shortAllowed whether shorts are accepted; default true
 */
public record Settings(
        int priceWindow,
        double slippagePercent,
        double feePercent,
        double minimumTakeDistancePercent,
        double minimumStopDistancePercent,
        double maximumStopDistancePercent,
        int longestLifeMinutes,
        boolean noTimeLimitAllowed,
        int scheduledWaitMinutes,
        BigDecimal defaultCost,
        Duration strategyTimeout,
        double breakevenThresholdPercent,
        boolean longAllowed,
        boolean shortAllowed) {

    /**
     * Checks all of it.
     *
     * @throws IllegalArgumentException if something cannot be; the message names every fault
     */
    public Settings {
        List<String> faults = new ArrayList<>();
        require(faults, priceWindow >= 1 && priceWindow <= 1440, "priceWindow was " + priceWindow + ", not 1 to 1440");
        require(
                faults,
                slippagePercent >= 0 && slippagePercent < 50,
                "slippagePercent was " + slippagePercent + ", not 0 to below 50");
        require(faults, feePercent >= 0 && feePercent < 50, "feePercent was " + feePercent + ", not 0 to below 50");
        require(
                faults,
                // 1e-9: the sum of two rounded doubles
                minimumTakeDistancePercent + 1e-9 >= 2 * slippagePercent + 2 * feePercent
                        && minimumTakeDistancePercent <= 100,
                "minimumTakeDistancePercent was " + minimumTakeDistancePercent
                        + ", it must cover twice the slippage and twice the fee, "
                        + (2 * slippagePercent + 2 * feePercent));
        require(
                faults,
                minimumStopDistancePercent >= 0
                        && maximumStopDistancePercent > minimumStopDistancePercent
                        && maximumStopDistancePercent <= 100,
                "the stop distances were " + minimumStopDistancePercent + " to " + maximumStopDistancePercent
                        + ", not a range inside 0 to 100");
        require(
                faults,
                longestLifeMinutes >= 1 && longestLifeMinutes <= 5_256_000,
                "longestLifeMinutes was " + longestLifeMinutes + ", not 1 to 5256000");
        require(
                faults,
                scheduledWaitMinutes >= 1 && scheduledWaitMinutes <= 5_256_000,
                "scheduledWaitMinutes was " + scheduledWaitMinutes + ", not 1 to 5256000");
        require(faults, defaultCost.signum() > 0, "defaultCost was " + defaultCost + ", not above 0");
        require(
                faults,
                !strategyTimeout.isNegative()
                        && !strategyTimeout.isZero()
                        && strategyTimeout.compareTo(Duration.ofDays(1)) <= 0,
                "strategyTimeout was " + strategyTimeout + ", not above 0 and at most a day");
        require(
                faults,
                breakevenThresholdPercent >= 0 && breakevenThresholdPercent < 100,
                "breakevenThresholdPercent was " + breakevenThresholdPercent + ", not 0 to below 100");
        require(faults, longAllowed || shortAllowed, "neither long nor short was allowed");
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException("Cannot use these settings: " + String.join("; ", faults) + ".");
        }
    }

    private static void require(List<String> faults, boolean holds, String fault) {
        if (!holds) {
            faults.add(fault);
        }
    }

    /** Returns the defaults. */
    public static Settings defaults() {
        return builder().build();
    }

    /** Starts from the defaults. */
    public static SettingsBuilder builder() {
        return new SettingsBuilder();
    }
}
