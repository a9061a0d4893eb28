package io.backtestkit.laboratory.file;

import io.backtestkit.laboratory.Experiment;
import io.backtestkit.laboratory.Tally;
import io.backtestkit.laboratory.disk.Image;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Lets each place of the store that forces something force in vain, one place at a time, and looks for a state that gives it
 * away: in scripts of one act, then in those of two of which one meets the place. A case is a place; it is bad if no script
 * misses its force: then the force is not needed, or the crash states are too few.
 */
public final class DroppedForces implements Experiment {

    private final Map<Base, Image> images = new EnumMap<>(Base.class);

    /** Makes the images to start from. */
    public DroppedForces() {
        for (Base base : Base.values()) {
            images.put(base, base.make());
        }
    }

    @Override
    public String name() {
        return "dropped-forces";
    }

    @Override
    public String unit() {
        return "forces";
    }

    /** Plays every script of one step to see which places it meets. */
    @Override
    public List<String> cases() {
        Set<String> places = new TreeSet<>();
        for (Script script : Scripts.ofOneStep()) {
            Forces forces = Forces.all();
            play(script, forces);
            places.addAll(forces.met());
        }
        return List.copyOf(places);
    }

    @Override
    public void run(String name, Tally tally) {
        if (!cases().contains(name)) {
            throw new IllegalArgumentException("There is no force '" + name + "'.");
        }
        tally.tried();
        Search search = new Search(name);
        Optional<String> found = search.run();
        if (found.isPresent()) {
            tally.note(name + " is missed at " + found.get());
        } else {
            tally.bad(name, "nothing is lost without it in " + search.met.size() + " states");
        }
    }

    private Optional<List<Moment>> play(Script script, Forces forces) {
        Image start = images.getOrDefault(script.base(), new Image(new TreeMap<>()));
        try {
            return Optional.of(Rehearsal.play(script, start, forces).moments());
        } catch (Rehearsal.UnfitScript e) {
            return Optional.empty();
        }
    }

    /** The search for a state that misses one force. */
    private final class Search {
        private final String place;
        private final Set<List<Object>> met = new HashSet<>();

        Search(String place) {
            this.place = place;
        }

        Optional<String> run() {
            Set<Step> meeting = new LinkedHashSet<>();
            List<Script> starts = new ArrayList<>();
            List<Script> relying = new ArrayList<>();
            for (Script script : Scripts.ofOneStep()) {
                Forces forces = Forces.without(place);
                Optional<String> found = run(script, forces);
                if (found.isPresent()) {
                    return found;
                }
                if (forces.met().contains(place)) {
                    meeting.add(script.last());
                    relying.addAll(Scripts.goingOn(script));
                }
                if (!forces.met().isEmpty()) {
                    starts.add(script);
                }
            }
            Stream<Script> meetingLater = starts.stream()
                    .flatMap(start -> meeting.stream().map(start::and))
                    .filter(script ->
                            script.steps().stream().filter(Step::standsBy).count() < 2);
            return Stream.concat(relying.stream(), meetingLater)
                    .map(script -> run(script, Forces.without(place)))
                    .flatMap(Optional::stream)
                    .findFirst();
        }

        private Optional<String> run(Script script, Forces forces) {
            try {
                Optional<List<Moment>> moments = play(script, forces);
                return moments.isPresent() && forces.met().contains(place)
                        ? examine(script, moments.get())
                        : Optional.empty();
            } catch (Contradiction e) {
                return Optional.of(script + ": " + e.getMessage());
            }
        }

        private Optional<String> examine(Script script, List<Moment> moments) {
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
}
