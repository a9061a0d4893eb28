package io.backtestkit.laboratory.file;

import java.util.Set;
import java.util.TreeSet;

/** What becomes of the forces of a store. */
final class Forces {

    private final String dropped;
    private final Set<String> met = new TreeSet<>();

    private Forces(String dropped) {
        this.dropped = dropped;
    }

    /** Every force works. */
    static Forces all() {
        return new Forces("");
    }

    /** The forces called at that place do nothing. */
    static Forces without(String place) {
        return new Forces(place);
    }

    /** Says whether the force that this thread is about to call does nothing. */
    boolean ignore() {
        String place = ForcePlace.here();
        met.add(place);
        return place.equals(dropped);
    }

    /** Returns every place that called a force. */
    Set<String> met() {
        return met;
    }
}
