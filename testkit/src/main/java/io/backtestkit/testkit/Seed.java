package io.backtestkit.testkit;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Where random tests begin: the system property {@code backtestkit.seed} if it is set, else a new one for each run. */
final class Seed {

    private static final String PROPERTY = "backtestkit.seed";
    private static final long VALUE = Long.getLong(PROPERTY, new SplittableRandom().nextLong());

    private Seed() {}

    static RandomGenerator random() {
        return new SplittableRandom(VALUE);
    }

    /** Returns what a failure says, so that the run can be repeated. */
    static String replay() {
        return "replay with -D" + PROPERTY + "=" + VALUE;
    }
}
