package io.backtestkit.engine;

import io.backtestkit.market.MarketView;
import io.backtestkit.signal.ClosedSignal;
import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.ClaimLostException;
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

    private final SignalKey key;
    private final String exchange;
    private final AskedStrategy strategy;
    private final SignalRules rules;
    private final ReportedSlot slot;
    private final TickReport report;
    private final Queue<Command> arriving = new ConcurrentLinkedQueue<>();
    private final Deque<Command> waiting = new ArrayDeque<>();
    /** Whether an open position was left in this tick, or told to have been. */
    private boolean left;
    /** The command that led to the outcome of this tick, if one did. */
    private @Nullable Command obeyed;

    private boolean stopsAfterClose;
    /** Whether it was told that the store is ahead of the candles. */
    private boolean toldOfLaterStep;

    StrategyRunner(
            SignalKey key,
            String exchange,
            Strategy strategy,
            StrategyCaller caller,
            Settings settings,
            ReportedSlot slot,
            TickReport report) {
        this.key = key;
        this.exchange = exchange;
        this.rules = new SignalRules(settings);
        this.slot = slot;
        this.report = report;
        this.strategy = new AskedStrategy(key, strategy, caller, report);
    }

    /** Takes no entry any more once an open position was left. */
    void stopAfterClose() {
        stopsAfterClose = true;
    }

    void submit(Command command) {
        arriving.add(command);
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
        if (!slot.isReady(time)) {
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

    /** Says whether an open position was left in the latest tick, or told to have been. */
    boolean hasLeft() {
        return left;
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
            if (slot.tellsEnd()) { // its own tick will not come again
                ended(endedAt, price, last);
            }
            return false;
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
            boolean asks = current && !(left && stopsAfterClose) && strategy.isDue(time);
            return asks ? ask(market, time, price) : Outcome.IDLE;
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
            slot.mark(time, held.signal, mark.marks());
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
            if (held != null) {
                slot.rewrite(time);
            }
            report.tick(time, price, outcome, held);
        }
    }

    /**
     * Takes a new signal into the slot, or opens the scheduled one. A broker's part belongs between two writes here: the
     * intent (phase opening), the order, the position (phase open). Without a broker the fill is the price itself.
     */
    private void enter(Signal signal, @Nullable Held before, Outcome outcome, long time, double price) {
        if (before != null && obeyed != null) { // an exchange has filled the order, whatever the store says
            slot.fill(time, signal);
        } else if (!slot.holds(time, signal)) {
            report.tick(time, price, before == null ? Outcome.IDLE : Outcome.WAITING, before);
            return;
        }
        report.tick(time, price, outcome, slot.held());
    }

    /** Leaves the slot. A broker's part belongs before it: the intent (phase closing), then the order. */
    private void leave(EndedSignal ended, long time, double price) {
        slot.end(time, ended);
        ended(time, price, ended);
    }
}
