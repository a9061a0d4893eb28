package io.backtestkit.laboratory.history;

import java.util.random.RandomGenerator;

/** An empty place of a store, for one history. */
interface Place extends AutoCloseable {

    /**
     * Returns what lets one more client work on it; the caller closes it.
     *
     * @param elsewhere whether the client is to be in another process, where there can be one
     */
    Hand hand(RandomGenerator random, boolean elsewhere);

    /** Says whether the end of a signal is one step for every reader. */
    boolean endsAtOnce();

    @Override
    void close();
}
