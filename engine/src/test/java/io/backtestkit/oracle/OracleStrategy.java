package io.backtestkit.oracle;

import org.jspecify.annotations.Nullable;

/** Propose brackets at the multiples of an interval. */
public interface OracleStrategy {
    /** Give 1, 3, 5, 15, 30 or 60. */
    int intervalMinutes();

    /** Propose a bracket, or null for none. What it throws makes the tick idle. */
    @Nullable
    OracleBracket propose(OracleMoment moment);
}
