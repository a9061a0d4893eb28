package io.backtestkit.store;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the known name that a mistyped one was meant to be. */
public final class Nearest {

    private Nearest() {}

    /** Returns for example {@code " Did you mean 'sma-cross'?"}, or the empty string if nothing known is near. */
    public static String question(String wrong, Collection<String> known) {
        return to(wrong, known).map(near -> " Did you mean '" + near + "'?").orElse("");
    }

    /** Returns the known name that is nearest; empty if none is near. */
    public static Optional<String> to(String wrong, Collection<String> known) {
        String lower = wrong.toLowerCase(Locale.ROOT);
        int allowed = Math.max(1, wrong.length() / 3 + 1);
        return known.stream()
                .filter(name -> distance(lower, name.toLowerCase(Locale.ROOT)) <= allowed)
                .min(Comparator.comparingInt(name -> distance(lower, name.toLowerCase(Locale.ROOT))));
    }

    /** Counts the letters to insert, remove, change or swap with a neighbour (optimal string alignment). */
    private static int distance(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                cost[i][j] = Math.min(Math.min(cost[i - 1][j], cost[i][j - 1]) + 1, cost[i - 1][j - 1] + change);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
                }
            }
        }
        return cost[a.length()][b.length()];
    }
}
