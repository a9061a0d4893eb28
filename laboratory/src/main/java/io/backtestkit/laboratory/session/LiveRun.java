package io.backtestkit.laboratory.session;

import io.backtestkit.engine.BacktestKit;
import io.backtestkit.engine.LiveSession;
import io.backtestkit.event.Event;
import io.backtestkit.market.Candles;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.RetryPolicy;
import io.backtestkit.store.SignalStore;
import io.backtestkit.strategy.Strategy;
import io.backtestkit.testkit.RecordedEvents;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** One live session that trades a market minute by minute on a virtual clock, and everything it announced. */
public final class LiveRun {

    /** What the engine was doing when the store failed a tick. */
    static final String REACH_STORE = "reach the store";

    private static final RetryPolicy RETRIES = new RetryPolicy(2, Duration.ofMillis(1), Duration.ofMillis(5));
    private static final Duration LEASE = Duration.ofHours(12);
    private static final Duration LONGEST = Duration.ofMinutes(15);
    private static final int MINUTES_TO_RECOVER = 60;
    private static final int MOST_PAUSES_A_MINUTE = 5;

    private final Scene scene;
    private final RecordedEvents<Event> events = new RecordedEvents<>();
    private final Consumer<Event> listener;
    private volatile boolean inTrouble;
    private int minutesOfTrouble;

    /** Who trades what. */
    public record Scene(SignalKey key, Strategy strategy, Candles market) {}

    /** Prepares a session; the listener hears what it announces, on the session's threads. */
    public LiveRun(Scene scene, Consumer<Event> listener) {
        this.scene = scene;
        this.listener = listener;
    }

    /**
     * Trades the whole market on that store, which stays open.
     *
     * @param beforeMinute is called on the session's thread before each minute, with its number
     */
    public void trade(SignalStore store, IntConsumer beforeMinute) {
        DrivenFeed feed = new DrivenFeed(scene.market(), beforeMinute);
        try (BacktestKit kit = BacktestKit.builder()
                .store(store)
                .claimLease(LEASE)
                .retries(RETRIES)
                .build()) {
            kit.events().on(Event.class, this::hear);
            LiveSession session = kit.live()
                    .strategy(scene.key().strategy(), scene.strategy())
                    .symbol(scene.key().symbol())
                    .feed(feed)
                    .start();
            if (!session.awaitEnd(LONGEST)) {
                throw new IllegalStateException("Cannot wait longer for a live session: it hangs.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The live session was interrupted.", e);
        }
        feed.requireDriven();
    }

    private void hear(Event event) {
        if (event instanceof Event.Failed failed && failed.activity().equals(REACH_STORE)) {
            inTrouble = true;
        } else if (event instanceof Event.Recovered recovered
                && recovered.activity().equals(REACH_STORE)) {
            inTrouble = false;
        }
        events.accept(event);
        listener.accept(event);
    }

    /** Returns what was announced so far, oldest first. */
    public List<Event> events() {
        return events.all();
    }

    /** Says whether the session has told of a failing store and not yet of its return. */
    public boolean inTrouble() {
        return inTrouble;
    }

    /**
     * Lets real time pass before a minute as long as the session is in trouble though the store is well: clients need a moment
     * to connect again, and a minute of the market takes none.
     *
     * @param pause how long at first; up to five times as long if that was not enough
     * @return false if it went on for too many minutes
     */
    public boolean allowRecovery(Duration pause) {
        minutesOfTrouble = inTrouble ? minutesOfTrouble + 1 : 0;
        if (inTrouble) {
            LockSupport.parkNanos(pause.toNanos() * Math.min(minutesOfTrouble, MOST_PAUSES_A_MINUTE));
        }
        return minutesOfTrouble <= MINUTES_TO_RECOVER;
    }
}
