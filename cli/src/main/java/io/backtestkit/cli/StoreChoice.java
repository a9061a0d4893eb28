package io.backtestkit.cli;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
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
     * Returns the location.
     *
     * @throws CommandFailure if a properties file was named and cannot be read, or has other lines than {@code store}
     */
    static String of(Map<String, String> environment, Path folder) {
        @Nullable String fromEnvironment = environment.get(VARIABLE);
        if (fromEnvironment != null && !fromEnvironment.isBlank()) {
            return fromEnvironment;
        }
        @Nullable String named = environment.get(FILE_VARIABLE);
        Path file = folder.resolve(named == null || named.isBlank() ? FILE : named);
        if (named == null && !Files.exists(file)) {
            return DEFAULT;
        }
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw CommandFailure.wrongUse(
                    "Cannot read settings in " + file + ": it cannot be read as a properties file ("
                            + e.getClass().getSimpleName() + "). Check the path and its lines.");
        }
        String store = properties.getProperty("store");
        properties.remove("store");
        if (store == null || store.isBlank() || !properties.isEmpty()) {
            throw CommandFailure.wrongUse("Cannot use the settings in " + file + ": "
                    + (store == null || store.isBlank()
                            ? "it has no line store=URI"
                            : "unknown are " + String.join(", ", properties.stringPropertyNames()))
                    + ". Known: store.");
        }
        return store.strip();
    }
}
