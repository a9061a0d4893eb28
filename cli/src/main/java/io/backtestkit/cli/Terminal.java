package io.backtestkit.cli;

import java.io.Console;
import java.io.PrintStream;
import java.util.Locale;

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
        String told = System.getProperty("backtestkit.terminal");
        boolean terminal = told == null ? System.console() != null && isTerminal(System.console()) : told.equals("yes");
        return new Terminal(System.out, terminal);
    }

    /** From Java 22 on there may be a console without a terminal; only then the method exists. */
    private static boolean isTerminal(Console console) {
        try {
            return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
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
        Console console = System.console();
        if (!interactive || console == null) {
            return false;
        }
        String answer = console.readLine("%s [y/N] ", question);
        return answer != null && answer.strip().equalsIgnoreCase("y");
    }
}
