package io.backtestkit.laboratory.crash;

import java.util.ArrayList;
import java.util.List;

/** The scripts that are tried: every sequence of acts, and of them those in which one act, of two any, is killed. */
final class Scripts {

    /** The most changes on the disk that one act makes. */
    private static final int MOST_CHANGES = 8;

    private static final List<Step> WHOLE = new ArrayList<>();
    private static final List<Step> KILLED = new ArrayList<>();

    static {
        for (Act act : Act.values()) {
            WHOLE.add(new Step(act, 0));
        }
        for (Act act : List.of(Act.OPEN, Act.WRITE, Act.WRITE_ELSEWHERE, Act.DELETE, Act.END, Act.LOG, Act.SET_ASIDE)) {
            for (int changes = 1; changes <= MOST_CHANGES; changes++) {
                KILLED.add(new Step(act, changes));
            }
        }
    }

    private Scripts() {}

    /** Returns the scripts of one step, from every base. */
    static List<Script> ofOneStep() {
        List<Script> scripts = new ArrayList<>();
        for (Base base : Base.values()) {
            for (Step step : steps(true)) {
                scripts.add(new Script(base, List.of(step)));
            }
        }
        return scripts;
    }

    /** Returns that script and all that begin with it, up to that length; shorter ones before their longer forms. */
    static List<Script> beginningWith(Script start, int longest) {
        List<Script> scripts = new ArrayList<>();
        scripts.add(start);
        if (start.steps().size() < longest) {
            for (Step next : steps(start.steps().size() < 2 || !start.hasKill())) {
                scripts.addAll(beginningWith(start.and(next), longest));
            }
        }
        return scripts;
    }

    private static List<Step> steps(boolean killed) {
        List<Step> steps = new ArrayList<>(WHOLE);
        if (killed) {
            steps.addAll(KILLED);
        }
        return steps;
    }
}
