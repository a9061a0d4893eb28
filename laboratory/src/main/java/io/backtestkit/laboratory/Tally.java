package io.backtestkit.laboratory;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;

/** What has been tried and what was found. */
public final class Tally {

    /** A trial that went wrong: under which name it can be made again, and what was found. */
    public record Bad(String name, String found) {

        @Override
        public String toString() {
            return "BAD " + name + ": " + found;
        }
    }

    /** A case that this machine does not allow, and why. */
    public record NotRun(String name, String why) {

        @Override
        public String toString() {
            return "NOT RUN " + name + ": " + why;
        }
    }

    private final LongAdder tried = new LongAdder();
    private final List<Bad> bad = new CopyOnWriteArrayList<>();
    private final List<NotRun> notRun = new CopyOnWriteArrayList<>();
    private final List<String> notes = new CopyOnWriteArrayList<>();

    /** Counts a trial. */
    public void tried() {
        tried.increment();
    }

    /** Counts trials that were made earlier. */
    public void tried(long count) {
        tried.add(count);
    }

    /** Tells of a trial, counted already, that went wrong. */
    public void bad(String name, String found) {
        bad.add(new Bad(name, found));
    }

    /** Tells of a case that cannot be run here, and so was not. */
    public void notRun(String name, String why) {
        notRun.add(new NotRun(name, why));
    }

    /** Says something about a trial that is worth knowing. */
    public void note(String text) {
        notes.add(text);
    }

    /** Returns what was noted. */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    /** Returns how many trials were made. */
    public long triedCount() {
        return tried.sum();
    }

    /** Returns the trials that went wrong. */
    public List<Bad> bad() {
        return List.copyOf(bad);
    }

    /** Returns the cases that could not be run here. */
    public List<NotRun> notRun() {
        return List.copyOf(notRun);
    }
}
