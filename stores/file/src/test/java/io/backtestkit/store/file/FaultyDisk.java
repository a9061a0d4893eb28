package io.backtestkit.store.file;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.function.Predicate;

/** Makes steps of a disk fail where a test wants it, and tells all of them. */
final class FaultyDisk {

    /** The steps so far, as in {@link WatchedDisk.Watcher}. */
    final List<String> steps = new ArrayList<>();

    final WatchedDisk disk = new WatchedDisk(new WatchedDisk.Watcher() {
        @Override
        public void before(String step) throws IOException {
            step(step);
        }

        @Override
        public int left(int bytes) {
            return left.applyAsInt(bytes);
        }
    });

    private IntUnaryOperator left = bytes -> bytes / 2;
    private Predicate<String> failing = step -> false;
    private String message = "";

    /** Makes every step fail that fits, with that message, until {@link #heal}. */
    void fail(String message, Predicate<String> failing) {
        this.message = message;
        this.failing = failing;
    }

    /** Sets how many of its bytes a failing write leaves behind; at first that is half of them. */
    void leave(IntUnaryOperator left) {
        this.left = left;
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
