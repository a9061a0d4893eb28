package io.backtestkit.cli;

import java.nio.charset.Charset;

/**
 * The encoding of the locale, in which the system hands over arguments and variables and in which files are named. Without a
 * locale, as often under cron, systemd or in a container, it is ASCII, and every other character is lost on the way in.
 */
final class LocaleEncoding {

    private static final String NAME =
            System.getProperty("sun.jnu.encoding", Charset.defaultCharset().name());

    /** What Java reads for what it cannot. */
    private static final char LOST = '\ufffd';

    private LocaleEncoding() {}

    /**
     * Checks that nothing was lost in a text that came from the system.
     *
     * @param what where it stood, for example {@code the command}
     * @throws CommandFailure if a character was: nobody can tell which, so it could name another file, strategy or symbol
     */
    static void requireWhole(String what, String text) {
        requireWhole(what, text, NAME);
    }

    static void requireWhole(String what, String text, String encoding) {
        if (text.indexOf(LOST) >= 0 && !encoding.equalsIgnoreCase("UTF-8")) {
            throw CommandFailure.wrongUse("Cannot read " + what + ": it has a character that " + lacks(encoding));
        }
    }

    /** Returns the end of a message about a character it does not have. */
    static String lacks() {
        return lacks(NAME);
    }

    private static String lacks(String encoding) {
        return "the encoding of this locale, " + encoding
                + ", does not have. Set a locale with UTF-8, for example LC_ALL=C.UTF-8.";
    }
}
