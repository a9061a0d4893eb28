package io.backtestkit.engine;

import java.math.BigDecimal;
import java.time.Duration;

/** Builds {@link Settings}, whose components say what each value means and what its default is. */
public final class SettingsBuilder {

    private int priceWindow = 5;
    private double slippagePercent = 0.1;
    private double feePercent = 0.1;
    private double minimumTakeDistancePercent = 0.5;
    private double minimumStopDistancePercent = 0.5;
    private double maximumStopDistancePercent = 20;
    private int longestLifeMinutes = 1440;
    private boolean noTimeLimitAllowed;
    private int scheduledWaitMinutes = 120;
    private BigDecimal defaultCost = BigDecimal.valueOf(100);
    private Duration strategyTimeout = Duration.ofMinutes(3);
    private double breakevenThresholdPercent = 0.2;
    private boolean longAllowed = true;
    private boolean shortAllowed = true;

    SettingsBuilder() {}

    /** Sets the candles of the engine price. */
    public SettingsBuilder priceWindow(int candles) {
        this.priceWindow = candles;
        return this;
    }

    /** Sets the slippage of each side. */
    public SettingsBuilder slippagePercent(double percent) {
        this.slippagePercent = percent;
        return this;
    }

    /** Sets the fee of each side. */
    public SettingsBuilder feePercent(double percent) {
        this.feePercent = percent;
        return this;
    }

    /** Sets the least distance of entry and take profit. */
    public SettingsBuilder minimumTakeDistancePercent(double percent) {
        this.minimumTakeDistancePercent = percent;
        return this;
    }

    /** Sets the least distance of entry and stop loss. */
    public SettingsBuilder minimumStopDistancePercent(double percent) {
        this.minimumStopDistancePercent = percent;
        return this;
    }

    /** Sets the greatest distance of entry and stop loss. */
    public SettingsBuilder maximumStopDistancePercent(double percent) {
        this.maximumStopDistancePercent = percent;
        return this;
    }

    /** Sets the longest time limit. */
    public SettingsBuilder longestLifeMinutes(int minutes) {
        this.longestLifeMinutes = minutes;
        return this;
    }

    /** Sets whether a bracket may ask for no time limit. */
    public SettingsBuilder noTimeLimitAllowed(boolean allowed) {
        this.noTimeLimitAllowed = allowed;
        return this;
    }

    /** Sets how long a scheduled signal waits. */
    public SettingsBuilder scheduledWaitMinutes(int minutes) {
        this.scheduledWaitMinutes = minutes;
        return this;
    }

    /** Sets what an entry spends by default. */
    public SettingsBuilder defaultCost(BigDecimal cost) {
        this.defaultCost = cost;
        return this;
    }

    /** Sets how long a strategy may think in live trading. */
    public SettingsBuilder strategyTimeout(Duration timeout) {
        this.strategyTimeout = timeout;
        return this;
    }

    /** Sets the distance beyond the costs at which the stop may move to the entry. */
    public SettingsBuilder breakevenThresholdPercent(double percent) {
        this.breakevenThresholdPercent = percent;
        return this;
    }

    /** Sets whether longs are accepted. */
    public SettingsBuilder longAllowed(boolean allowed) {
        this.longAllowed = allowed;
        return this;
    }

    /** Sets whether shorts are accepted. */
    public SettingsBuilder shortAllowed(boolean allowed) {
        this.shortAllowed = allowed;
        return this;
    }

    /**
     * Checks them together and returns them.
     *
     * @throws IllegalArgumentException if something cannot be; the message names every fault
     */
    public Settings build() {
        return new Settings(
                priceWindow,
                slippagePercent,
                feePercent,
                minimumTakeDistancePercent,
                minimumStopDistancePercent,
                maximumStopDistancePercent,
                longestLifeMinutes,
                noTimeLimitAllowed,
                scheduledWaitMinutes,
                defaultCost,
                strategyTimeout,
                breakevenThresholdPercent,
                longAllowed,
                shortAllowed);
    }
}
