package io.backtestkit.laboratory.file;

import io.backtestkit.laboratory.disk.Call;
import io.backtestkit.laboratory.disk.Image;
import io.backtestkit.laboratory.disk.Killed;
import io.backtestkit.laboratory.disk.PowerCut;
import io.backtestkit.laboratory.disk.Volume;
import io.backtestkit.laboratory.disk.Watcher;
import io.backtestkit.laboratory.file.Step.Successor;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimLostException;
import io.backtestkit.store.UnreadableSignalException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Plays a script on a volume with the real store, and notes the moments of its last step. */
final class Rehearsal {

    private static final String SUCCESSOR = "second";

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
    private Path program;
    private @Nullable Hand hand;
    private @Nullable Hand standby;

    private Rehearsal(Script script, Image start, @Nullable Forces forces) {
        this.script = script;
        this.forces = forces;
        volume = new Volume(start);
        program = volume.path("/" + Base.folder());
        seen = script.base().snapshot();
        possible = List.of(seen);
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
            if (rehearsal.standby != null) {
                rehearsal.standby.close();
            }
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
                volume.kill(program);
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
        if (steps.stream().anyMatch(Step::standsBy)) {
            standby = Hand.open(volume);
        }
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
        noteEpoch();
        possible = before.stream()
                .map(each -> last(act.outcomes(each, seen, id)))
                .distinct()
                .toList();
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
        noting = last;
        seen = peek();
        succeed(step);
    }

    private void succeed(Step step) {
        if (step.standsBy()) {
            Hand successor = Objects.requireNonNull(standby);
            standby = null;
            hand = successor;
            program = successor.path();
            if (step.successor() == Successor.STANDS_BY) {
                takeOver(successor);
            }
        } else {
            open();
        }
        if (step.successor().reads()) {
            read(step.successor() == Successor.LOOKS);
        }
    }

    private void takeOver(Hand successor) {
        possible = possible.stream()
                .flatMap(each -> Stream.of(each, each.claimedBy(SUCCESSOR)))
                .distinct()
                .toList();
        successor.take(SUCCESSOR);
        possible = possible.stream()
                .map(each -> each.claimedBy(SUCCESSOR))
                .distinct()
                .toList();
        noteEpoch();
    }

    /** What was read once is as good as acknowledged. */
    private void read(boolean onlyTrades) {
        seen = Snapshot.of(hand().store());
        if (!possible.contains(seen)) {
            throw new Contradiction("after the kill: " + seen + " instead of " + possible);
        }
        possible = onlyTrades
                ? possible.stream()
                        .filter(each -> each.trades().equals(seen.trades()))
                        .toList()
                : List.of(seen);
    }

    private void noteEpoch() {
        epoch = Math.max(epoch, hand().claim().map(Claim::epoch).orElse(0L));
    }

    /** Returns what a store would say now, without touching this volume. */
    private Snapshot peek() {
        Volume copy = new Volume(volume.visible());
        try (Hand other = Hand.open(copy)) {
            return Snapshot.of(other.store());
        }
    }

    private void perform(Act act, String id) {
        if (act == Act.OPEN) {
            leave();
            open();
            return;
        }
        try {
            act.run(hand(), seen, id);
        } catch (UnreadableSignalException e) {
            if (!seen.isDamaged(Samples.MAIN)) {
                throw new Contradiction("a slot that is in order cannot be read: " + e.getMessage());
            }
        } catch (ClaimLostException e) {
            if (!act.isRefusedUnderClaim() || !seen.isClaimed()) {
                throw new Contradiction("it throws " + e);
            }
        }
    }

    private Hand hand() {
        return Objects.requireNonNull(hand, "a store is open");
    }

    private void open() {
        program = volume.path("/" + Base.folder());
        hand = Hand.open(program);
        noteEpoch();
    }

    private void leave() {
        if (hand != null) {
            hand.close();
            hand = null;
        }
    }
}
