package io.backtestkit.store.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimAnswer.Granted;
import io.backtestkit.store.ClaimAnswer.Held;
import io.backtestkit.store.Claims;
import io.backtestkit.store.ProcessOwner;
import io.backtestkit.testkit.SampleSignals;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills an owner with SIGKILL at random while it writes, deletes and ends; {@code -Dbacktestkit.kills=100} says how often, and
 * {@code -Dbacktestkit.seed} when.
 */
@Timeout(1800)
class KillTest {

    private static final SignalKey KEY = SampleSignals.key();
    private static final int KILLS = Integer.getInteger("backtestkit.kills", 5);
    private static final long SEED = Long.getLong("backtestkit.seed", new SplittableRandom().nextLong());
    private static final Duration LEASE = Duration.ofHours(1);

    /** What an owner does next, and what must be there after it. */
    enum Kind {
        WRITE,
        DELETE,
        END
    }

    private record Step(Kind kind, int number) {}

    /**
     * What the slot and the log hold, by the numbers of the writes.
     *
     * @param held 0 if the slot is free
     */
    private record State(int held, List<Integer> log) {

        static State of(FileSignalStore store) {
            int held = store.read(KEY).map(KillTest::numberOf).orElse(0);
            List<Integer> log = store.tradeLog().orElseThrow().trades(KEY).stream()
                    .map(trade -> numberOf(trade.signal()))
                    .toList();
            return new State(held, log);
        }

        State after(Step step) {
            return switch (step.kind()) {
                case WRITE -> new State(step.number(), log);
                case DELETE -> new State(0, log);
                case END -> new State(0, logged(step.number()).log());
            };
        }

        State logged(int number) {
            List<Integer> longer = new ArrayList<>(log);
            longer.add(number);
            return new State(held, List.copyOf(longer));
        }
    }

    /** Every part of the record names the write, so that a torn one equals none. */
    private static Signal numbered(int number) {
        String mark = "write " + number + " ";
        return SampleSignals.openLong(KEY)
                .id(mark)
                .exchange(mark)
                .note(mark.repeat(50))
                .createdAt(Instant.ofEpochMilli(1_700_000_000_000L + number))
                .openTimestamp(Instant.ofEpochMilli(1_700_000_000_000L + number))
                .build();
    }

    private static int numberOf(Signal signal) {
        int number = Integer.parseInt(signal.id().split(" ")[1]);
        assertThat(signal).isEqualTo(numbered(number));
        return number;
    }

    /** Returns the steps of an owner from that number on: three writes, one of them deleted, one ended, one replaced. */
    private static List<Step> steps(int first, int count) {
        List<Step> steps = new ArrayList<>();
        for (int number = first; steps.size() < count; number++) {
            steps.add(new Step(Kind.WRITE, number));
            if (number % 3 == 0) {
                steps.add(new Step(Kind.END, number));
            } else if (number % 3 == 1) {
                steps.add(new Step(Kind.DELETE, number));
            }
        }
        return steps;
    }

    /** The owner to be killed: claims the slot, then says so after each step. */
    static final class OwnerMain {
        private OwnerMain() {}

        public static void main(String[] arguments) {
            int first = Integer.parseInt(arguments[1]);
            try (FileSignalStore store = FileSignalStore.open(Path.of(arguments[0]))) {
                Claims claims = store.claims().orElseThrow();
                if (!(claims.claim(KEY, ProcessOwner.name(), LEASE) instanceof Granted granted)) {
                    throw new IllegalStateException("The slot is held.");
                }
                for (Step step : steps(first, 10_000)) {
                    act(claims, granted.claim(), step);
                    System.out.println("done");
                }
            }
        }

        private static void act(Claims claims, Claim claim, Step step) {
            switch (step.kind()) {
                case WRITE -> claims.write(claim, numbered(step.number()));
                case DELETE -> claims.delete(claim);
                case END -> claims.end(claim, ended(step.number()));
            }
        }
    }

    private static EndedSignal ended(int number) {
        return SampleSignals.closed(numbered(number));
    }

    @Test
    void noAcknowledgedChangeIsLostTornOrDoubledWhenAnOwnerIsKilledAndTheNextTakesOver(@TempDir Path folder)
            throws Exception {
        SplittableRandom random = new SplittableRandom(SEED);
        int next = 1;
        long epoch = 0;
        int finished = 0;
        try (FileSignalStore store = FileSignalStore.open(folder)) {
            for (int kill = 1; kill <= KILLS; kill++) {
                String round = "kill " + kill + ", replay with -Dbacktestkit.seed=" + SEED;
                State before = State.of(store);
                int done = killedAfter(folder, next, 2 + random.nextInt(40), random.nextLong(3_000_000));
                Claim claim = takenOver(store, round, epoch);
                epoch = claim.epoch();

                List<Step> steps = steps(next, done + 1);
                State acknowledged = before;
                for (Step step : steps.subList(0, done)) {
                    acknowledged = acknowledged.after(step);
                }
                Step begun = steps.get(done);
                List<State> possible = new ArrayList<>(List.of(acknowledged, acknowledged.after(begun)));
                if (begun.kind() == Kind.END) {
                    possible.add(acknowledged.logged(begun.number())); // a restart finishes it
                }
                State found = State.of(store);
                assertThat(found).as(round).isIn(possible);
                finished += found.equals(acknowledged) ? 0 : 1;
                if (!found.log().isEmpty() && found.log().contains(found.held())) {
                    store.claims().orElseThrow().end(claim, ended(found.held()));
                    assertThat(State.of(store)).as(round).isEqualTo(acknowledged.after(begun));
                }
                store.claims().orElseThrow().release(claim);
                next = begun.number() + 1;
            }
        }
        System.out.println(KILLS + " kills, " + finished + " of them after a change that was not acknowledged yet");
    }

    /** Runs an owner, kills it a moment after so many acknowledged steps, and returns how many there were. */
    private static int killedAfter(Path folder, int first, int least, long nanos) throws IOException {
        Process owner = OtherProcess.Java.start(OwnerMain.class, folder.toString(), String.valueOf(first));
        int done = 0;
        try (BufferedReader lines = owner.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                done++;
                if (done == least) {
                    LockSupport.parkNanos(nanos);
                    owner.toHandle().destroyForcibly(); // leaves its output readable
                }
            }
        }
        owner.onExit().join();
        assertThat(done).as("acknowledged steps").isGreaterThanOrEqualTo(least);
        return done;
    }

    private static Claim takenOver(FileSignalStore store, String round, long epoch) {
        Claims claims = store.claims().orElseThrow();
        Claim dead = claims.holder(KEY).orElseThrow();
        assertThat(ProcessOwner.isDead(dead.owner())).as(round).isTrue();
        assertThat(claims.claim(KEY, "next", LEASE)).as(round).isEqualTo(new Held(dead));
        assertThat(claims.takeOver(dead, "next", LEASE)).as(round).isInstanceOf(Granted.class);
        Claim claim = claims.holder(KEY).orElseThrow();
        assertThat(claim.epoch()).as(round).isEqualTo(dead.epoch() + 1).isGreaterThan(epoch);
        return claim;
    }
}
