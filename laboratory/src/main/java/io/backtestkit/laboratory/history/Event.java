package io.backtestkit.laboratory.history;

/**
 * A call and what became of it.
 *
 * @param client who made it
 * @param span when it was made and answered
 */
record Event(String client, Call call, Outcome outcome, Span span) {

    /**
     * When a call was made, and when it had returned: by a clock that never goes back, in nanoseconds, and by the clock of the
     * host, by which leases run, in milliseconds since 1970.
     */
    record Span(long invokedNanos, long returnedNanos, long invokedMillis, long returnedMillis) {

        static Span from(long invokedNanos, long invokedMillis) {
            return new Span(invokedNanos, System.nanoTime(), invokedMillis, System.currentTimeMillis());
        }
    }

    boolean isUnknown() {
        return outcome.kind() == Outcome.Kind.UNKNOWN;
    }

    /** Returns when it can last have taken effect; an unknown call may do so at any time. */
    long latestNanos() {
        return isUnknown() ? Long.MAX_VALUE : span.returnedNanos();
    }
}
