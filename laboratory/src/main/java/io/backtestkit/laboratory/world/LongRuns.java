package io.backtestkit.laboratory.world;

import io.backtestkit.laboratory.Experiment;
import io.backtestkit.laboratory.Tally;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Trades live for many simulated days. Every other seed has kills alone, and its trades must equal those of one uninterrupted
 * backtest. The rest also has a store that fails, owners that sleep past their lease and a feed with gaps; there no
 * position may be lost, doubled, or held beyond its levels, and nobody who lost a slot may say or change anything.
 */
public final class LongRuns implements Experiment {

    private static final int DAYS = 20;
    private static final int SEEDS_IN_A_CASE = 50;

    private final int days;

    /**
     * Sets how long it goes on.
     *
     * @param days how many simulated days, rounded up to whole cases
     */
    public LongRuns(int days) {
        this.days = days;
    }

    @Override
    public String name() {
        return "long-runs";
    }

    @Override
    public String unit() {
        return "days";
    }

    @Override
    public List<String> cases() {
        int cases = Math.max(1, (days + DAYS * SEEDS_IN_A_CASE - 1) / (DAYS * SEEDS_IN_A_CASE));
        return IntStream.range(0, cases)
                .mapToObj(number -> "seeds-" + number * SEEDS_IN_A_CASE)
                .toList();
    }

    /** Runs a case, {@code seeds-50}, or one history, {@code seed-73}. */
    @Override
    public void run(String name, Tally tally) {
        int number = Integer.parseInt(name.substring(name.indexOf('-') + 1));
        int count = name.startsWith("seeds-") ? SEEDS_IN_A_CASE : 1;
        for (int seed = number; seed < number + count; seed++) {
            Optional<String> bad = new World(seed, DAYS).run();
            tally.tried(DAYS);
            String failed = "seed-" + seed;
            bad.ifPresent(found -> tally.bad(failed, found));
        }
    }
}
