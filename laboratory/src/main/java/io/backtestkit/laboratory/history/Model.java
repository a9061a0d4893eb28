package io.backtestkit.laboratory.history;

import java.util.List;

/**
 * How a thing behaves that is asked one question after the other.
 *
 * @param <S> its states; equal ones behave alike
 * @param <O> its operations, each with what was answered
 */
interface Model<S, O> {

    /** Returns the state it begins in. */
    S initial();

    /**
     * Returns the states it may be in after that operation had that answer; none if it could not have answered so.
     *
     * @param latest when it can have taken effect at the latest, by the clock of the intervals
     */
    List<S> next(S state, O operation, long latest);
}
