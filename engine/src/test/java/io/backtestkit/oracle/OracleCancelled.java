package io.backtestkit.oracle;

/**
 * One scheduled signal that never opened.
 *
 * @param reason {@code timeout}, {@code price_reject} or {@code frame_end}
 */
public record OracleCancelled(String reason, long scheduledAt, long cancelledAt) {}
