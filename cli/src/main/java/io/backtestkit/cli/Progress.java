package io.backtestkit.cli;

import java.util.Locale;

/**
 * Shows how far something is: a bar that is drawn over itself on a terminal, otherwise a line at each quarter that takes
 * longer than half a second, and one at the end.
 */
final class Progress {

    private static final int BAR = 40;
    private static final long QUICK_NANOS = 500_000_000L;

    private final Terminal terminal;
    private final String what;
    private final long startedAt = System.nanoTime();
    private int shown = -1;

    Progress(Terminal terminal, String what) {
        this.terminal = terminal;
        this.what = what;
    }

    void at(long done, long total) {
        int percent = total <= 0 ? 100 : (int) (100 * done / total);
        if (terminal.interactive()) {
            if (percent != shown) {
                shown = percent;
                int filled = BAR * percent / 100;
                terminal.out()
                        .print("\r" + what + " [" + "#".repeat(filled) + "-".repeat(BAR - filled) + "] "
                                + String.format(Locale.ROOT, "%3d %%", percent));
                terminal.out().flush();
            }
        } else if (percent / 25 > shown / 25 && percent < 100 && System.nanoTime() - startedAt > QUICK_NANOS) {
            shown = percent;
            terminal.say("%s: %d %%", what, percent);
        }
    }

    /** Ends the bar, and says what was done. */
    void done(String summary) {
        if (terminal.interactive()) {
            terminal.out().print("\r" + " ".repeat(Terminal.WIDTH - 1) + "\r");
        }
        terminal.say(summary);
    }

    /** Ends the bar after a failure, so that the message begins on a line of its own. */
    void abandon() {
        if (terminal.interactive() && shown >= 0) {
            terminal.out().println();
        }
    }
}
