package io.backtestkit.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rows under headings, each column as wide as its widest cell. Nothing is ever cut: what stands in the first column and would
 * make the table wider than {@link Terminal#WIDTH} gets a line of its own, and the rest of its row the next one.
 */
final class TextTable {

    private static final int GAP = 2;

    private final String[] headings;
    private final boolean[] right;
    private final List<String[]> rows = new ArrayList<>();

    /** Starts a table; a heading that begins with {@code >} stands over right-aligned cells. */
    TextTable(String... headings) {
        this.headings = Arrays.stream(headings)
                .map(heading -> heading.startsWith(">") ? heading.substring(1) : heading)
                .toArray(String[]::new);
        this.right = new boolean[headings.length];
        for (int i = 0; i < headings.length; i++) {
            right[i] = headings[i].startsWith(">");
        }
    }

    TextTable row(String... cells) {
        if (cells.length != headings.length) {
            throw new IllegalArgumentException("Cannot add a row: it had " + cells.length + " cells, the table has "
                    + headings.length + " columns.");
        }
        rows.add(cells);
        return this;
    }

    /** Returns the lines, without spaces at their ends. */
    List<String> lines() {
        int[] widths = new int[headings.length];
        for (int i = 1; i < widths.length; i++) {
            widths[i] = widest(i, Integer.MAX_VALUE);
        }
        int left = Terminal.WIDTH - Arrays.stream(widths).sum() - GAP * (widths.length - 1);
        widths[0] = widest(0, left);
        List<String> lines = new ArrayList<>();
        lines.add(line(headings, widths));
        for (String[] row : rows) {
            if (row[0].length() > widths[0]) {
                lines.add(row[0]);
                String[] rest = row.clone();
                rest[0] = "";
                lines.add(line(rest, widths));
            } else {
                lines.add(line(row, widths));
            }
        }
        return lines;
    }

    /** Returns the width of the widest cell that is not wider than that, the heading in any case included. */
    private int widest(int column, int limit) {
        int widest = headings[column].length();
        for (String[] row : rows) {
            if (row[column].length() <= limit) {
                widest = Math.max(widest, row[column].length());
            }
        }
        return widest;
    }

    private String line(String[] cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.length; i++) {
            String padding = " ".repeat(widths[i] - cells[i].length());
            line.append(i == 0 ? "" : " ".repeat(GAP)).append(right[i] ? padding + cells[i] : cells[i] + padding);
        }
        return line.toString().stripTrailing();
    }
}
