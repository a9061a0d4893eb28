package io.backtestkit.engine;

import io.backtestkit.signal.Position;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.signal.TimeLimit;
import io.backtestkit.strategy.Bracket;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** Finds everything that is wrong with a proposed bracket. */
final class BracketCheck {

    /** Distances are sums of rounded doubles: exactly 0.5 percent may come out as 0.49999999999999. */
    private static final double NOISE = 1e-9;

    private final Settings settings;

    BracketCheck(Settings settings) {
        this.settings = settings;
    }

    /**
     * Returns the faults, none if the bracket is acceptable.
     *
     * @param entry the price it would be entered at
     * @param price the engine price, which the levels of an immediate entry must also enclose
     * @param immediate whether it would open now
     */
    List<String> faults(Bracket bracket, double entry, double price, boolean immediate) {
        List<String> faults = new ArrayList<>();
        boolean isLong = bracket.position() == Position.LONG;
        if (isLong ? !settings.longAllowed() : !settings.shortAllowed()) {
            faults.add("a " + bracket.position().code() + " is not allowed by the settings");
        }
        double take = bracket.takeProfit();
        double stop = bracket.stopLoss();
        int before = faults.size();
        checkPrice(faults, "take profit", take);
        checkPrice(faults, "stop loss", stop);
        checkPrice(faults, "entry price", entry);
        if (faults.size() == before) {
            checkOrder(faults, isLong, stop, "entry price", entry, take);
            if (immediate) {
                checkOrder(faults, isLong, stop, "price", price, take);
            }
            checkDistances(faults, entry, take, stop);
        }
        checkTimeAndCost(faults, bracket);
        return faults;
    }

    private static void checkPrice(List<String> faults, String name, double value) {
        // half of the last kept decimal place, so that no price rounds to zero; written so that a NaN fails
        if (!(value >= 0.5e-8 && value <= 1e20)) {
            faults.add("the " + name + " was " + value + ", it must be a price above 0");
        }
    }

    private static void checkOrder(
            List<String> faults, boolean isLong, double stop, String name, double middle, double take) {
        if (isLong ? !(stop < middle && middle < take) : !(take < middle && middle < stop)) {
            faults.add("the stop loss was " + stop + ", the " + name + " " + middle + ", the take profit " + take
                    + ", a "
                    + (isLong
                            ? "long needs stop below " + name + " below take"
                            : "short needs take below " + name + " below stop"));
        }
    }

    private void checkDistances(List<String> faults, double entry, double take, double stop) {
        double takeDistance = Math.abs(take - entry) / entry * 100;
        double stopDistance = Math.abs(entry - stop) / entry * 100;
        if (takeDistance < settings.minimumTakeDistancePercent() - NOISE) {
            faults.add("the take profit was " + takeDistance + " % from the entry, at least "
                    + settings.minimumTakeDistancePercent() + " % are needed");
        }
        if (stopDistance < settings.minimumStopDistancePercent() - NOISE
                || stopDistance > settings.maximumStopDistancePercent() + NOISE) {
            faults.add("the stop loss was " + stopDistance + " % from the entry, "
                    + settings.minimumStopDistancePercent() + " to " + settings.maximumStopDistancePercent()
                    + " % are needed");
        }
    }

    private void checkTimeAndCost(List<String> faults, Bracket bracket) {
        TimeLimit limit = bracket.timeLimit().orElse(TimeLimit.ofMinutes(settings.longestLifeMinutes()));
        if (limit.minutes().isEmpty()) {
            if (!settings.noTimeLimitAllowed()) {
                faults.add("no time limit was asked for, which the settings do not allow");
            }
        } else if (limit.minutes().getAsInt() > settings.longestLifeMinutes()) {
            faults.add("the time limit was " + limit + ", at most " + settings.longestLifeMinutes() + " are allowed");
        }
        if (bracket.cost().orElse(BigDecimal.ONE).signum() <= 0) {
            faults.add("the cost was " + bracket.cost().get() + ", it must be above 0");
        }
        if (bracket.id().isPresent() && bracket.id().get().isBlank()) {
            faults.add("the id was blank");
        }
        if (bracket.note().length() > Signal.LONGEST_NOTE) {
            faults.add("the note had " + bracket.note().length() + " characters, at most " + Signal.LONGEST_NOTE
                    + " are kept");
        }
    }

    /** Returns the one message for a refused bracket. */
    static String message(SignalKey key, List<String> faults) {
        return "Cannot accept the bracket of " + key + ": " + String.join("; ", faults)
                + ". Nothing was opened; mend the strategy.";
    }
}
