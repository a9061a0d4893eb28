package io.backtestkit.laboratory.file;

import io.backtestkit.laboratory.file.Step.Successor;
import java.util.ArrayList;
import java.util.List;

/** The scripts that are tried: every sequence of acts, in which one act, of two acts any, is killed at every change. */
final class Scripts {

    /** The most changes on the disk that one act makes. */
    private static final int MOST_CHANGES = 8;

    private static final List<Act> KILLED =
            List.of(Act.OPEN, Act.WRITE, Act.WRITE_ELSEWHERE, Act.DELETE, Act.END, Act.LOG, Act.SET_ASIDE, Act.CLAIM);

    /** Acts on the main slot alone. */
    private static final List<Act> TAKEN_OVER = List.of(Act.WRITE, Act.DELETE, Act.END, Act.LOG, Act.CLAIM);

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

    /** Returns the scripts that are longer by one step. */
    static List<Script> longerThan(Script script) {
        boolean killed = script.steps().size() < 2 || !script.hasKill();
        return steps(killed).stream()
                .filter(step -> !step.standsBy() || script.steps().stream().noneMatch(Step::standsBy)) // only one does
                .map(script::and)
                .toList();
    }

    private static List<Step> steps(boolean killed) {
        List<Step> steps = new ArrayList<>();
        for (Act act : Act.values()) {
            if (act != Act.READ) { // which is part of every examination
                steps.add(Step.whole(act));
            }
        }
        if (killed) {
            for (Act act : KILLED) {
                for (int changes = 1; changes <= MOST_CHANGES; changes++) {
                    steps.add(new Step(act, changes, Successor.READS));
                    steps.add(new Step(act, changes, Successor.READS_NOTHING));
                    if (TAKEN_OVER.contains(act)) {
                        steps.add(new Step(act, changes, Successor.STANDS_BY));
                        steps.add(new Step(act, changes, Successor.LOOKS));
                    }
                }
            }
        }
        return steps;
    }
}
