package io.backtestkit.cli;

import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.Locale;
import java.util.Scanner;

/** Where a command writes, and whether a person watches. */
final class Terminal {

    /** The columns everything fits into. */
    static final int WIDTH = 80;

    private final PrintStream out;
    private final boolean interactive;

    private Terminal(PrintStream out, boolean interactive) {
        this.out = out;
        this.interactive = interactive;
    }

    /** Writes to {@code out}; nobody is asked anything. */
    static Terminal plain(PrintStream out) {
        return new Terminal(out, false);
    }

    /** Writes to this process's output; the launcher says in {@code backtestkit.terminal} whether that is a terminal. */
    static Terminal ofThisProcess() {
        return new Terminal(System.out, "yes".equals(System.getProperty("backtestkit.terminal")));
    }

    PrintStream out() {
        return out;
    }

    boolean interactive() {
        return interactive;
    }

    void say(String line) {
        out.println(line);
    }

    void say(String format, Object... values) {
        out.println(String.format(Locale.ROOT, format, values));
    }

    void blank() {
        out.println();
    }

    /** Asks a person; without a terminal the answer is no. */
    boolean confirm(String question) {
        if (!interactive) {
            return false;
        }
        out.print(question + " [y/N] ");
        out.flush();
        // not closed: the input is the process's, not ours
        Scanner input = new Scanner(System.in, Charset.defaultCharset());
        return input.hasNextLine() && input.nextLine().strip().equalsIgnoreCase("y");
    }
}
