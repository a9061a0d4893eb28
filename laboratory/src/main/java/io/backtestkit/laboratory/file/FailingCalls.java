package io.backtestkit.laboratory.file;

import io.backtestkit.laboratory.Experiment;
import io.backtestkit.laboratory.Tally;
import io.backtestkit.laboratory.disk.Image;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Lets every call that an act makes on the disk fail once, in every way. A case is a state and an act, such as {@code
 * held/write}; one trial of it is {@code held/write@7-enospc}: its seventh call fails with ENOSPC. After each failure the store
 * goes on, in a second run it is opened again, and in both the power is cut afterwards.
 */
public final class FailingCalls implements Experiment {

    /** Makes it. */
    public FailingCalls() {}

    @Override
    public String name() {
        return "failing-calls";
    }

    @Override
    public String unit() {
        return "failures";
    }

    @Override
    public List<String> cases() {
        List<String> cases = new ArrayList<>();
        for (Base base : Base.values()) {
            for (Act act : Act.values()) {
                cases.add(new Script(base, List.of(Step.whole(act))).toString());
            }
        }
        return cases;
    }

    @Override
    public void run(String name, Tally tally) {
        int at = name.indexOf('@');
        Script script = Script.parse(at < 0 ? name : name.substring(0, at));
        Image start = script.base().make();
        if (at >= 0) {
            int dash = name.indexOf('-', at);
            String failure = name.substring(dash + 1).toUpperCase(Locale.ROOT).replace('-', '_');
            run(script, start, Integer.parseInt(name.substring(at + 1, dash)), Failure.valueOf(failure), tally);
            return;
        }
        for (Failure failure : Failure.values()) {
            int number = 1;
            while (run(script, start, number, failure, tally)) {
                number++;
            }
        }
    }

    /** Returns false if the act makes fewer calls. */
    private static boolean run(Script script, Image start, int number, Failure failure, Tally tally) {
        String name = script + "@" + number + "-" + failure;
        for (boolean reopened : new boolean[] {false, true}) {
            FaultTrial trial = new FaultTrial(script, start, number, failure);
            Optional<String> found = trial.run(reopened);
            if (trial.call().isEmpty()) {
                found.ifPresent(what -> tally.bad(name, "without any failure " + what));
                return trial.reached();
            }
            if (!reopened) {
                tally.tried();
            }
            String what = (reopened ? ", opened again: " : ", gone on with: ");
            found.ifPresent(fault -> tally.bad(name, trial.call().orElseThrow() + what + fault));
        }
        return true;
    }
}
