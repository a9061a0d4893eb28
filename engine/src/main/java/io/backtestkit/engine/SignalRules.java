package io.backtestkit.engine;

import io.backtestkit.profit.Costs;
import io.backtestkit.profit.ProfitAndLoss;
import io.backtestkit.signal.CancelReason;
import io.backtestkit.signal.CancelledSignal;
import io.backtestkit.signal.CloseReason;
import io.backtestkit.signal.ClosedSignal;
import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Entry;
import io.backtestkit.signal.Marks;
import io.backtestkit.signal.Phase;
import io.backtestkit.signal.Position;
import io.backtestkit.signal.Prices;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalBuilder;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.signal.TimeLimit;
import io.backtestkit.strategy.Bracket;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The trading rules: what one tick does to one signal. Pure: the same arguments give the same outcome, nothing is read and
 * nothing is done. Times are UTC epoch milliseconds; any thread may call.
 */
final class SignalRules {

    private final Settings settings;
    private final BracketCheck check;
    private final ProfitAndLoss profit;

    SignalRules(Settings settings) {
        this.settings = settings;
        this.check = new BracketCheck(settings);
        this.profit = new ProfitAndLoss(new Costs(settings.slippagePercent(), settings.feePercent()));
    }

    /** Decides about a scheduled signal, given the high and low of the candle that has just closed. */
    Outcome scheduled(Held held, long time, double high, double low) {
        if (time - held.since >= settings.scheduledWaitMinutes() * 60_000L) {
            return cancel(held, CancelReason.TIMEOUT, time);
        }
        boolean entryTouched = held.isLong ? low <= held.entry : high >= held.entry;
        if (!entryTouched) {
            return Outcome.WAITING;
        }
        boolean wholeCandleBeyondStop = held.isLong ? high <= held.stopLoss : low >= held.stopLoss;
        if (wholeCandleBeyondStop) {
            return cancel(held, CancelReason.PRICE_REJECT, time);
        }
        return open(held.signal.toBuilder(), held.signal, time);
    }

    /** Decides about an open position. */
    Outcome open(Held held, long time, double price) {
        if (held.signal.minuteEstimatedTime().reachedAfter(time - held.since)) {
            return close(held, CloseReason.TIME_EXPIRED, Prices.rounded(price), time);
        }
        if (held.isLong ? price >= held.takeProfit : price <= held.takeProfit) {
            return close(held, CloseReason.TAKE_PROFIT, held.signal.effectiveTakeProfit(), time);
        }
        if (held.isLong ? price <= held.stopLoss : price >= held.stopLoss) {
            return close(held, CloseReason.STOP_LOSS, held.signal.effectiveStopLoss(), time);
        }
        Marks marks = held.marks.covering(pnlPercent(held, price));
        return marks.equals(held.marks) ? Outcome.ACTIVE : new Outcome.Mark(marks);
    }

    /** Decides about a command; {@link Outcome#NO_EFFECT} if it does not fit what is held. */
    Outcome commanded(Held held, Command command, long time, double price) {
        if (!command.signalId().equals(held.signal.id())) {
            return Outcome.NO_EFFECT;
        }
        if (held.isOpen) {
            if (command instanceof Command.Close) {
                return close(held, CloseReason.CLOSED, Prices.rounded(price), time);
            }
            if (command instanceof Command.FilledTakeProfit) {
                return close(held, CloseReason.TAKE_PROFIT, held.signal.effectiveTakeProfit(), time);
            }
            if (command instanceof Command.FilledStopLoss) {
                return close(held, CloseReason.STOP_LOSS, held.signal.effectiveStopLoss(), time);
            }
        } else {
            if (command instanceof Command.Cancel) {
                return cancel(held, CancelReason.USER, time);
            }
            if (command instanceof Command.Activate) {
                return open(held.signal.toBuilder(), held.signal, time);
            }
        }
        return Outcome.NO_EFFECT;
    }

    /** Decides what becomes of a held signal when the data of a backtest ends. */
    Outcome frameEnd(Held held, long time, double price) {
        return held.isOpen
                ? close(held, CloseReason.FRAME_END, Prices.rounded(price), time)
                : cancel(held, CancelReason.FRAME_END, time);
    }

    /**
     * Decides about a proposal.
     *
     * @param lastEnded what ended last in this slot, if anything did
     */
    Outcome proposed(
            Bracket bracket, SignalKey key, String exchange, long time, double price, @Nullable EndedSignal lastEnded) {
        String id = bracket.id().orElseGet(() -> SignalIds.of(key, time));
        if (lastEnded != null && lastEnded.signal().id().equals(id)) {
            return Outcome.IDLE;
        }
        double entry = bracket.entry().orElse(price);
        boolean reached = bracket.position() == Position.LONG ? price <= entry : price >= entry;
        List<String> faults = check.faults(bracket, entry, price, reached);
        if (!faults.isEmpty()) {
            return new Outcome.Refuse(faults);
        }
        Instant now = Instant.ofEpochMilli(time);
        try {
            SignalBuilder builder = Signal.builder(key)
                    .id(id)
                    .exchange(exchange)
                    .position(bracket.position())
                    .phase(Phase.SCHEDULED)
                    .priceOpen(Prices.rounded(entry))
                    .priceTakeProfit(Prices.rounded(bracket.takeProfit()))
                    .priceStopLoss(Prices.rounded(bracket.stopLoss()))
                    .minuteEstimatedTime(
                            bracket.timeLimit().orElseGet(() -> TimeLimit.ofMinutes(settings.longestLifeMinutes())))
                    .createdAt(now)
                    .cost(bracket.cost().orElse(settings.defaultCost()))
                    .note(bracket.note())
                    .memo(bracket.memo());
            return reached
                    ? open(builder, builder.phase(Phase.OPENING).build(), time)
                    : new Outcome.Schedule(builder.scheduledAt(now).build());
        } catch (
                IllegalArgumentException
                        e) { // levels that fall together when rounded, text or a cost that cannot be stored
            return new Outcome.Refuse(List.of("as a record it would be impossible (" + e.getMessage() + ")"));
        }
    }

    private Outcome open(SignalBuilder builder, Signal signal, long time) {
        double entry = signal.priceOpen().doubleValue();
        double cost = profit.pnlPercent(signal.position(), entry, entry);
        Instant now = Instant.ofEpochMilli(time);
        return new Outcome.Open(builder.phase(Phase.OPEN)
                .openTimestamp(now)
                .entries(List.of(new Entry(signal.priceOpen(), signal.cost(), now)))
                .marks(new Marks(cost, cost))
                .build());
    }

    private Outcome close(Held held, CloseReason reason, BigDecimal priceClose, long time) {
        return new Outcome.Close(new ClosedSignal(
                held.signal,
                reason,
                priceClose,
                Instant.ofEpochMilli(time),
                pnlPercent(held, priceClose.doubleValue())));
    }

    private static Outcome cancel(Held held, CancelReason reason, long time) {
        return new Outcome.Cancel(new CancelledSignal(held.signal, reason, Instant.ofEpochMilli(time)));
    }

    private double pnlPercent(Held held, double price) {
        Signal signal = held.signal;
        if (signal.entries().size() <= 1 && signal.partialCloses().isEmpty()) {
            return profit.pnlPercent(signal.position(), held.entry, price);
        }
        return profit.holding(signal).pnlPercent(price);
    }
}
