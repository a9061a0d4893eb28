package io.backtestkit.statistics;

/**
 * A number that is not given because it would mean nothing.
 *
 * @param metric which one
 * @param reason why, for people, for example {@code needs 10 closed signals, has 7}
 */
public record Withheld(Metric metric, String reason) {

    /** Returns for example {@code sharpeRatio: needs 10 closed signals, has 7}. */
    @Override
    public String toString() {
        return metric.code() + ": " + reason;
    }
}
