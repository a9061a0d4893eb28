package io.backtestkit.cli;

import java.util.ArrayList;
import java.util.List;

/** Breaks text into lines that fit. */
final class Wrapping {

    private Wrapping() {}

    /** Returns the words on lines of at most {@link Terminal#WIDTH} columns, each indented; a longer word stands alone. */
    static List<String> lines(String text, int indent) {
        String margin = " ".repeat(indent);
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder(margin);
        for (String word : text.split(" ")) {
            boolean fresh = line.length() == indent;
            if (!fresh && line.length() + 1 + word.length() > Terminal.WIDTH) {
                lines.add(line.toString());
                line = new StringBuilder(margin);
                fresh = true;
            }
            line.append(fresh ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
