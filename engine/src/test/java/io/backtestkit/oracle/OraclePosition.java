package io.backtestkit.oracle;

/** The side of a trade. */
public enum OraclePosition {
    LONG,
    SHORT
}
