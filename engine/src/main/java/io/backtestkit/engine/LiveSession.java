package io.backtestkit.engine;

import io.backtestkit.event.Event;
import io.backtestkit.event.Events;
import io.backtestkit.market.Candle;
import io.backtestkit.market.Candles;
import io.backtestkit.market.MarketView;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimLostException;
import io.backtestkit.store.UnreadableSignalException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Live trading of one strategy on one symbol, on a thread of its own. Any thread may call any method.
 *
 * <p>Where the store offers claims, the session has the slot to itself: it renews its claim three times a lease, stops at
 * once when it finds that another owner has the slot, and gives the slot back in the end. A session that was stopped and does
 * not end renews it no more after 30 seconds, so that another owner can come. Stopping leaves an open position in the store,
 * where the next start finds it.
 */
public final class LiveSession implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(LiveSession.class.getName());

    /** The activity of a failure that ends trading. */
    static final String TRADE = "trade";

    private final SignalKey key;
    private final CandleFeed feed;
    private final StrategyRunner runner;
    private final ReportedSlot slot;
    private final SlotClaim claim;
    private final StrategyCaller caller;
    private final Events events;
    private final LiveMarket market;
    private final PatientFeed patient;
    private final Way way;
    private final Runnable afterEnd;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicBoolean claimLost = new AtomicBoolean();
    /** Whether it was asked to stop, and has not ended in the time it has for that. */
    private final AtomicBoolean overdue = new AtomicBoolean();

    private final Thread thread;
    /** Whether the position was closed after which this session ends, as soon as the store knows. */
    private boolean closed;

    /** Whether the slot is being given back, so that an answer about its claim tells nothing any more. */
    private volatile boolean releasing;

    /** What the feed's clock showed last, for what is told while it throws. */
    private volatile Instant latest = Instant.EPOCH;

    /** What a session is made of. */
    record Parts(
            SignalKey key,
            CandleFeed feed,
            StrategyRunner runner,
            ReportedSlot slot,
            SlotClaim claim,
            StrategyCaller caller,
            Events events,
            int window) {}

    /** How a session is to begin, to bear with its feed, and to end: in how long at most, once it was asked to. */
    record Way(boolean standby, PatientFeed.Patience patience, boolean stopAfterClose, Duration longestStop) {}

    LiveSession(Parts parts, Way way, Runnable afterEnd) {
        this.key = parts.key();
        this.feed = parts.feed();
        this.runner = parts.runner();
        this.slot = parts.slot();
        this.claim = parts.claim();
        this.caller = parts.caller();
        this.events = parts.events();
        this.market = new LiveMarket(key, feed.clock(), events, parts.window());
        this.patient = new PatientFeed(feed, key.symbol(), way.patience(), stopping, market);
        this.way = way;
        this.afterEnd = afterEnd;
        if (way.stopAfterClose()) {
            runner.stopAfterClose();
        }
        this.thread = new Thread(this::run, "live " + key);
    }

    void begin() {
        thread.start();
        slot.keepEvery()
                .ifPresent(every -> beside("keep", () -> {
                    while (!awaitEnd(every) && !overdue.get()) {
                        work("keep the slot", () -> slot.keep(now().toEpochMilli()));
                    }
                }));
        beside("watch", () -> {
            while (!stopping.await(way.patience().checkEvery().toMillis(), TimeUnit.MILLISECONDS)) {
                work("watch the feed", () -> patient.reportSilence(System.nanoTime()));
            }
        });
        beside(
                "stop",
                () -> { // not the watch, which waits for whoever listens to it
                    stopping.await();
                    if (!awaitEnd(way.longestStop())) {
                        giveUp();
                        reportOverdue();
                    }
                });
    }

    /** What is done by the wall clock, not by ticks: the store reckons in it, and a feed may be silent for long. */
    private interface Chore {
        void run() throws InterruptedException;
    }

    private void beside(String name, Chore chore) {
        Thread beside = new Thread(
                () -> {
                    try {
                        chore.run();
                    } catch (ClaimLostException e) {
                        if (!releasing) {
                            loseClaim(e);
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                name + " " + key);
        beside.setDaemon(true);
        beside.start();
    }

    /** Does it, and outlives whatever it throws but a lost claim. */
    private void work(String activity, Runnable work) {
        try {
            work.run();
        } catch (ClaimLostException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            events.emit(new Event.Failed(
                    key,
                    now(),
                    activity,
                    "Cannot " + activity + " of " + key + ": " + e + " was thrown. It is tried again.",
                    e instanceof Exception cause ? cause : new IllegalStateException(e)));
        }
    }

    /** Wakes the thread whatever it waits in, and keeps the slot no longer: another owner may come. */
    private void giveUp() {
        if (overdue.compareAndSet(false, true)) {
            thread.interrupt();
        }
    }

    private void reportOverdue() {
        String message = "Cannot stop trading " + key + ": its thread has not come back for "
                + way.longestStop().toSeconds() + " s. It was interrupted, and the slot is claimed no longer;"
                + " look at what the feed, the strategy, a listener or the store waits for.";
        LOG.log(Level.WARNING, message); // first: if it is a listener that does not return, no event reaches anybody
        events.emit(new Event.Failed(key, now(), "stop trading", message, new TimeoutException(message)));
    }

    /** Stops at once; whatever a running tick still wants to change is refused by the store. */
    private void loseClaim(ClaimLostException lost) {
        claim.lose(lost);
        if (claimLost.compareAndSet(false, true)) {
            events.emit(new Event.ClaimLost(key, now(), String.valueOf(lost.getMessage()), lost));
        }
        stop();
    }

    /** Returns which strategy on which symbol. */
    public SignalKey key() {
        return key;
    }

    /** Returns the signal held at this moment; empty if there is none. */
    public Optional<Signal> held() {
        Held held = slot.held();
        return held == null ? Optional.empty() : Optional.of(held.signal);
    }

    /** Hands over a command, to be looked at in the next tick. */
    public void submit(Command command) {
        runner.submit(command);
    }

    /**
     * Asks the session to stop after the tick it is in. Returns at once; a second call does nothing. A thread that still works
     * 30 seconds later is interrupted, and its claim renewed no more; what it changes afterwards is refused if another owner
     * has come.
     */
    public void stop() {
        stopping.countDown();
        closeFeed();
    }

    private boolean isStopping() {
        return stopping.getCount() == 0;
    }

    private void closeFeed() {
        try {
            feed.close();
        } catch (RuntimeException e) {
            events.emit(new Event.Failed(
                    key,
                    now(),
                    "close the feed",
                    "Cannot close the feed of " + key + ": it threw " + e + ". Trading stops all the same.",
                    e));
        }
    }

    /** Waits until the session has ended: it was stopped, or its feed ended. */
    public void awaitEnd() throws InterruptedException {
        ended.await();
    }

    /**
     * Waits until the session has ended, but not longer than that.
     *
     * @return whether it has ended
     */
    public boolean awaitEnd(Duration atMost) throws InterruptedException {
        return ended.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }

    /**
     * Stops, and waits for the end up to 30 seconds; a thread that still works then is interrupted. Called by a listener it
     * does not wait, since the end is an event, too.
     */
    @Override
    public void close() {
        stop();
        if (Thread.currentThread().equals(thread) || events.isDelivering()) {
            return;
        }
        try {
            if (!awaitEnd(way.longestStop())) {
                giveUp();
            }
        } catch (InterruptedException e) {
            giveUp();
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            if (!way.standby() || takeOver()) {
                trade();
            }
        } catch (ClaimLostException e) {
            loseClaim(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            reportDefeat(e, e);
        } catch (Error e) {
            reportDefeat(e, new IllegalStateException(e));
            throw e;
        } finally {
            Thread.interrupted(); // it was to bring the thread here; the store is still to be told
            try {
                release();
                events.emit(new Event.Stopped(key, now(), held()));
            } finally {
                stopping.countDown();
                caller.close();
                closeFeed();
                afterEnd.run();
                ended.countDown();
            }
        }
    }

    /** Waits until nobody else has the slot, then restores it. Returns false if it was asked to stop before. */
    private boolean takeOver() throws InterruptedException {
        boolean told = false;
        while (!isStopping()) {
            try {
                Optional<Claim> other = claim.claim();
                if (other.isEmpty()) {
                    slot.restoreOrRefuse(now().toEpochMilli());
                    return true;
                }
                if (!told) {
                    events.emit(new Event.StandingBy(key, now(), other.get()));
                    told = true;
                }
            } catch (ClaimLostException e) {
                throw e;
            } catch (UnreadableSignalException | Held.OrderUnderWayException e) {
                events.emit(new Event.Failed(key, now(), TRADE, String.valueOf(e.getMessage()), e));
                return false;
            } catch (RuntimeException e) { // a full disk may have room again, a server be promoted
                slot.cannotReach(now().toEpochMilli(), e);
                giveBack(); // another standby may be able to
            }
            stopping.await(claim.askEvery().toMillis(), TimeUnit.MILLISECONDS);
        }
        return false;
    }

    private void release() {
        try {
            slot.settleAtLast(now().toEpochMilli());
        } catch (ClaimLostException e) {
            loseClaim(e);
        }
        releasing = true;
        giveBack();
    }

    private void giveBack() {
        try {
            claim.release();
        } catch (RuntimeException e) {
            events.emit(new Event.Failed(
                    key, now(), "release the slot", slot.found(e) + " The lease runs out by itself.", e));
        }
    }

    private void reportDefeat(Throwable failure, Exception cause) {
        events.emit(new Event.Failed(
                key,
                now(),
                TRADE,
                "Cannot go on trading " + key + ": the engine itself failed with " + failure
                        + ". The position, if there is one, is in the store; please report this.",
                cause));
    }

    private Instant now() {
        try {
            latest = feed.clock().instant();
        } catch (RuntimeException e) {
            return latest; // the next candle cannot be taken either, which tells it
        }
        return latest;
    }

    private void trade() throws InterruptedException {
        Optional<Candles> history = patient.history();
        if (history.isEmpty()) {
            return;
        }
        market.remember(history.get());
        while (!isStopping()) {
            Optional<Candle> candle = patient.next();
            if (candle.isEmpty()) {
                return;
            }
            market.take(candle.get(), this::tick);
        }
    }

    /** Ticks, unless it is time to stop, and returns whether to go on. */
    private boolean tick(MarketView view, boolean current) {
        if (isStopping()) {
            return false;
        }
        if (closed) {
            slot.settle(view.time());
        } else {
            runner.tick(view, current);
            closed = way.stopAfterClose() && runner.hasLeft();
        }
        if (closed && slot.ready()) {
            stopping.countDown();
        }
        return !isStopping();
    }
}
