package io.backtestkit.signal;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Turns enum constants into their stored form and back. */
final class Codes {

    private Codes() {}

    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** Finds the constant with that code; only the exact lower-case form counts. */
    static <E extends Enum<E>> E parse(Class<E> type, String code) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equalsIgnoreCase(code) && of(constant).equals(code)) {
                return constant;
            }
        }
        String known = Arrays.stream(type.getEnumConstants()).map(Codes::of).collect(Collectors.joining(", "));
        throw new SignalFormatException("'" + code + "' is not one of " + known);
    }
}
