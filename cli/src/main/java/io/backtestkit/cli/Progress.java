package io.backtestkit.cli;

import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Shows how far something is: a bar that is drawn over itself on a terminal, otherwise a line at each quarter that takes
 * longer than half a second and after each ten seconds of silence, and one at the end.
 */
final class Progress {

    private static final int BAR = 40;
    private static final long QUICK_NANOS = 500_000_000L;
    private static final long SILENCE_NANOS = 10_000_000_000L;

    private final Terminal terminal;
    private final String what;
    private final LongSupplier nanos;
    private final long startedAt;
    private long toldAt;
    private int shown = -1;

    Progress(Terminal terminal, String what) {
        this(terminal, what, System::nanoTime);
    }

    Progress(Terminal terminal, String what, LongSupplier nanos) {
        this.terminal = terminal;
        this.what = what;
        this.nanos = nanos;
        startedAt = nanos.getAsLong();
        toldAt = startedAt;
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
        } else if (percent < 100 && isDue(percent)) {
            shown = percent;
            toldAt = nanos.getAsLong();
            terminal.say("%s: %d %%", what, percent);
        }
    }

    private boolean isDue(int percent) {
        long now = nanos.getAsLong();
        return (percent / 25 > shown / 25 && now - startedAt > QUICK_NANOS) || now - toldAt >= SILENCE_NANOS;
    }

    /** Ends the bar, and says what was done. */
    void done(String summary) {
        clear();
        Wrapping.lines(summary, 0).forEach(terminal::say);
    }

    /** Takes the bar away. */
    void clear() {
        if (terminal.interactive()) {
            terminal.out().print("\r" + " ".repeat(Terminal.WIDTH - 1) + "\r");
        }
    }

    /** Does what takes so long. If it fails, the bar is ended, so that the message begins on a line of its own. */
    <T> T during(Supplier<T> work) {
        try {
            return work.get();
        } catch (RuntimeException | Error e) {
            if (terminal.interactive() && shown >= 0) {
                terminal.out().println();
            }
            throw e;
        }
    }
}
