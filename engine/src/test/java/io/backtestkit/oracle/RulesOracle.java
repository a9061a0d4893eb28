package io.backtestkit.oracle;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A backtest of one strategy over one series with the default settings, the rules taken word by word. */
public final class RulesOracle {
    static final long MINUTE = 60_000;
    private static final long LONGEST_WAIT = 120 * MINUTE;

    private final List<OracleCandle> candles;
    private final OracleStrategy strategy;
    private final List<OracleTick> ticks = new ArrayList<>();
    private final List<OracleTrade> trades = new ArrayList<>();
    private final List<OracleCancelled> cancelled = new ArrayList<>();
    private @Nullable Held scheduled;
    private @Nullable Held open;

    private RulesOracle(List<OracleCandle> candles, OracleStrategy strategy) {
        this.candles = candles;
        this.strategy = strategy;
    }

    /** Run over all candles; throws {@link IllegalArgumentException} if they are not valid input. */
    public static OracleResult run(List<OracleCandle> candles, OracleStrategy strategy) {
        OracleInput.check(candles);
        RulesOracle oracle = new RulesOracle(candles, strategy);
        for (int closed = 5; closed <= candles.size(); closed++) {
            oracle.tick(closed);
        }
        oracle.end();
        return new OracleResult(
                List.copyOf(oracle.ticks),
                List.copyOf(oracle.trades),
                List.copyOf(oracle.cancelled),
                OracleStatistics.of(oracle.trades));
    }

    /** Give the exact engine price after the first {@code closed} candles. */
    public static Fraction price(List<OracleCandle> candles, int closed) {
        Fraction value = Fraction.ZERO;
        Fraction volume = Fraction.ZERO;
        Fraction closes = Fraction.ZERO;
        for (OracleCandle candle : candles.subList(closed - 5, closed)) {
            Fraction typical = Fraction.of(candle.high().add(candle.low()).add(candle.close()))
                    .over(Fraction.of(3));
            value = value.plus(typical.times(Fraction.of(candle.volume())));
            volume = volume.plus(Fraction.of(candle.volume()));
            closes = closes.plus(Fraction.of(candle.close()));
        }
        return volume.signum() == 0 ? closes.over(Fraction.of(5)) : value.over(volume);
    }

    private void tick(int closed) {
        OracleCandle last = candles.get(closed - 1);
        long now = last.timestamp() + MINUTE;
        Fraction price = price(candles, closed);
        List<String> faults = new ArrayList<>();
        String outcome;
        if (scheduled != null) {
            outcome = await(scheduled, now, last);
        } else if (open != null) {
            outcome = hold(open, now, price);
        } else if (now % (strategy.intervalMinutes() * MINUTE) == 0) {
            outcome = ask(new OracleMoment(now, price, candles.subList(0, closed)), faults);
        } else {
            outcome = "idle";
        }
        ticks.add(new OracleTick(now, outcome, List.copyOf(faults)));
    }

    private String ask(OracleMoment moment, List<String> faults) {
        OracleBracket bracket;
        try {
            bracket = strategy.propose(moment);
        } catch (RuntimeException thrown) {
            faults.add(thrown.toString());
            return "idle";
        }
        if (bracket == null) {
            return "idle";
        }
        Fraction price = moment.price();
        Fraction entry = bracket.entry() == null ? price : bracket.entry();
        boolean isLong = bracket.position() == OraclePosition.LONG;
        boolean opensNow = isLong ? price.isAtMost(entry) : price.isAtLeast(entry);
        faults.addAll(OracleValidation.faults(bracket, price, opensNow));
        if (!faults.isEmpty()) {
            return "idle";
        }
        Held held = new Held(bracket, entry);
        if (opensNow) {
            open = held;
            held.openAt(moment.tick());
            return "opened";
        }
        scheduled = held;
        held.scheduledAt = moment.tick();
        return "scheduled";
    }

    private String await(Held held, long now, OracleCandle last) {
        Fraction high = Fraction.of(last.high());
        Fraction low = Fraction.of(last.low());
        boolean isLong = held.position == OraclePosition.LONG;
        boolean touched = isLong ? low.isAtMost(held.entry) : high.isAtLeast(held.entry);
        boolean jumped = isLong ? high.isAtMost(held.stop) : low.isAtLeast(held.stop);
        if (now - held.scheduledTime() >= LONGEST_WAIT) {
            return cancel(held, now, "timeout");
        }
        if (touched && jumped) {
            return cancel(held, now, "price_reject");
        }
        if (touched) {
            scheduled = null;
            open = held;
            held.openAt(now);
            return "opened";
        }
        return "waiting";
    }

    private String hold(Held held, long now, Fraction price) {
        boolean isLong = held.position == OraclePosition.LONG;
        if (now - held.openedAt >= held.limitMillis) {
            return close(held, now, "time_expired", price);
        }
        if (isLong ? price.isAtLeast(held.take) : price.isAtMost(held.take)) {
            return close(held, now, "take_profit", held.take);
        }
        if (isLong ? price.isAtMost(held.stop) : price.isAtLeast(held.stop)) {
            return close(held, now, "stop_loss", held.stop);
        }
        double mark = OraclePnl.percent(held.position, held.entry, price);
        held.best = Math.max(held.best, mark);
        held.worst = Math.min(held.worst, mark);
        return "active";
    }

    private void end() {
        int closed = candles.size();
        long now = candles.get(closed - 1).timestamp() + MINUTE;
        if (scheduled != null) {
            cancel(scheduled, now, "frame_end");
        }
        if (open != null) {
            close(open, now, "frame_end", price(candles, closed));
        }
    }

    private String cancel(Held held, long now, String reason) {
        scheduled = null;
        cancelled.add(new OracleCancelled(reason, held.scheduledTime(), now));
        return "cancelled";
    }

    private String close(Held held, long now, String reason, Fraction booked) {
        open = null;
        Fraction close = Fraction.of(booked.toPrice());
        trades.add(new OracleTrade(
                held.position,
                held.entry.toPrice(),
                held.take.toPrice(),
                held.stop.toPrice(),
                held.scheduledAt,
                held.openedAt,
                now,
                reason,
                close.toPrice(),
                OraclePnl.percent(held.position, held.entry, close),
                held.best,
                held.worst));
        return "closed";
    }

    /** The record of the held signal: its three prices are rounded as they enter it. */
    private static final class Held {
        final OraclePosition position;
        final Fraction entry;
        final Fraction take;
        final Fraction stop;
        final long limitMillis;

        @Nullable
        Long scheduledAt;

        long openedAt;
        double best;
        double worst;

        Held(OracleBracket bracket, Fraction entry) {
            this.position = bracket.position();
            this.entry = Fraction.of(entry.toPrice());
            this.take = Fraction.of(bracket.takeProfit().toPrice());
            this.stop = Fraction.of(bracket.stopLoss().toPrice());
            this.limitMillis = bracket.limitMinutes().numerator().longValueExact() * MINUTE;
        }

        long scheduledTime() {
            if (scheduledAt == null) {
                throw new IllegalStateException("Cannot tell when the signal was scheduled: it never was.");
            }
            return scheduledAt;
        }

        void openAt(long now) {
            openedAt = now;
            best = OraclePnl.percent(position, entry, entry);
            worst = best;
        }
    }
}
