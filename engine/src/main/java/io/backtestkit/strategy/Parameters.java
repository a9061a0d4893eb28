package io.backtestkit.strategy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The named settings a strategy is made with. Reading one declares it: its name, default and range. {@link #check} then
 * reports every fault at once, unknown names included.
 *
 * <pre>{@code
 * double take = parameters.number("take", 2, 0.5, 100);
 * int minutes = parameters.whole("minutes", 60, 1, 1440);
 * }</pre>
 *
 * <p>A value that is wrong reads as its default until {@code check} is called; whoever makes a strategy calls it before
 * the strategy is used, as {@link BuiltInStrategies} and the command do. Not for use by several threads.
 */
public final class Parameters {

    private final Map<String, String> given;
    private final SortedMap<String, String> declared = new TreeMap<>();
    private final List<String> faults = new ArrayList<>();

    private Parameters(Map<String, String> given) {
        this.given = new TreeMap<>(given);
    }

    /** Holds those values, as text by name. */
    public static Parameters of(Map<String, String> given) {
        return new Parameters(given);
    }

    /** Holds no values: every parameter has its default. */
    public static Parameters none() {
        return new Parameters(Map.of());
    }

    /** Declares a number in {@code [min, max]} and returns its value. */
    public double number(String name, double byDefault, double min, double max) {
        declared.put(name, plain(byDefault) + " (" + plain(min) + " to " + plain(max) + ")");
        String text = given.get(name);
        if (text == null) {
            return byDefault;
        }
        try {
            double value = Double.parseDouble(text);
            if (value >= min && value <= max && text.matches("[-+0-9.eE]+")) {
                return value;
            }
        } catch (NumberFormatException e) {
            faults.add(name + " was '" + text + "', which is not a number");
            return byDefault;
        }
        faults.add(name + " was '" + text + "', it must be a number from " + plain(min) + " to " + plain(max));
        return byDefault;
    }

    /** Declares a whole number in {@code [min, max]} and returns its value. */
    public int whole(String name, int byDefault, int min, int max) {
        declared.put(name, byDefault + " (whole, " + min + " to " + max + ")");
        String text = given.get(name);
        if (text == null) {
            return byDefault;
        }
        try {
            int value = Integer.parseInt(text);
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            faults.add(name + " was '" + text + "', which is not a whole number");
            return byDefault;
        }
        faults.add(name + " was '" + text + "', it must be a whole number from " + min + " to " + max);
        return byDefault;
    }

    /** Declares one of a few words and returns it. */
    public String choice(String name, String byDefault, String... allowed) {
        declared.put(name, byDefault + " (" + String.join(" or ", allowed) + ")");
        String text = given.getOrDefault(name, byDefault);
        if (Arrays.asList(allowed).contains(text)) {
            return text;
        }
        faults.add(name + " was '" + text + "', it must be " + String.join(" or ", allowed));
        return byDefault;
    }

    /** Reports a fault that lies between parameters, for example {@code "fast must be below slow"}. */
    public void require(boolean holds, String fault) {
        if (!holds) {
            faults.add(fault);
        }
    }

    /**
     * Checks that every value given was declared and right.
     *
     * @param strategy whose parameters these are, for the message
     * @throws IllegalArgumentException if not; the message names every fault and the known parameters with their defaults
     */
    public void check(String strategy) {
        List<String> all = new ArrayList<>(faults);
        for (String name : given.keySet()) {
            if (!declared.containsKey(name)) {
                all.add("'" + name + "' is unknown");
            }
        }
        if (all.isEmpty()) {
            return;
        }
        List<String> known = new ArrayList<>();
        declared.forEach((name, range) -> known.add(name + "=" + range));
        throw new IllegalArgumentException("Cannot make strategy '" + strategy + "': " + String.join("; ", all)
                + ". Its parameters: " + (known.isEmpty() ? "none" : String.join(", ", known)) + ".");
    }

    private static String plain(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
