package io.backtestkit.signal;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Collects everything that is wrong with a value, so that one message can name it all. */
final class Faults {

    private final List<String> faults = new ArrayList<>();

    void add(String fault) {
        faults.add(fault);
    }

    /** Adds a fault if the text is too long, or has a character that some store cannot keep. */
    void checkText(String name, String text, int longest) {
        if (text.length() > longest) {
            add("the " + name + " had " + text.length() + " characters, at most " + longest + " are kept");
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                add("the " + name + " had a NUL character at position " + i);
                return;
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                add("the " + name + " had an unpaired surrogate at position " + i);
                return;
            }
        }
    }

    boolean any() {
        return !faults.isEmpty();
    }

    void throwIfAny(Supplier<String> act) {
        if (any()) {
            throw new IllegalArgumentException(act.get() + ": " + this + ".");
        }
    }

    /** Returns all of them as one clause. */
    @Override
    public String toString() {
        return String.join("; ", faults);
    }
}
