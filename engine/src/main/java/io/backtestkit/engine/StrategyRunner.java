package io.backtestkit.engine;

import io.backtestkit.event.Events;
import io.backtestkit.market.MarketView;
import io.backtestkit.signal.ClosedSignal;
import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.ClaimLostException;
import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.strategy.Bracket;
import io.backtestkit.strategy.Strategy;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Runs one strategy on one symbol, tick by tick: the same in a backtest and live.
 *
 * <p>A tick: tell the store what it could not be told before; let the rules decide; carry the decision out, store first,
 * memory second, event last. A tick that was decided before the program ended (its step is in the store, its event was never
 * delivered) is not decided again: its event is delivered. One thread ticks; any thread may submit commands.
 */
final class StrategyRunner {

    private static final String REACH_STORE = "reach the store";
    private static final String KEEP_SLOT = "keep the slot";
    private static final String NO_ENTRY = "No new entry will be taken until it can.";

    private final SignalKey key;
    private final String exchange;
    private final AskedStrategy strategy;
    private final SignalRules rules;
    private final SignalSlot slot;
    private final TickReport report;
    private final Queue<Command> arriving = new ConcurrentLinkedQueue<>();
    private final Deque<Command> waiting = new ArrayDeque<>();
    /** Whether an open position was left in this tick, or told to have been. */
    private boolean left;
    /** The command that led to the outcome of this tick, if one did. */
    private @Nullable Command obeyed;
    /** Whether it was told that the store is ahead of the candles. */
    private boolean toldOfLaterStep;

    StrategyRunner(
            SignalKey key,
            String exchange,
            Strategy strategy,
            StrategyCaller caller,
            Settings settings,
            SignalSlot slot,
            Events events) {
        this.key = key;
        this.exchange = exchange;
        this.rules = new SignalRules(settings);
        this.slot = slot;
        this.report = new TickReport(key, events);
        this.strategy = new AskedStrategy(key, strategy, caller, report);
    }

    void submit(Command command) {
        arriving.add(command);
    }

    /** Restores the slot again after its state became doubtful, and returns whether decisions may be made. */
    private boolean restore(long at) {
        try {
            readSlot(at);
            return true;
        } catch (RuntimeException e) {
            storeFailed(at, REACH_STORE, NO_ENTRY, e);
            return false;
        }
    }

    /**
     * Restores the slot before the first tick: only a store that cannot be reached just now is waited for.
     *
     * @param at the time for the events, UTC epoch milliseconds
     * @throws SignalStoreException if the store refuses to be read, the stored signal is damaged, or another owner has it
     * @throws IllegalArgumentException if only a broker knows what is held
     */
    void restoreOrRefuse(long at) {
        try {
            readSlot(at);
        } catch (StoreUnavailableException e) {
            storeFailed(at, e);
        }
    }

    /** Reports that the slot could not be claimed or read. */
    void storeFailed(long at, SignalStoreException failure) {
        storeFailed(at, REACH_STORE, NO_ENTRY, failure);
    }

    /**
     * Reports that the store failed and what follows from it. One that throws what no store may throw is treated alike.
     *
     * @throws ClaimLostException if it is that: nothing more may be decided here
     */
    private void storeFailed(long at, String activity, String consequence, RuntimeException failure) {
        if (failure instanceof ClaimLostException lost) {
            throw lost;
        }
        report.failed(at, activity, told(failure) + " " + consequence, failure);
    }

    private String told(RuntimeException failure) {
        return failure instanceof SignalStoreException
                ? String.valueOf(failure.getMessage())
                : "Cannot use the store of " + key + ": it threw " + failure + ".";
    }

    private void readSlot(long at) {
        slot.settle();
        slot.restore().ifPresent(signal -> report.restored(at, signal));
        report.recovered(at, REACH_STORE);
    }

    /** Carries out the tick the view stands at, which is the present of its market. See {@link #tick(MarketView, boolean)}. */
    void tick(MarketView market) {
        tick(market, true);
    }

    /**
     * Carries out the tick the view stands at.
     *
     * @param current whether the market was seen in time in that minute; if not, what is held is managed, but the strategy is
     *     not asked
     * @throws ClaimLostException if another owner has the slot; the tick has no outcome then, and none may follow
     */
    void tick(MarketView market, boolean current) {
        long time = market.time();
        double price = market.price();
        left = false;
        if (!slot.ready() && !restore(time)) {
            report.tick(time, price, Outcome.IDLE, slot.held());
            return;
        }
        Held held = slot.held();
        if (announceIfDecided(time, price, held)) {
            return;
        }
        Outcome outcome = decide(market, current, held, time, price);
        carryOut(outcome, held, time, price);
    }

    /**
     * Tells the store what it could not be told before, if there is anything, and decides nothing.
     *
     * @throws ClaimLostException if another owner has the slot
     */
    void settle(long at) {
        unsettled(at).ifPresent(e -> storeFailed(at, REACH_STORE, "It is told again with the next candle.", e));
    }

    /** Says whether an open position was left in the latest tick, or told to have been. */
    boolean hasLeft() {
        return left;
    }

    /** As {@link #settle}, where no next time follows. What became of a change of unknown outcome is looked up. */
    void settleAtLast(long at) {
        if (slot.isDoubtful()) {
            try {
                readSlot(at);
            } catch (ClaimLostException e) {
                throw e;
            } catch (RuntimeException e) {
                report.fault(
                        at,
                        LiveSession.TRADE,
                        told(e) + " Whether the last change is stored is not known: the next start finds out.",
                        e);
                return;
            }
        }
        unsettled(at)
                .ifPresent(e -> report.fault(
                        at,
                        LiveSession.TRADE,
                        told(e) + " What changed last is not stored: the next start finds what was before.",
                        e));
    }

    private Optional<RuntimeException> unsettled(long at) {
        if (!slot.settled()) {
            try {
                slot.settleAll();
                report.recovered(at, REACH_STORE);
            } catch (ClaimLostException e) {
                throw e;
            } catch (RuntimeException e) {
                return Optional.of(e);
            }
        }
        return Optional.empty();
    }

    /** Ends a backtest: what is still held is closed or cancelled at the last price. */
    void endOfData(MarketView market) {
        Held held = slot.held();
        if (held != null) {
            carryOut(rules.frameEnd(held, market.time(), market.price()), held, market.time(), market.price());
        }
    }

    /**
     * Handles a tick at or before the latest step of this slot, which a restart may bring again. Its own step is announced
     * as it was decided; what lies before it decides nothing.
     */
    private boolean announceIfDecided(long time, double price, @Nullable Held held) {
        if (held != null) {
            if (time > held.since) {
                return false;
            }
            if (time < held.since) {
                warnOfLaterStep(time, held.since, held.signal);
                report.tick(time, price, Outcome.IDLE, held);
            } else if (held.isOpen) {
                report.tick(time, price, new Outcome.Open(held.signal), held);
            } else {
                report.tick(time, price, new Outcome.Schedule(held.signal), held);
            }
            return true;
        }
        EndedSignal last = slot.lastEnded();
        if (last == null) {
            return false;
        }
        long endedAt = last.endedAt().toEpochMilli();
        if (time > endedAt) {
            if (!slot.tellsEnd()) {
                return false;
            }
            ended(endedAt, price, last); // its own tick will not come again
            report.tick(time, price, Outcome.IDLE, null);
            return true;
        }
        if (time == endedAt) {
            slot.tellsEnd();
            ended(time, price, last);
        } else {
            warnOfLaterStep(time, endedAt, last.signal());
            report.tick(time, price, Outcome.IDLE, null);
        }
        return true;
    }

    private void ended(long time, double price, EndedSignal ended) {
        left = ended instanceof ClosedSignal;
        report.ended(time, price, ended);
    }

    private void warnOfLaterStep(long time, long since, Signal signal) {
        if (!toldOfLaterStep) {
            toldOfLaterStep = true;
            report.warn(
                    time,
                    "Nothing is decided for " + key + " until " + Instant.ofEpochMilli(since)
                            + ": the store knows what became of signal '" + signal.id()
                            + "' then, and this candle is older. If these candles are not played again on purpose, check"
                            + " the clock, or where that record came from.");
        }
    }

    private Outcome decide(MarketView market, boolean current, @Nullable Held held, long time, double price) {
        obeyed = null;
        if (held == null) {
            arriving.clear();
            waiting.clear();
            return current && strategy.isDue(time) ? ask(market, time, price) : Outcome.IDLE;
        }
        for (Command next = nextCommand(); next != null; next = nextCommand()) {
            Outcome outcome = rules.commanded(held, next, time, price);
            if (!(outcome instanceof Outcome.NoEffect)) {
                obeyed = next;
                return outcome;
            }
        }
        return held.isOpen
                ? rules.open(held, time, price)
                : rules.scheduled(held, time, market.lastHigh(), market.lastLow());
    }

    /** Takes the oldest command; those behind one that has an effect stay for the next tick. */
    private @Nullable Command nextCommand() {
        for (Command arrived = arriving.poll(); arrived != null; arrived = arriving.poll()) {
            waiting.add(arrived);
        }
        return waiting.poll();
    }

    private Outcome ask(MarketView market, long time, double price) {
        EndedSignal last = slot.lastEnded();
        if (last != null) {
            market.remember(last.signal().memo());
        }
        Optional<Bracket> proposal = strategy.ask(market);
        return proposal.isEmpty() ? Outcome.IDLE : rules.proposed(proposal.get(), key, exchange, time, price, last);
    }

    private void carryOut(Outcome outcome, @Nullable Held held, long time, double price) {
        if (outcome instanceof Outcome.Mark mark && held != null) {
            tellStore(time, () -> slot.mark(held.signal, mark.marks()));
            report.tick(time, price, Outcome.ACTIVE, slot.held());
        } else if (outcome instanceof Outcome.Schedule schedule) {
            enter(schedule.signal(), held, outcome, time, price);
        } else if (outcome instanceof Outcome.Open open) {
            enter(open.signal(), held, outcome, time, price);
        } else if (outcome instanceof Outcome.Close close) {
            leave(close.ended(), time, price);
        } else if (outcome instanceof Outcome.Cancel cancel) {
            leave(cancel.ended(), time, price);
        } else if (outcome instanceof Outcome.Refuse refuse) {
            String message = BracketCheck.message(key, refuse.faults());
            report.fault(time, "accept a bracket", message, new IllegalArgumentException(message));
            report.tick(time, price, Outcome.IDLE, null);
        } else {
            if (held != null && slot.unwritten()) {
                tellStore(time, slot::rewrite);
            }
            report.tick(time, price, outcome, held);
        }
    }

    /**
     * Takes a new signal into the slot, or opens the scheduled one. A broker's part belongs between two writes here: the
     * intent (phase opening), the order, the position (phase open). Without a broker the fill is the price itself.
     */
    private void enter(Signal signal, @Nullable Held before, Outcome outcome, long time, double price) {
        try {
            slot.hold(signal);
            report.recovered(time, REACH_STORE);
        } catch (RuntimeException e) {
            storeFailed(time, REACH_STORE, "The entry was not taken.", e);
            if (obeyed != null && before != null) {
                waiting.addFirst(obeyed); // the exchange has filled the order, whatever the store says
            }
            report.tick(time, price, before == null ? Outcome.IDLE : Outcome.WAITING, before);
            return;
        }
        report.tick(time, price, outcome, slot.held());
    }

    /** Leaves the slot. A broker's part belongs before it: the intent (phase closing), then the order. */
    private void leave(EndedSignal ended, long time, double price) {
        try {
            slot.end(ended);
            report.recovered(time, REACH_STORE);
        } catch (RuntimeException e) {
            storeFailed(
                    time,
                    REACH_STORE,
                    "The signal has ended all the same; the store will be told as soon as it can, and no new entry will"
                            + " be taken before.",
                    e);
        }
        ended(time, price, ended);
    }

    /** Tells the store what became of a position, which is managed whatever the store says. */
    private void tellStore(long time, Runnable change) {
        try {
            change.run();
            report.recovered(time, REACH_STORE);
        } catch (RuntimeException e) {
            storeFailed(time, REACH_STORE, "The position goes on being managed.", e);
        }
    }

    /** Keeps the claim, and the held signal from expiring; any thread. @throws ClaimLostException if the claim is lost */
    void keep(long time) {
        try {
            Optional<Signal> lost = slot.keep();
            report.recovered(time, KEEP_SLOT);
            lost.ifPresent(signal -> report.fault(
                    time,
                    KEEP_SLOT,
                    "The store has lost signal " + key + " '" + signal.id()
                            + "', which is held. It is written again with"
                            + " the next candle; find out what removed it.",
                    new IllegalStateException("the held signal was not in the store")));
        } catch (RuntimeException e) {
            storeFailed(time, KEEP_SLOT, "It is tried again before the lease runs out.", e);
        }
    }
}
