package io.backtestkit.laboratory.kill;

import java.util.List;

/** Kills before and after the steps that a store tells of itself, in the place of calls that only some systems show. */
final class ToldSteps implements SystemCalls {

    /** What a process says before each step, and after the last: it then waits for an order. */
    static final String STEP = "step";

    /** What it says when it goes on by itself. */
    static final String OVER = "over";

    @Override
    public List<String> calls(ChildProcess process, String watched) {
        kill(process, STEP, Integer.MAX_VALUE);
        return List.of(STEP);
    }

    @Override
    public void kill(ChildProcess process, String call, int number) {
        process.order();
        int told = 0;
        while (process.line().orElseThrow().equals(STEP)) {
            told++;
            if (told == number) {
                process.kill();
                return;
            }
            process.order();
        }
    }
}
