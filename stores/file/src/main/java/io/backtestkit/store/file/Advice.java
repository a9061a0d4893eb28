package io.backtestkit.store.file;

import io.backtestkit.signal.SignalKey;
import java.util.Locale;

/** What a person is told to do about a record that cannot be read. */
final class Advice {

    private Advice() {}

    /** Returns the advice; {@code kept} says what became of the bytes, a clause, or is empty. */
    static String forDamaged(String kept, String store, SignalKey key, String fault) {
        String newer = fault.contains("newer version")
                ? "read it with the newer version of the program; otherwise no new entry"
                : "no new entry";
        String sentence = newer + " will be taken until you run: backtest-kit store resolve --store " + quoted(store)
                + " --strategy " + quoted(key.strategy()) + " --symbol " + quoted(key.symbol())
                + " --discard (or, if the exchange holds a position, --replace FILE)";
        return kept.isEmpty()
                ? sentence.substring(0, 1).toUpperCase(Locale.ROOT) + sentence.substring(1)
                : kept + "; " + sentence;
    }

    /** Quotes for a POSIX shell where that is needed. */
    private static String quoted(String word) {
        return word.matches("[A-Za-z0-9_./:@%+=,-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
