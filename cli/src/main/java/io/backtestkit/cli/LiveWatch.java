package io.backtestkit.cli;

import io.backtestkit.engine.LiveSession;
import io.backtestkit.event.Event;
import io.backtestkit.signal.EndedSignal;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Listens to a live session: shows its events, appends them to the file of events, and stops the session when that fails.
 * Any thread may call any method; {@link #stop} does not wait for an event that is being shown.
 */
final class LiveWatch {

    private static final int PROBLEMS_SHOWN = 10;
    private static final String REACH_STORE = "reach the store";
    private static final String UNSTORED = "store what changed last";
    /** The activities whose failure no later tick makes good. */
    private static final Set<String> ENDS_BADLY = Set.of("trade", UNSTORED);

    private final Terminal terminal;
    private final @Nullable EventSink file;
    private volatile @Nullable LiveSession session;
    private volatile boolean stopping;
    private @Nullable String failure;
    private boolean fileBroken;
    private final Problems problems = new Problems();
    private int closed;
    private int cancelled;
    private boolean storeAway;
    /** What ended while the store was away, which may hold it still. */
    private @Nullable EndedSignal untold;
    /** Whether the session ended without the store having what changed last. */
    private boolean unstored;

    LiveWatch(Terminal terminal, @Nullable EventSink file) {
        this.terminal = terminal;
        this.file = file;
    }

    /** Notes the session that events come from, and stops it if that was asked for before it began. */
    void began(LiveSession begun) {
        session = begun;
        if (stopping) {
            begun.stop();
        }
    }

    /** Asks the session to stop after its tick, now or as soon as it begins. */
    void stop() {
        stopping = true;
        LiveSession begun = session;
        if (begun != null) {
            begun.stop();
        }
    }

    synchronized void accept(Event event) {
        append(event);
        count(event);
        noteStore(event);
        if (event instanceof Event.Failed failed) {
            problems.note(failed);
            if (ENDS_BADLY.contains(failed.activity())) {
                failure = failed.message();
                return;
            }
            if (problems.count() == PROBLEMS_SHOWN + 1) {
                terminal.say("More errors are counted, not shown.");
            }
            if (problems.count() > PROBLEMS_SHOWN) {
                return;
            }
        }
        if (event instanceof Event.ClaimLost lost) {
            failure = lost.message();
        }
        lines(event).forEach(terminal::say);
    }

    private List<String> lines(Event event) {
        return unstored && event instanceof Event.Stopped stopped
                ? EventText.stoppedUnstored(stopped, Optional.ofNullable(untold).map(EndedSignal::signal))
                : EventText.lines(event);
    }

    /** An end that fails to be stored is told after that failure, and the store is told of it before it counts as recovered. */
    private void noteStore(Event event) {
        if (event instanceof Event.Failed failed) {
            storeAway |= failed.activity().equals(REACH_STORE);
            unstored |= failed.activity().equals(UNSTORED);
        } else if (event instanceof Event.Recovered recovered
                && recovered.activity().equals(REACH_STORE)) {
            storeAway = false;
            untold = null;
        } else if (storeAway && event instanceof Event.Closed closed) {
            untold = closed.ended();
        } else if (storeAway && event instanceof Event.Cancelled ended) {
            untold = ended.ended();
        }
    }

    private void append(Event event) {
        if (file == null || fileBroken) {
            return;
        }
        try {
            file.append(
                    unstored && event instanceof Event.Stopped stopped
                            ? EventJson.stoppedUnstored(stopped, Optional.ofNullable(untold))
                            : EventJson.line(event));
        } catch (IOException e) {
            fileBroken = true;
            stop();
            if (file.isOutput()) {
                return;
            }
            failure = "Cannot append to --json-events " + file + ": '" + e.getMessage() + "' at the event of "
                    + event.at()
                    + ". Live trading was stopped; a position stays in the store. Make room, then go on with"
                    + " --from " + event.at().toEpochMilli() + ".";
        }
    }

    private void count(Event event) {
        closed += event instanceof Event.Closed ? 1 : 0;
        cancelled += event instanceof Event.Cancelled ? 1 : 0;
    }

    /** Returns what kept the session from going on; empty if nothing did. */
    synchronized Optional<String> failure() {
        return Optional.ofNullable(failure);
    }

    Problems problems() {
        return problems;
    }

    /** Returns for example {@code 12 closed, 3 cancelled, no errors}. */
    synchronized String summary() {
        int errors = problems.count();
        return closed + " closed, " + cancelled + " cancelled, "
                + (errors == 0 ? "no errors" : errors + (errors == 1 ? " error" : " errors"));
    }
}
