package io.backtestkit.cli;

import java.util.Collection;
import java.util.Locale;

/** Names and counts in messages, however many there are. */
final class Naming {

    /** How many are named one by one. */
    private static final int MOST = 10;

    private Naming() {}

    /** Returns for example {@code a/X, b/X}, and after the first ten {@code and 2,990 more}. */
    static String first(Collection<String> names) {
        String shown = String.join(", ", names.stream().limit(MOST).toList());
        return names.size() <= MOST ? shown : shown + String.format(Locale.ROOT, " and %,d more", names.size() - MOST);
    }

    /** Returns for example {@code 1 kill} or {@code 3 kills}. */
    static String counted(long number, String one, String many) {
        return number + " " + (number == 1 ? one : many);
    }
}
