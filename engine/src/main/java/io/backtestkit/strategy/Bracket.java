package io.backtestkit.strategy;

import io.backtestkit.signal.Position;
import io.backtestkit.signal.TimeLimit;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * A proposal: which side, where to take the profit, where to stop the loss, optionally at what price to enter and for how
 * long. The engine checks it against its settings before it becomes a signal; a bracket itself may hold anything.
 *
 * <pre>{@code
 * Bracket.buy().takeProfit(price * 1.02).stopLoss(price * 0.99).minutes(60).build()
 * }</pre>
 *
 * <p>Defaults: entry at the engine price of the tick, the settings' time limit and cost, an id of the engine's, no note.
 * Immutable.
 */
public final class Bracket {

    private final Position position;
    private final double takeProfit;
    private final double stopLoss;
    private final double entry;
    private final boolean hasEntry;
    private final @Nullable TimeLimit timeLimit;
    private final @Nullable BigDecimal cost;
    private final @Nullable String id;
    private final String note;
    private final Map<String, String> memo;

    private Bracket(Builder from) {
        position = from.position;
        takeProfit = from.takeProfit;
        stopLoss = from.stopLoss;
        entry = from.entry;
        hasEntry = from.hasEntry;
        timeLimit = from.timeLimit;
        cost = from.cost;
        id = from.id;
        note = from.note;
        memo = from.memo;
    }

    /** Starts a long. */
    public static Builder buy() {
        return new Builder(Position.LONG);
    }

    /** Starts a short. */
    public static Builder sell() {
        return new Builder(Position.SHORT);
    }

    /** Starts a bracket on that side. */
    public static Builder on(Position position) {
        return new Builder(position);
    }

    /** Returns the side of the market. */
    public Position position() {
        return position;
    }

    /** Returns the take profit; NaN if none was given, which the engine refuses. */
    public double takeProfit() {
        return takeProfit;
    }

    /** Returns the stop loss; NaN if none was given, which the engine refuses. */
    public double stopLoss() {
        return stopLoss;
    }

    /** Returns the entry price; empty to enter at the engine price. */
    public OptionalDouble entry() {
        return hasEntry ? OptionalDouble.of(entry) : OptionalDouble.empty();
    }

    /** Returns the time limit; empty for the settings' longest life. */
    public Optional<TimeLimit> timeLimit() {
        return Optional.ofNullable(timeLimit);
    }

    /** Returns the cost in quote units; empty for the settings' default. */
    public Optional<BigDecimal> cost() {
        return Optional.ofNullable(cost);
    }

    /** Returns the id; empty to let the engine name it. */
    public Optional<String> id() {
        return Optional.ofNullable(id);
    }

    /** Returns the remark; the empty string if there is none. */
    public String note() {
        return note;
    }

    /** Returns the memo to keep with the signal, which the view of later ticks gives back. */
    public Map<String, String> memo() {
        return memo;
    }

    /** Builds a {@link Bracket}; checks nothing. Not for use by several threads. */
    public static final class Builder {

        private final Position position;
        private double takeProfit = Double.NaN;
        private double stopLoss = Double.NaN;
        private double entry = Double.NaN;
        private boolean hasEntry;
        private @Nullable TimeLimit timeLimit;
        private @Nullable BigDecimal cost;
        private @Nullable String id;
        private String note = "";
        private Map<String, String> memo = Map.of();

        private Builder(Position position) {
            this.position = Objects.requireNonNull(position, "a bracket needs a position");
        }

        /** Sets where the profit is taken. */
        public Builder takeProfit(double price) {
            this.takeProfit = price;
            return this;
        }

        /** Sets where the loss is stopped. */
        public Builder stopLoss(double price) {
            this.stopLoss = price;
            return this;
        }

        /** Sets the price to enter at; the signal waits for it if the market is not there yet. */
        public Builder entry(double price) {
            this.entry = price;
            this.hasEntry = true;
            return this;
        }

        /**
         * Limits the time the position may be held.
         *
         * @throws IllegalArgumentException if {@code minutes} is below 1
         */
        public Builder minutes(int minutes) {
            this.timeLimit = TimeLimit.ofMinutes(minutes);
            return this;
        }

        /** Asks for no time limit; refused unless the settings allow it. */
        public Builder noTimeLimit() {
            this.timeLimit = TimeLimit.none();
            return this;
        }

        /** Sets what to spend, in quote units. */
        public Builder cost(BigDecimal cost) {
            this.cost = cost;
            return this;
        }

        /** Names the signal; a proposal with the id of the key's last signal is ignored. */
        public Builder id(String id) {
            this.id = id;
            return this;
        }

        /** Adds a remark. */
        public Builder note(String note) {
            this.note = Objects.requireNonNull(note, "a note must not be null");
            return this;
        }

        /** Keeps this with the signal. */
        public Builder memo(Map<String, String> memo) {
            this.memo = Map.copyOf(memo);
            return this;
        }

        /** Returns the bracket. */
        public Bracket build() {
            return new Bracket(this);
        }
    }
}
