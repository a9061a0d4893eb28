package io.backtestkit.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Scanner;
import java.util.function.Supplier;

/**
 * Where a command writes, and whether a person watches. Results go to one stream; failures and warnings to another, so that
 * a program that reads the results meets nothing else. Control characters, as a stored name may have them, are shown, not
 * obeyed.
 */
final class Terminal {

    /** The columns everything fits into. */
    static final int WIDTH = 80;

    private static final Secrets SECRETS = new Secrets(List.of());

    private final PrintStream out;
    private final PrintStream err;
    private final boolean interactive;
    private final Supplier<Optional<IOException>> failure;

    private Terminal(PrintStream out, PrintStream err, boolean interactive, Supplier<Optional<IOException>> failure) {
        this.out = out;
        this.err = err;
        this.interactive = interactive;
        this.failure = failure;
    }

    /** Writes to those streams; nobody is asked anything. */
    static Terminal plain(PrintStream out, PrintStream err) {
        return new Terminal(out, err, false, Optional::empty);
    }

    /** Writes to this process's streams; the launcher says in {@code backtestkit.terminal} whether that is a terminal. */
    static Terminal ofThisProcess() {
        Terminal terminal = to(
                StandardOutput.ofThisProcess(), System.err, "yes".equals(System.getProperty("backtestkit.terminal")));
        System.setOut(terminal.out); // what a strategy prints comes between the same lines
        return terminal;
    }

    /** Writes to those, and knows why if it cannot. */
    static Terminal to(StandardOutput output, PrintStream err, boolean interactive) {
        return new Terminal(output.stream(), err, interactive, output::failure);
    }

    /** Returns the text with each control character written out, for example as {@code \u001b}. */
    static String visible(String text) {
        return visible(text, "");
    }

    /** Returns the text with each control character written out, except those. */
    static String visible(String text, String except) {
        if (text.chars().noneMatch(Character::isISOControl)) {
            return text;
        }
        StringBuilder shown = new StringBuilder(text.length() + 16);
        text.chars().forEach(c -> {
            if (Character.isISOControl(c) && except.indexOf(c) < 0) {
                shown.append(String.format(Locale.ROOT, "\\u%04x", c));
            } else {
                shown.append((char) c);
            }
        });
        return shown.toString();
    }

    /** Returns where everything goes to the stream of failures, since the other one is taken. */
    Terminal beside() {
        return plain(err, err);
    }

    PrintStream out() {
        return out;
    }

    boolean interactive() {
        return interactive;
    }

    /** Writes one line of the result. */
    void say(String line) {
        out.println(visible(line));
    }

    /** Writes one line of the result. */
    void say(String format, Object... values) {
        say(String.format(Locale.ROOT, format, values));
    }

    /** Writes sentences of the result, on as many lines as they need. */
    void tell(String format, Object... values) {
        Wrapping.lines(String.format(Locale.ROOT, format, values), 0).forEach(this::say);
    }

    /** Writes one line of the result for programs: in UTF-8, as JSON is, whatever the locale. */
    void sayJson(String line) {
        out.writeBytes((visible(line) + System.lineSeparator()).getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /** Writes lines that are the result, as they are: in UTF-8, whatever the locale. */
    void sendLines(String lines) {
        out.writeBytes(lines.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /** Hands on what is still held back, and says whether everything that was said is written. */
    boolean isWritten() {
        return !out.checkError();
    }

    /** Returns why not everything is written, if that is known. */
    Optional<IOException> failure() {
        return failure.get();
    }

    /** Writes one line that belongs to no result. */
    void warn(String line) {
        err.println(visible(SECRETS.hiddenIn(line)));
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
