package io.backtestkit.cli;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Trades live against recorded candles in a child process, kills it with SIGKILL at given moments, restarts it each time at
 * the tick after the last event it wrote, and compares what it restores with what was stored.
 */
final class KilledReplay {

    private static final long LOOK_EVERY_NANOS = 200_000;
    private static final long LONGEST_SILENCE_NANOS = 60_000_000_000L;

    /**
     * What is run.
     *
     * @param candles the file of candles
     * @param key strategy and symbol, as they are in the store
     * @param strategy what {@code live} is told of the strategy: {@code --strategy}, {@code --param} and the like
     * @param store the location of the store; it may hold a password, so a plan is never shown
     * @param folder where the files of events and output are written
     * @param speed as for {@code live --speed}
     */
    record Plan(Path candles, SignalKey key, List<String> strategy, String store, Path folder, String speed) {

        Path events() {
            return folder.resolve("events.jsonl");
        }
    }

    /**
     * When to kill: at the first tick at or after that time, or as soon as possible.
     *
     * @param at the time, UTC epoch milliseconds
     * @param onlyOpen whether to wait on until a position is open
     */
    record Moment(long at, boolean onlyOpen) {

        boolean isReachedBy(EventLine line) {
            return line.isTick() && line.at() >= at && (line.isOpen() || !onlyOpen);
        }
    }

    /**
     * One kill and the start after it.
     *
     * @param last the last whole event line of the killed process
     * @param stored what the store held after the kill; empty if nothing
     * @param restored what the next process restored before its first tick, as JSON; null if nothing
     */
    record Kill(
            EventLine last,
            Optional<Signal> stored,
            @Nullable String restored) {

        /** Says whether exactly what was stored was restored. */
        boolean isFaithful() {
            String expected = stored.map(KilledReplay::json).orElse(null);
            return expected == null ? restored == null : expected.equals(restored);
        }
    }

    /** Is told what happens, while it happens. */
    interface Listener {

        /** The process was killed, and this is what the store holds. */
        default void killed(int number, EventLine last, Optional<Signal> stored) {}

        /** The next process has restored what it found, and begun. */
        default void restarted(int number, Kill kill) {}
    }

    private final Plan plan;
    private final Listener listener;
    private final EventTail tail;
    private final List<Kill> kills = new ArrayList<>();
    private @Nullable EventLine last;
    private @Nullable EventLine killedAfter;
    private long lastTick = Long.MIN_VALUE;
    private long heardAt = System.nanoTime();

    KilledReplay(Plan plan, Listener listener) {
        this.plan = plan;
        this.listener = listener;
        this.tail = new EventTail(plan.events());
    }

    static String json(Signal signal) {
        return SignalJson.text(out -> SignalJson.writeHeld(out, signal));
    }

    /**
     * Runs to the end of the candles.
     *
     * @param moments when to kill, in order
     * @return every kill; fewer than moments if the candles ended before
     * @throws CommandFailure if a process fails by itself
     */
    List<Kill> run(List<Moment> moments) throws InterruptedException {
        Optional<Signal> stored = stored();
        Iterator<Moment> upcoming = moments.iterator();
        while (true) {
            Moment moment = upcoming.hasNext() ? upcoming.next() : null;
            try (LiveProcess process =
                    LiveProcess.start(arguments(), plan.store(), plan.folder().resolve("output.txt"))) {
                @Nullable EventLine line = awaitLine(process);
                while (line != null && line.isWarning()) {
                    line = awaitLine(process);
                }
                noteRestart(stored, line);
                while (line != null && (moment == null || !moment.isReachedBy(line))) {
                    line = awaitLine(process);
                }
                if (line == null || moment == null) {
                    requireGoodEnd(process);
                    return kills;
                }
                process.kill();
            }
            drain();
            stored = stored();
            killedAfter = last;
            if (last != null) {
                listener.killed(kills.size() + 1, last, stored);
            }
        }
    }

    private void noteRestart(Optional<Signal> stored, @Nullable EventLine first) {
        EventLine before = killedAfter;
        if (before == null) {
            return;
        }
        String restored = first != null && first.event().equals("restored") ? first.signal() : null;
        Kill kill = new Kill(before, stored, restored);
        kills.add(kill);
        listener.restarted(kills.size(), kill);
    }

    private List<String> arguments() {
        List<String> arguments = new ArrayList<>(plan.strategy());
        arguments.addAll(List.of(
                "--symbol", plan.key().symbol(),
                "--replay", plan.candles().toString(),
                "--speed", plan.speed(),
                "--json-events", plan.events().toString()));
        if (lastTick != Long.MIN_VALUE) {
            arguments.addAll(List.of("--from", Long.toString(LiveCommand.tickAfter(lastTick))));
        }
        return arguments;
    }

    /** Waits for the next line; null if the process ended without one. */
    private @Nullable EventLine awaitLine(LiveProcess process) throws InterruptedException {
        heardAt = System.nanoTime();
        while (true) {
            // asked before looking: what a process wrote before its end is seen afterwards
            boolean alive = process.isAlive();
            Optional<EventLine> next = tail.next();
            if (next.isPresent()) {
                return noted(next.get());
            }
            if (process.isEndingItself()) {
                throw CommandFailure.runFailed("Cannot finish the replay: it was stopped. Run it again.");
            }
            if (!alive) {
                return null;
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (System.nanoTime() - heardAt > LONGEST_SILENCE_NANOS) {
                throw CommandFailure.runFailed("Cannot follow the child process: it wrote no event for a minute."
                        + " It printed: " + process.printed());
            }
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
        }
    }

    private void drain() {
        for (Optional<EventLine> next = tail.next(); next.isPresent(); next = tail.next()) {
            noted(next.get());
        }
    }

    private EventLine noted(EventLine line) {
        last = line;
        lastTick = line.isTick() ? line.at() : lastTick;
        return line;
    }

    private static void requireGoodEnd(LiveProcess process) throws InterruptedException {
        int exitCode = process.awaitExit();
        if (exitCode != 0) {
            throw CommandFailure.runFailed("Cannot finish the replay: the child process ended with exit code "
                    + exitCode + ". It printed: " + process.printed());
        }
    }

    private Optional<Signal> stored() {
        if (last == null) {
            return Optional.empty();
        }
        try (SignalStore store = SignalStores.openReadOnly(plan.store())) {
            return store.read(plan.key());
        }
    }

    /** Returns what has ended, as the store's log has it. */
    List<EndedSignal> trades() {
        try (SignalStore store = SignalStores.openReadOnly(plan.store())) {
            return store.tradeLog().map(log -> log.trades(plan.key())).orElse(List.of());
        }
    }
}
