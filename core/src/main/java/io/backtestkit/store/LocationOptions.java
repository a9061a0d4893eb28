package io.backtestkit.store;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a {@link StoreLocation} says beside its address, for providers of stores, and gathers what is wrong with it, so
 * that one message names every fault. Values are written the same way for every store: durations {@code 500ms}, {@code 3s},
 * {@code 15m}, {@code 12h} or {@code 7d}, yes and no {@code true} and {@code false}. Upper and lower case of names make no
 * difference. For one thread.
 */
public final class LocationOptions {

    /** Names the environment variable that holds the password. */
    public static final String PASSWORD_ENV = "passwordEnv";

    /** Names the file that holds the password, and nothing else but white space around it. */
    public static final String PASSWORD_FILE = "passwordFile";

    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");

    private final StoreLocation location;
    private final UnaryOperator<@Nullable String> environment;
    private final SortedMap<String, String> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final List<String> faults = new ArrayList<>();

    /**
     * Takes the options of a location.
     *
     * @param known the names there are, in their proper writing; any other is a fault
     * @param environment how to look up an environment variable, null if it is not set: {@code System::getenv}
     */
    public LocationOptions(
            StoreLocation location, Collection<String> known, UnaryOperator<@Nullable String> environment) {
        this.location = location;
        this.environment = environment;
        SortedMap<String, String> proper = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        known.forEach(name -> proper.put(name, name));
        location.options().forEach((name, value) -> {
            if (!proper.containsKey(name)) {
                // what stands where a name should be may be part of a password
                boolean harmless = name.matches("[A-Za-z0-9_-]{1,40}");
                fault((harmless ? "the option '" + name + "'" : "an option") + " is not known; known are "
                        + String.join(", ", new TreeSet<>(known))
                        + Nearest.to(name, known)
                                .filter(near -> harmless)
                                .map(near -> " (did you mean '" + near + "'?)")
                                .orElse(""));
            } else if (values.put(proper.get(name), value) != null) {
                fault("the option '" + proper.get(name) + "' is there twice");
            }
        });
    }

    /** Adds a fault, a part of a sentence such as {@code it names no host}. It must not hold a secret. */
    public void fault(String found) {
        faults.add(found);
    }

    /**
     * Refuses the location if anything is wrong with it.
     *
     * @param advice a sentence that says how to write it
     * @throws IllegalArgumentException if there is any fault; the message names all of them, and no password
     */
    public void requireNoFaults(String advice) {
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(
                    "Cannot open store '" + location + "': " + String.join("; ", faults) + ". " + advice);
        }
    }

    /** Returns those that are given, by their proper names. Not modifiable. */
    public Map<String, String> given() {
        return Collections.unmodifiableMap(values);
    }

    /** Returns the text; empty if it is not given. */
    public Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /** Says whether it is {@code true}; false if it is not given. */
    public boolean flag(String name) {
        return text(name)
                .map(value -> oneOf(name, value, List.of("true", "false")))
                .equals(Optional.of("true"));
    }

    /** Checks that it is one of those, if it is given. */
    public void requireOneOf(String name, List<String> allowed) {
        text(name).ifPresent(value -> oneOf(name, value, allowed));
    }

    private String oneOf(String name, String value, List<String> allowed) {
        if (!allowed.contains(value)) {
            fault(name + " was '" + value + "', not " + String.join(" or ", allowed));
        }
        return value;
    }

    /** Returns the whole number from 1 to the largest; what is usual if it is not given or wrong. */
    public int number(String name, int usual, int largest) {
        String text = values.get(name);
        if (text == null) {
            return usual;
        }
        if (!text.matches("[0-9]{1,9}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > largest) {
            fault(name + " was '" + text + "', not a number from 1 to " + largest);
            return usual;
        }
        return Integer.parseInt(text);
    }

    /** Returns the duration; what is usual if it is not given or wrong. */
    public Duration duration(String name, Duration usual) {
        return duration(name).orElse(usual);
    }

    /** Returns the duration; empty if it is not given or wrong. */
    public Optional<Duration> duration(String name) {
        String text = values.get(name);
        if (text == null) {
            return Optional.empty();
        }
        Matcher parts = DURATION.matcher(text);
        if (!parts.matches()) {
            fault(name + " was '" + text + "', not a duration such as 500ms, 3s, 15m, 12h or 7d");
            return Optional.empty();
        }
        long number = Long.parseLong(parts.group(1));
        return Optional.of(
                switch (parts.group(2)) {
                    case "ms" -> Duration.ofMillis(number);
                    case "s" -> Duration.ofSeconds(number);
                    case "m" -> Duration.ofMinutes(number);
                    case "h" -> Duration.ofHours(number);
                    default -> Duration.ofDays(number);
                });
    }

    /**
     * Returns the password that {@value #PASSWORD_ENV} or {@value #PASSWORD_FILE} leads to; empty if neither does. It is a
     * fault if there are several, or what is named is not there or empty.
     *
     * @param another whether the address holds one already
     */
    public Optional<String> password(boolean another) {
        Optional<String> file = text(PASSWORD_FILE);
        int sources = (another ? 1 : 0) + (text(PASSWORD_ENV).isPresent() ? 1 : 0) + (file.isPresent() ? 1 : 0);
        if (sources > 1) {
            fault("the password is given " + sources + " times");
            return Optional.empty();
        }
        return file.isPresent() ? Optional.of(content(file.get())) : secret(PASSWORD_ENV);
    }

    /** Returns what is in the environment variable that the option names; empty if the option is not given. */
    public Optional<String> secret(String name) {
        return text(name).map(variable -> {
            String value = environment.apply(variable);
            if (value == null || value.isEmpty()) {
                fault("the environment variable that " + name + " names is not set");
                return "";
            }
            return value;
        });
    }

    private String content(String file) {
        try {
            String text = Files.readString(Path.of(file)).strip();
            if (text.isEmpty()) {
                fault("the file that " + PASSWORD_FILE + " names is empty");
            }
            return text;
        } catch (IOException | InvalidPathException e) {
            fault("the file that " + PASSWORD_FILE + " names cannot be read ("
                    + e.getClass().getSimpleName() + ")");
            return "";
        }
    }

    /**
     * Decodes percent signs in a part of the address; a plus sign is one. The empty text, and a fault, if that cannot be done.
     *
     * @param what the part, for the message, for example {@code user}
     */
    public String percentDecoded(String what, String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) { // its message quotes the text, which may be a password
            fault("its " + what + " has a '%' without two hexadecimal digits; write %25 for '%'");
            return "";
        }
    }
}
