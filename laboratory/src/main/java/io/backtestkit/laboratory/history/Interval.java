package io.backtestkit.laboratory.history;

/**
 * An operation that took effect at one moment between two times, both included.
 *
 * @param required whether it did for certain; if not, it may never have
 */
record Interval<O>(O operation, long invoked, long returned, boolean required) {}
