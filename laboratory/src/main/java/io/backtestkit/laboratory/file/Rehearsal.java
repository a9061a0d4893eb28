package io.backtestkit.laboratory.file;

import io.backtestkit.laboratory.disk.Call;
import io.backtestkit.laboratory.disk.Image;
import io.backtestkit.laboratory.disk.Killed;
import io.backtestkit.laboratory.disk.PowerCut;
import io.backtestkit.laboratory.disk.Volume;
import io.backtestkit.laboratory.disk.Watcher;
import io.backtestkit.store.UnreadableSignalException;
import io.backtestkit.store.file.FileSignalStore;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Plays a script on a volume with the real store, and notes the moments of its last step. */
final class Rehearsal {

    private final Script script;
    private final Volume volume;
    private final @Nullable Forces forces;
    private final List<Moment> moments = new ArrayList<>();
    private List<Snapshot> possible;
    private Snapshot seen;
    private long epoch;
    private boolean noting;
    private int changes;
    private int killAfter;
    private @Nullable FileSignalStore store;

    private Rehearsal(Script script, Image start, @Nullable Forces forces) {
        this.script = script;
        this.forces = forces;
        volume = new Volume(start);
        seen = script.base().snapshot();
        possible = List.of(seen);
        epoch = Epochs.newest(start);
    }

    /** Plays a script as below; every force works. */
    static Rehearsal play(Script script, Image start) {
        return played(new Rehearsal(script, start, null));
    }

    /**
     * Plays a script.
     *
     * @param start the image of its base
     * @param forces what becomes of its forces
     * @throws UnfitScript if a step makes fewer changes than it is to be killed after
     * @throws Contradiction if the store says what it must not say after a kill
     */
    static Rehearsal play(Script script, Image start, Forces forces) {
        return played(new Rehearsal(script, start, forces));
    }

    private static Rehearsal played(Rehearsal rehearsal) {
        rehearsal.volume.watch(rehearsal.new Stage());
        try {
            rehearsal.play();
        } finally {
            rehearsal.leave();
        }
        return rehearsal;
    }

    /** A script that cannot be played, since a step of it makes too few changes. */
    static final class UnfitScript extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnfitScript(Step step) {
            super("Cannot play " + step + ": it makes fewer changes.");
        }
    }

    /** Returns the moments of the last step, in their order. */
    List<Moment> moments() {
        return moments;
    }

    private final class Stage implements Watcher {

        @Override
        public void after(Call call) {
            if (!call.kind().changes()) {
                return;
            }
            note();
            changes++;
            if (changes == killAfter) {
                volume.kill();
                throw new Killed();
            }
        }

        @Override
        public boolean ignores(Call force) {
            return forces != null && forces.ignore();
        }
    }

    private void note() {
        if (noting) {
            moments.add(new Moment(PowerCut.images(volume), possible, epoch));
        }
    }

    private void play() {
        List<Step> steps = script.steps();
        if (steps.get(0).act() != Act.OPEN) {
            open();
        }
        for (int i = 0; i < steps.size(); i++) {
            boolean last = i == steps.size() - 1;
            if (steps.get(i).isKilled()) {
                playKilled(steps.get(i), "s" + (i + 1), last);
            } else {
                noting = last;
                playWhole(steps.get(i).act(), "s" + (i + 1));
            }
            note();
        }
    }

    private void playWhole(Act act, String id) {
        List<Snapshot> before = begin(act, id);
        perform(act, id);
        possible = before.stream().map(each -> last(act.outcomes(each, seen, id))).distinct().toList();
        seen = last(act.outcomes(seen, seen, id));
    }

    /** Widens what is possible to what may be found while the act runs; returns what was possible before. */
    private List<Snapshot> begin(Act act, String id) {
        List<Snapshot> before = possible;
        possible = before.stream()
                .flatMap(each -> act.outcomes(each, seen, id).stream())
                .distinct()
                .toList();
        return before;
    }

    private static Snapshot last(List<Snapshot> outcomes) {
        return outcomes.get(outcomes.size() - 1);
    }

    private void playKilled(Step step, String id, boolean last) {
        begin(step.act(), id);
        changes = 0;
        killAfter = step.killedAfter();
        try {
            perform(step.act(), id);
            throw new UnfitScript(step);
        } catch (Killed e) {
            killAfter = 0;
        }
        leave();
        volume.revive();
        noting = last;
        seen = peek();
        open();
        if (step.read()) {
            seen = Snapshot.of(store());
            if (!possible.contains(seen)) {
                throw new Contradiction("after the kill: " + seen + " instead of " + possible);
            }
            possible = List.of(seen); // what was read once is as good as acknowledged
        }
    }

    /** Returns what a store would say now, without touching this volume. */
    private Snapshot peek() {
        Volume copy = new Volume(volume.visible());
        try (FileSignalStore other = FileSignalStore.open(copy.path("/" + Base.folder()))) {
            return Snapshot.of(other);
        }
    }

    private void perform(Act act, String id) {
        if (act == Act.OPEN) {
            leave();
            open();
            return;
        }
        try {
            act.run(store(), seen, id);
        } catch (UnreadableSignalException e) {
            if (!seen.isDamaged(Samples.MAIN)) {
                throw new Contradiction("a slot that is in order cannot be read: " + e.getMessage());
            }
        }
    }

    private FileSignalStore store() {
        if (store == null) {
            throw new IllegalStateException("No store is open.");
        }
        return store;
    }

    private void open() {
        store = FileSignalStore.open(volume.path("/" + Base.folder()));
        epoch = Epochs.newest(volume.visible());
    }

    private void leave() {
        if (store != null) {
            store.close();
            store = null;
        }
    }
}
