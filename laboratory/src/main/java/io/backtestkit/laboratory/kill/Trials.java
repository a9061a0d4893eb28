package io.backtestkit.laboratory.kill;

/** Trials in a row, each of which begins with what the one before has left. */
interface Trials extends AutoCloseable {

    /**
     * Makes the next.
     *
     * @throws AssertionError if it found what must not be
     */
    void next();

    @Override
    void close();
}
