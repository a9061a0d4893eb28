package io.backtestkit.laboratory.crash;

import io.backtestkit.laboratory.Experiment;
import io.backtestkit.laboratory.Tally;
import io.backtestkit.laboratory.disk.Image;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Lets each place of the store that forces something force in vain, one place at a time, and looks for a state that gives it
 * away. A case is a place; it is bad if its force is missed by no script: then the force is not needed, or the crash
 * states are too few.
 */
public final class DroppedForces implements Experiment {

    private static final int LONGEST = 2;

    private final Map<String, List<Script>> scripts = new TreeMap<>();

    @Override
    public String name() {
        return "dropped-forces";
    }

    @Override
    public String unit() {
        return "forces";
    }

    /** Plays every script once to see which places it meets. */
    @Override
    public List<String> cases() {
        Map<Base, Image> images = new TreeMap<>();
        for (Script start : Scripts.ofOneStep()) {
            for (Script script : Scripts.beginningWith(start, LONGEST)) {
                Image image = images.computeIfAbsent(script.base(), Base::make);
                try {
                    Rehearsal.play(script, image, site -> false).sites().forEach(site -> scripts.computeIfAbsent(
                                    site, any -> new ArrayList<>())
                            .add(script));
                } catch (Rehearsal.UnfitScript e) {
                    continue;
                }
            }
        }
        return List.copyOf(scripts.keySet());
    }

    @Override
    public void run(String name, Tally tally) {
        if (scripts.isEmpty()) {
            cases();
        }
        if (!scripts.containsKey(name)) {
            throw new IllegalArgumentException("There is no force at " + name + ", there are " + scripts.keySet());
        }
        tally.tried();
        List<Script> meeting = new ArrayList<>(scripts.getOrDefault(name, List.of()));
        meeting.sort((one, other) ->
                Integer.compare(one.steps().size(), other.steps().size()));
        Set<Object> met = new HashSet<>();
        for (Script script : meeting) {
            Optional<String> found = missed(script, name, met);
            if (found.isPresent()) {
                tally.note(name + " is missed at " + found.get());
                return;
            }
        }
        tally.bad(name, "nothing is lost without it in " + met.size() + " states of " + meeting.size() + " scripts");
    }

    private static Optional<String> missed(Script script, String site, Set<Object> met) {
        List<Moment> moments;
        try {
            moments = Rehearsal.play(script, script.base().make(), site::equals).moments();
        } catch (Rehearsal.UnfitScript e) {
            return Optional.empty();
        } catch (Rehearsal.Contradiction e) {
            return Optional.of(script + ": " + e.getMessage());
        }
        for (int moment = 0; moment < moments.size(); moment++) {
            Moment at = moments.get(moment);
            for (int image = 0; image < at.images().size(); image++) {
                Image left = at.images().get(image);
                if (met.add(List.of(left.fingerprint(), at.possible(), at.epoch()))) {
                    Optional<String> found = CrashStates.examine(script, left, at);
                    if (found.isPresent()) {
                        return Optional.of(script + "#" + moment + "." + image + ": " + found.get());
                    }
                }
            }
        }
        return Optional.empty();
    }
}
