package io.backtestkit.strategy;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** The strategies that ship, by name. They are examples to measure and to start from, not advice. */
public final class BuiltInStrategies {

    private static final Map<String, Function<Parameters, Strategy>> BY_NAME = byName();

    private BuiltInStrategies() {}

    private static Map<String, Function<Parameters, Strategy>> byName() {
        Map<String, Function<Parameters, Strategy>> all = new LinkedHashMap<>();
        all.put("bracket", BracketStrategy::new);
        all.put("sma-cross", SmaCrossStrategy::new);
        all.put("dip-buyer", DipBuyerStrategy::new);
        all.replaceAll((name, make) -> parameters -> {
            Strategy made = make.apply(parameters);
            parameters.check(name);
            return made;
        });
        return Collections.unmodifiableMap(all);
    }

    /** Returns how to make each, by name; each refuses parameters that are unknown or wrong. */
    public static Map<String, Function<Parameters, Strategy>> all() {
        return BY_NAME;
    }
}
