package io.backtestkit.laboratory;

import io.backtestkit.laboratory.damage.DamagedRecords;
import io.backtestkit.laboratory.file.CrashStates;
import io.backtestkit.laboratory.file.DroppedForces;
import io.backtestkit.laboratory.file.FailingCalls;
import io.backtestkit.laboratory.file.PowerCuts;
import io.backtestkit.laboratory.history.Histories;
import io.backtestkit.laboratory.kill.Kills;
import io.backtestkit.laboratory.kill.KillsAtCalls;
import io.backtestkit.laboratory.network.Network;
import io.backtestkit.laboratory.trouble.Troubles;
import io.backtestkit.laboratory.world.LongRuns;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntFunction;

/**
 * An experiment that can be named on the command line.
 *
 * @param usual its size if none is given
 * @param largest the largest size that means anything; 0 if it has none
 * @param experiment makes it in that size
 */
record Known(int usual, int largest, IntFunction<Experiment> experiment) {

    private static final int MANY = 100_000_000;

    /** Returns all of them, by name. */
    static SortedMap<String, Known> all() {
        SortedMap<String, Known> all = new TreeMap<>();
        all.put("crash-states", new Known(3, 3, CrashStates::new));
        all.put("damage", new Known(25, MANY, DamagedRecords::new));
        all.put("dropped-forces", new Known(0, 0, size -> new DroppedForces()));
        all.put("failing-calls", new Known(0, 0, size -> new FailingCalls()));
        all.put("histories", new Known(1_000, MANY, Histories::new));
        all.put("kills", new Known(1_000, MANY, Kills::new));
        all.put("kills-at-calls", new Known(0, 0, size -> new KillsAtCalls()));
        all.put("long-runs", new Known(1_000_000, MANY, LongRuns::new));
        all.put("network", new Known(300, MANY, Network::new));
        all.put("power-cuts", new Known(100, MANY, PowerCuts::new));
        all.put("trouble", new Known(10, MANY, Troubles::new));
        return Collections.unmodifiableSortedMap(all);
    }
}
