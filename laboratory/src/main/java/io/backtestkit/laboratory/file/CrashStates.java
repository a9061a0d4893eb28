package io.backtestkit.laboratory.file;

import io.backtestkit.laboratory.Experiment;
import io.backtestkit.laboratory.Tally;
import io.backtestkit.laboratory.disk.Image;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Examines every state that a power cut can leave. A case is a script of one step, such as {@code held/write}, with all its
 * longer forms; one state of it is {@code held/write,delete#2.17}: of that script the moment 2 and the image 17.
 *
 * <p>States that are equal, with equal outcomes possible, are examined once in each case.
 */
public final class CrashStates implements Experiment {

    private record Met(long image, List<Snapshot> possible, long epoch) {}

    private final int longest;

    /** Tries scripts of up to that many acts. */
    public CrashStates(int longest) {
        this.longest = longest;
    }

    @Override
    public String name() {
        return "crash-states";
    }

    @Override
    public String unit() {
        return "states";
    }

    @Override
    public List<String> cases() {
        return Scripts.ofOneStep().stream().map(Script::toString).toList();
    }

    @Override
    public void run(String name, Tally tally) {
        int mark = name.indexOf('#');
        if (mark >= 0) {
            runOne(name, name.substring(0, mark), name.substring(mark + 1), tally);
            return;
        }
        Script start = Script.parse(name);
        explore(start, start.base().make(), new HashSet<>(), tally);
    }

    private void explore(Script script, Image start, Set<Met> met, Tally tally) {
        try {
            examineAll(script, Rehearsal.play(script, start).moments(), met, tally);
        } catch (Rehearsal.UnfitScript e) {
            return;
        } catch (Contradiction e) {
            tally.tried();
            tally.bad(script.toString(), String.valueOf(e.getMessage()));
            return;
        }
        if (script.steps().size() < longest) {
            Scripts.longerThan(script).forEach(longer -> explore(longer, start, met, tally));
        }
    }

    private static void examineAll(Script script, List<Moment> moments, Set<Met> met, Tally tally) {
        for (int moment = 0; moment < moments.size(); moment++) {
            Moment at = moments.get(moment);
            for (int image = 0; image < at.images().size(); image++) {
                Image left = at.images().get(image);
                if (met.add(new Met(left.fingerprint(), at.possible(), at.epoch()))) {
                    tally.tried();
                    String name = script + "#" + moment + "." + image;
                    examine(script, left, at).ifPresent(found -> tally.bad(name, found));
                }
            }
        }
    }

    static Optional<String> examine(Script script, Image left, Moment at) {
        return Examiner.examine(left, at.possible(), at.epoch(), script.base().kept());
    }

    private static void runOne(String name, String script, String state, Tally tally) {
        String[] numbers = state.split("\\.");
        Script played = Script.parse(script);
        Moment at = Rehearsal.play(played, played.base().make()).moments().get(Integer.parseInt(numbers[0]));
        Image left = at.images().get(Integer.parseInt(numbers[1]));
        System.out.println("On the disk:\n" + left + "Possible: " + at.possible());
        tally.tried();
        examine(played, left, at).ifPresent(found -> tally.bad(name, found));
    }
}
