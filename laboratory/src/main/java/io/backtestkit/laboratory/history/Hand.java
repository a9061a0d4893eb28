package io.backtestkit.laboratory.history;

import io.backtestkit.signal.SignalKey;

/** Carries out the calls of one client, one at a time. */
interface Hand extends AutoCloseable {

    /** Makes sure that the next call can be made at once. */
    default void prepare() {}

    /** Makes a call and returns what became of it. */
    Outcome make(SignalKey key, Call call);

    @Override
    void close();
}
