package io.backtestkit.laboratory.file;

import io.backtestkit.laboratory.file.Step.Successor;
import java.util.ArrayList;
import java.util.List;

/**
 * The scripts that are tried: every sequence of up to three acts; every one of up to two in which one act is killed, after
 * each of its changes; and those in which the opening after that kill is killed, too.
 */
final class Scripts {

    /** The most changes on the disk that one act makes. */
    private static final int MOST_CHANGES = 8;

    private static final List<Act> KILLED = List.of(
            Act.OPEN,
            Act.WRITE,
            Act.WRITE_ELSEWHERE,
            Act.DELETE,
            Act.END,
            Act.LOG,
            Act.SET_ASIDE,
            Act.REPLACE,
            Act.CLAIM);

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
        scripts.removeIf(script -> !isFair(script));
        return scripts;
    }

    /** Returns the scripts that are longer by one step. */
    static List<Script> longerThan(Script script) {
        return steps(script.steps().size() < 2).stream()
                .map(script::and)
                .filter(Scripts::isFair)
                .filter(longer -> longer.steps().size() < 3 || !longer.hasKill())
                .filter(longer -> !script.hasKill()
                        || !longer.last().isKilled()
                        || longer.last().act() == Act.OPEN)
                .toList();
    }

    /** Returns the script with each act after it that nothing kills. */
    static List<Script> goingOn(Script script) {
        return steps(false).stream().map(script::and).filter(Scripts::isFair).toList();
    }

    /** One program stands by at most; and one that looks on without a claim cannot go on with a slot that is claimed. */
    static boolean isFair(Script script) {
        boolean claimed =
                script.base() == Base.CLAIMED || script.steps().stream().anyMatch(step -> step.act() == Act.CLAIM);
        boolean alone = script.steps().stream().filter(Step::standsBy).count() < 2;
        return alone
                && (!claimed
                        || script.steps().stream()
                                .noneMatch(step -> step.successor().claimsNothing()));
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
                        if (act != Act.CLAIM) {
                            steps.add(new Step(act, changes, Successor.LOOKS));
                            steps.add(new Step(act, changes, Successor.GOES_ON));
                        }
                    }
                }
            }
        }
        return steps;
    }
}
