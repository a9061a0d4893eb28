package io.backtestkit.laboratory.file;

import io.backtestkit.laboratory.Experiment;
import io.backtestkit.laboratory.Tally;
import java.util.List;

/** tmp */
public final class PowerCuts implements Experiment {
    /** tmp */
    public PowerCuts(int n) {}
    @Override public String name() { return "power-cuts"; }
    @Override public String unit() { return "cuts"; }
    @Override public List<String> cases() { return List.of(); }
    @Override public void run(String n, Tally t) {}
}
