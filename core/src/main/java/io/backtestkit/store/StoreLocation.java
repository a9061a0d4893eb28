package io.backtestkit.store;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where a store is: {@code scheme:address?option=value&...}, for example {@code file:./data} or
 * {@code redis://:secret@host:6379/0?acceptLossWindow=1s}.
 *
 * <p>Its {@link #toString} shows no password; {@link #address()} may hold one.
 */
public final class StoreLocation {

    private final String scheme;
    private final String address;
    private final SortedMap<String, String> options;

    private StoreLocation(String scheme, String address, SortedMap<String, String> options) {
        this.scheme = scheme;
        this.address = address;
        this.options = Collections.unmodifiableSortedMap(options);
    }

    /**
     * Takes a location apart.
     *
     * @throws IllegalArgumentException if it has no scheme, an option without a value, or the same option twice
     */
    public static StoreLocation parse(String location) {
        int colon = location.indexOf(':');
        String scheme = colon < 0 ? "" : location.substring(0, colon);
        if (!scheme.matches("[a-z][a-z0-9+-]+")) {
            String shown = redacted(scheme, location);
            throw new IllegalArgumentException(
                    "Cannot open store '" + shown + "': it has no scheme. For a folder, write file:" + shown);
        }
        String rest = location.substring(colon + 1);
        int question = rest.indexOf('?');
        String address = question < 0 ? rest : rest.substring(0, question);
        if (rest.startsWith("//") && question >= 0 && rest.lastIndexOf('@') > question) {
            // whether a password ends here cannot be told, so nothing of it may be shown
            throw new IllegalArgumentException("Cannot open store '" + scheme + "://***': an '@' follows a '?'. In a"
                    + " password write %3F for '?', in an option write %40 for '@'.");
        }
        SortedMap<String, String> options = new TreeMap<>();
        if (question >= 0 && question + 1 < rest.length()) {
            for (String pair : rest.substring(question + 1).split("&", -1)) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                String shown = scheme + ":" + redacted(scheme, address);
                if (equals < 1 || options.put(name, decoded(shown, name, pair.substring(equals + 1))) != null) {
                    throw new IllegalArgumentException("Cannot open store '" + shown
                            + "': the option '" + name + "' "
                            + (equals < 1 ? "has no value" : "is there twice")
                            + ". Options read ?name=value&name=value.");
                }
            }
        }
        return new StoreLocation(scheme, address, options);
    }

    private static String decoded(String shown, String name, String value) {
        try {
            return URLDecoder.decode(value, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) { // its message quotes the value, which may be a password
            throw new IllegalArgumentException("Cannot open store '" + shown + "': the value of the option '" + name
                    + "' has a '%' without two hexadecimal digits. Write %25 for '%'.");
        }
    }

    /** Returns what stands before the first colon, for example {@code file}. */
    public String scheme() {
        return scheme;
    }

    /** Returns what stands between scheme and options, unchanged; it may hold a password. */
    public String address() {
        return address;
    }

    /** Returns the options, decoded, by name. Not modifiable. */
    public Map<String, String> options() {
        return options;
    }

    /** Returns scheme and address without user information and options: nothing in it is secret. */
    @Override
    public String toString() {
        return scheme + ":" + redacted(scheme, address);
    }

    /** Leaves out everything up to the last {@code @}: what is before it may be a password. Folders have none. */
    private static String redacted(String scheme, String text) {
        int query = text.indexOf('?');
        if (query >= 0 && text.lastIndexOf('@') > query) {
            return "***";
        }
        String place = query < 0 ? text : text.substring(0, query);
        int at = place.lastIndexOf('@');
        if (at < 0 || scheme.equals("file")) {
            return place;
        }
        return (place.startsWith("//") ? "//" : "") + "***" + place.substring(at);
    }
}
