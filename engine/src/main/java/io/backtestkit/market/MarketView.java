package io.backtestkit.market;

import java.util.EnumMap;
import java.util.Map;

/**
 * What a strategy sees of the market at one moment: nothing later than the last closed candle, ever.
 *
 * <p>The engine moves one view along from tick to tick, so what it returns is of the current tick; candles taken from it stay
 * as they are. Only the thread that called the strategy may use it, and only during that call.
 */
public final class MarketView {

    private final String symbol;
    private final int window;
    private final Map<Interval, IntervalBuilder> intervals = new EnumMap<>(Interval.class);
    private Candles minutes = Candles.builder(Interval.ONE_MINUTE).build();
    private int closed;
    private double price = Double.NaN;
    private Map<String, String> memo = Map.of();

    /**
     * Creates a view before the first tick; for the engine, and for tests of a strategy.
     *
     * @param symbol the market's name
     * @param window how many candles the engine price is taken over
     */
    public MarketView(String symbol, int window) {
        this.symbol = symbol;
        this.window = window;
    }

    /**
     * Moves to the close of candle {@code closed - 1}. The series must be the one of the move before, or that one with more
     * candles at its end.
     */
    public void moveTo(Candles minutes, int closed) {
        this.minutes = minutes;
        this.closed = closed;
        this.price = EnginePrice.at(minutes, closed, window);
    }

    /** Sets what {@link #memo()} returns. */
    public void remember(Map<String, String> memo) {
        this.memo = memo;
    }

    /** Returns the name of the market. */
    public String symbol() {
        return symbol;
    }

    /** Returns the moment of this tick, UTC epoch milliseconds: the close of the last closed candle. */
    public long time() {
        return minutes.start() + closed * Interval.MINUTE_MILLIS;
    }

    /** Returns the engine price; see {@link EnginePrice}. */
    public double price() {
        return price;
    }

    /** Returns the memo of this strategy's last ended signal; empty before the first. */
    public Map<String, String> memo() {
        return memo;
    }

    /** Returns how many one-minute candles have closed. */
    public int closedMinutes() {
        return closed;
    }

    /** Returns the high of the candle that has just closed. */
    public double lastHigh() {
        return minutes.high(closed - 1);
    }

    /** Returns the low of the candle that has just closed. */
    public double lastLow() {
        return minutes.low(closed - 1);
    }

    /**
     * Returns the last {@code count} complete candles of an interval, oldest first, never the one still forming. If there
     * are fewer, returns those: look at {@link Candles#size()}. A candle whose first minutes are older than the data is not
     * complete.
     *
     * @throws IllegalArgumentException if {@code count} is below 1
     */
    public Candles candles(Interval interval, int count) {
        if (count < 1) {
            throw new IllegalArgumentException("Cannot show " + count + " candles: at least 1 must be asked for.");
        }
        if (interval == Interval.ONE_MINUTE) {
            return minutes.slice(Math.max(0, closed - count), closed);
        }
        Candles complete =
                intervals.computeIfAbsent(interval, IntervalBuilder::new).upTo(minutes, closed);
        return complete.slice(Math.max(0, complete.size() - count), complete.size());
    }
}
