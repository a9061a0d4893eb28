package io.backtestkit.oracle;

import java.util.ArrayList;
import java.util.List;

/** Name every fault of a proposed bracket, on exact, unrounded values. */
final class OracleValidation {
    private static final Fraction LEAST_DISTANCE = Fraction.of("0.5");
    private static final Fraction LARGEST_STOP_DISTANCE = Fraction.of(20);

    private OracleValidation() {}

    /** Give no faults, or all of them; {@code opensNow} also if an entry price is already reached. */
    static List<String> faults(OracleBracket bracket, Fraction price, boolean opensNow) {
        Fraction entry = bracket.entry() == null ? price : bracket.entry();
        List<String> faults = new ArrayList<>();
        if (entry.signum() <= 0
                || bracket.takeProfit().signum() <= 0
                || bracket.stopLoss().signum() <= 0) {
            faults.add("a price is not positive");
        }
        if (!isBetween(bracket, entry)) {
            faults.add("the entry is not between stop and take");
        }
        if (opensNow && !isBetween(bracket, price)) {
            faults.add("the price is not between stop and take");
        }
        if (entry.signum() > 0) {
            distances(bracket, entry, faults);
        }
        Fraction minutes = bracket.limitMinutes();
        if (!minutes.isWhole() || minutes.isBelow(Fraction.ONE) || minutes.isAbove(Fraction.of(1440))) {
            faults.add("the time limit is not 1 to 1440 whole minutes");
        }
        return faults;
    }

    private static boolean isBetween(OracleBracket bracket, Fraction price) {
        return switch (bracket.position()) {
            case LONG -> bracket.stopLoss().isBelow(price) && price.isBelow(bracket.takeProfit());
            case SHORT -> bracket.takeProfit().isBelow(price) && price.isBelow(bracket.stopLoss());
        };
    }

    private static void distances(OracleBracket bracket, Fraction entry, List<String> faults) {
        Fraction take =
                bracket.takeProfit().minus(entry).magnitude().over(entry).times(Fraction.HUNDRED);
        Fraction stop = entry.minus(bracket.stopLoss()).magnitude().over(entry).times(Fraction.HUNDRED);
        if (take.isBelow(LEAST_DISTANCE)) {
            faults.add("the take is nearer than 0.5 percent");
        }
        if (stop.isBelow(LEAST_DISTANCE)) {
            faults.add("the stop is nearer than 0.5 percent");
        }
        if (stop.isAbove(LARGEST_STOP_DISTANCE)) {
            faults.add("the stop is farther than 20 percent");
        }
    }
}
