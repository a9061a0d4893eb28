package io.backtestkit.cli;

import io.backtestkit.store.Nearest;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Where signals are stored, unless the command line says it: the environment variable {@value #VARIABLE}, else the line
 * {@code store=URI} of a properties file ({@value #FILE} in the present folder, or the one that {@value #FILE_VARIABLE}
 * names), else {@value #DEFAULT}.
 */
final class StoreChoice {

    static final String VARIABLE = "BACKTEST_KIT_STORE";
    static final String FILE_VARIABLE = "BACKTEST_KIT_CONFIG";
    static final String FILE = "backtest-kit.properties";
    static final String DEFAULT = "file:./data";

    private StoreChoice() {}

    /**
     * A location, and who named it.
     *
     * @param location where the store is
     * @param origin for example {@code BACKTEST_KIT_STORE of the environment}; the empty string if nothing did
     */
    record Choice(String location, String origin) {

        /** Says so after a message about the location, if anything but the command line or the default named it. */
        String toldAfter(String message) {
            return origin.isEmpty() ? message : message + " The location comes from " + origin + ".";
        }
    }

    /**
     * Returns the location.
     *
     * @throws CommandFailure if a variable is empty, or a properties file is there that cannot be read, has other lines than
     *     {@code store}, or has it twice: what was to name a store never comes to the default in silence
     */
    static Choice of(Map<String, String> environment, Path folder) {
        @Nullable String fromEnvironment = environment.get(VARIABLE);
        if (fromEnvironment != null) {
            LocaleEncoding.requireWhole(VARIABLE + " of the environment", fromEnvironment);
            if (fromEnvironment.isBlank()) {
                throw CommandFailure.wrongUse("Cannot use the store that " + VARIABLE
                        + " of the environment names: it is empty. Name a store, or unset it.");
            }
            return new Choice(fromEnvironment, namedBy(environment, folder));
        }
        @Nullable String named = environment.get(FILE_VARIABLE);
        if (named != null && named.isBlank()) {
            throw CommandFailure.wrongUse("Cannot read the settings that " + FILE_VARIABLE
                    + " of the environment names: it is empty. Name a properties file, or unset it.");
        }
        LocaleEncoding.requireWhole(FILE_VARIABLE + " of the environment", named == null ? "" : named);
        if (named != null && FileName.isLocation(named)) { // not shown: it may hold a password
            throw CommandFailure.wrongUse("Cannot read the settings that " + FILE_VARIABLE
                    + " of the environment names: it is the location of a store, not a properties file. A location belongs"
                    + " into " + VARIABLE + ".");
        }
        String origin = namedBy(environment, folder);
        return origin.isEmpty()
                ? new Choice(DEFAULT, "")
                : new Choice(store(folder.resolve(named == null ? FILE : named), named != null), origin);
    }

    /** Returns what names a store beside the command line, without looking into it; the empty string if nothing does. */
    static String namedBy(Map<String, String> environment, Path folder) {
        if (!environment.getOrDefault(VARIABLE, "").isBlank()) {
            return VARIABLE + " of the environment";
        }
        String named = environment.getOrDefault(FILE_VARIABLE, "");
        if (FileName.isLocation(named)) {
            return FILE_VARIABLE + " of the environment";
        }
        if (!named.isBlank()) {
            return "the file " + folder.resolve(named) + ", which " + FILE_VARIABLE + " of the environment names";
        }
        Path file = folder.resolve(FILE);
        // a link to nowhere was to name a store, and so was what this user may not see
        return Files.notExists(file, LinkOption.NOFOLLOW_LINKS) ? "" : "the file " + file;
    }

    private static String store(Path file, boolean named) {
        String what = "the settings in " + file + (named ? ", which " + FILE_VARIABLE + " names" : "");
        Settings properties = new Settings();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw CommandFailure.wrongUse("Cannot read " + what + ": " + found(file, e));
        }
        String store = properties.getProperty("store", "");
        properties.remove("store");
        Set<String> unknown = new TreeSet<>(properties.stringPropertyNames());
        if (store.isBlank() || !unknown.isEmpty() || !properties.repeated.isEmpty()) {
            List<String> faults = new ArrayList<>();
            if (store.isBlank()) {
                faults.add("there is no line store=URI");
            }
            properties.repeated.forEach(name -> faults.add("'" + name + "' is there twice"));
            if (!unknown.isEmpty()) {
                faults.add(
                        (unknown.size() == 1 ? "unknown is '" : "unknown are '") + String.join("', '", unknown) + "'");
            }
            String near = unknown.stream()
                    .map(name -> Nearest.question(name, Set.of("store")))
                    .filter(question -> !question.isEmpty())
                    .findFirst()
                    .orElse("");
            throw CommandFailure.wrongUse(
                    "Cannot use " + what + ": " + String.join("; ", faults) + "." + near + " Known: store.");
        }
        return store.strip();
    }

    private static String found(Path file, Exception failure) {
        if (failure instanceof NoSuchFileException) {
            return Files.isSymbolicLink(file)
                    ? "it is a link to a file that is not there. Mend the link, or see what is not mounted."
                    : "there is no such file. Check the path.";
        }
        if (failure instanceof AccessDeniedException) {
            return "this user may not read it. Check its permissions.";
        }
        if (Files.isDirectory(file)) {
            return "it is a folder. Name a properties file.";
        }
        return "it is no properties file. Write a line store=URI, in UTF-8.";
    }

    /** Notes what is there more than once, of which the last one would count. */
    private static final class Settings extends Properties {

        private static final long serialVersionUID = 1L;

        private final transient Set<String> repeated = new TreeSet<>();

        @Override
        public synchronized @Nullable Object put(Object name, Object value) {
            Object before = super.put(name, value);
            if (before != null) {
                repeated.add(name.toString());
            }
            return before;
        }
    }
}
