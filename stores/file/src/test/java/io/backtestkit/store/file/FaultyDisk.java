package io.backtestkit.store.file;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Makes steps of a disk fail where a test wants it, and tells all of them. */
final class FaultyDisk {

    /** The steps so far, as in {@link WatchedDisk.Watcher}. */
    final List<String> steps = new ArrayList<>();

    final WatchedDisk disk = new WatchedDisk(this::step);
    private Predicate<String> failing = step -> false;
    private String message = "";

    /** Makes every step fail that fits, with that message, until {@link #heal}. */
    void fail(String message, Predicate<String> failing) {
        this.message = message;
        this.failing = failing;
    }

    void heal() {
        failing = step -> false;
    }

    /** Makes only the step with that number fail, counted from now, from 0. */
    void failStep(int number, String message) {
        int target = steps.size() + number;
        fail(message, step -> steps.size() - 1 == target);
    }

    private void step(String step) throws IOException {
        steps.add(step);
        if (failing.test(step)) {
            throw new IOException(message);
        }
    }
}
