package io.backtestkit.laboratory;

import java.util.List;

/** One way of trying to break a store. Cases are independent and may be run at the same time. */
public interface Experiment {

    /** Returns how it is called on the command line, for example {@code crash-states}. */
    String name();

    /** Returns what it counts, for example {@code states}. */
    String unit();

    /** Returns the cases it consists of, always in the same order. */
    List<String> cases();

    /**
     * Makes all trials of a case, or a single one if the name says so: every bad trial is reported under a name with which it
     * can be made again.
     *
     * @throws IllegalArgumentException if there is no such case
     */
    void run(String name, Tally tally);
}
