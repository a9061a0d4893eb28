package io.backtestkit.cli;

import io.backtestkit.signal.ClosedSignal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Draws how 100 would have grown, close by close, every trade with all of it. */
final class EquityChart {

    private static final int FEWEST = 5;
    private static final int COLUMNS = 64;
    private static final int ROWS = 7;

    private EquityChart() {}

    /** Returns the lines of the drawing; none if there are too few trades to say anything. */
    static List<String> lines(List<ClosedSignal> signals) {
        if (signals.size() < FEWEST) {
            return List.of();
        }
        double[] equity = new double[signals.size() + 1];
        equity[0] = 100;
        double lowest = 100;
        double highest = 100;
        for (int i = 0; i < signals.size(); i++) {
            equity[i + 1] = equity[i] * Math.max(0, 1 + signals.get(i).pnlPercent() / 100);
            lowest = Math.min(lowest, equity[i + 1]);
            highest = Math.max(highest, equity[i + 1]);
        }
        if (highest - lowest < 1e-9) {
            return List.of();
        }
        // few trades get several columns each, many share one
        int columns = equity.length >= COLUMNS ? COLUMNS : COLUMNS / equity.length * equity.length;
        char[][] drawing = new char[ROWS][columns];
        for (int column = 0; column < columns; column++) {
            double value = equity[(int) ((long) column * equity.length / columns)];
            int height = (int) Math.round((value - lowest) / (highest - lowest) * (ROWS - 1));
            for (int row = 0; row < ROWS; row++) {
                drawing[row][column] = ROWS - 1 - row == height ? '*' : ' ';
            }
        }
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add("What 100 became, close by close:");
        for (int row = 0; row < ROWS; row++) {
            double value = highest - (highest - lowest) * row / (ROWS - 1);
            lines.add((String.format(Locale.ROOT, "%9.2f |", value) + new String(drawing[row])).stripTrailing());
        }
        return lines;
    }
}
