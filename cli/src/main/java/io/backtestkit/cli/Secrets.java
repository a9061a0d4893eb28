package io.backtestkit.cli;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes passwords out of what is told, wherever they come from: whatever looks like the user of a location or a
 * {@code password=}, and those in the words a command was given, with whatever characters they are written.
 */
final class Secrets {

    static final String HIDDEN = "***";

    /** Where the one ends and the other begins cannot be told. */
    private static final Pattern BOTH = Pattern.compile("(?i)\\b([a-z][a-z0-9+.-]+:/{1,2}+)\\S*password=\\S*@\\S*");

    /** Folders have no user; and advice says {@code user@host}. */
    private static final Pattern USER =
            Pattern.compile("(?i)\\b(?!file:)(jdbc:|[a-z][a-z0-9+.-]+:/{1,2}+)(?!user@host)\\S*@");

    private static final Pattern PASSWORD = Pattern.compile("(?i)(password=)[^\\s&]+");

    /** A word is one location at most, so white space is part of it. */
    private static final Pattern BOTH_OF_WORD = Pattern.compile("(?is)[^/]*:/{1,2}+(.*password=.*@.*)");

    /** Up to the last {@code @}: a password may have one. What has no scheme has a colon, or is the name of a file. */
    private static final Pattern USER_OF_WORD =
            Pattern.compile("(?is)(?:-[a-z-]+=)?(?!file:)(?:[a-z][a-z0-9+.-]+:/{1,2}+(.+@)|([^/]*:.*@)).*");

    private static final Pattern PASSWORD_OF_WORD = Pattern.compile("(?is)password=[^&]+");

    private final Set<String> given = new LinkedHashSet<>();

    /** Knows those in the words. */
    Secrets(Collection<String> words) {
        for (String word : words) {
            Matcher both = BOTH_OF_WORD.matcher(word);
            if (both.matches()) {
                add(both.group(1));
            }
            Matcher user = USER_OF_WORD.matcher(word);
            if (user.matches()) {
                add(user.group(1) == null ? user.group(2) : user.group(1));
            }
            PASSWORD_OF_WORD.matcher(word).results().forEach(found -> add(found.group()));
        }
    }

    private void add(String secret) {
        given.add(secret);
        given.add(secret.replaceAll("/+", "/")); // as in the name of a file
    }

    /** Returns the text without them. */
    String hiddenIn(String text) {
        String shown = text;
        for (String secret : given) {
            shown = shown.replace(secret, secret.endsWith("@") ? HIDDEN + "@" : HIDDEN);
        }
        shown = BOTH.matcher(shown).replaceAll("$1" + HIDDEN);
        shown = USER.matcher(shown).replaceAll("$1" + HIDDEN + "@");
        return PASSWORD.matcher(shown).replaceAll("$1" + HIDDEN);
    }
}
