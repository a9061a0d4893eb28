package io.backtestkit.cli;

import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStoreProvider;
import io.backtestkit.store.SignalStores;
import io.backtestkit.store.StoreLocation;
import java.nio.file.Path;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which store. */
final class StoreOption {

    @Option(
            names = "--store",
            paramLabel = "URI",
            description = {
                "Where signals are stored, for example " + StoreChoice.DEFAULT + ", the default if neither "
                        + StoreChoice.VARIABLE + " of the environment nor a line store=URI in " + StoreChoice.FILE
                        + " names another.",
            })
    private @Nullable String location;

    /** Returns the option for a location that was named otherwise. */
    static StoreOption at(String location) {
        StoreOption option = new StoreOption();
        option.location = location;
        return option;
    }

    String location() {
        if (location == null) {
            location = StoreChoice.of(System.getenv(), Path.of(""));
        }
        return location;
    }

    /** Returns the location without any secret. */
    String shown() {
        return StoreLocation.parse(location()).toString();
    }

    void requireKnownScheme() {
        requireKnownScheme(location());
    }

    /** @throws CommandFailure if the location is malformed, or no store knows its scheme */
    static void requireKnownScheme(String location) {
        Set<String> known = new TreeSet<>();
        ServiceLoader.load(SignalStoreProvider.class).forEach(provider -> known.addAll(provider.schemes()));
        try {
            StoreLocation parsed = StoreLocation.parse(location);
            String scheme = parsed.scheme();
            if (!known.contains(scheme)) {
                throw CommandFailure.wrongUse(
                        "Cannot open store '" + parsed + "': the scheme '" + scheme + "' is unknown."
                                + Nearest.question(scheme, known) + " Known: " + String.join(", ", known) + ".");
            }
        } catch (IllegalArgumentException e) {
            throw CommandFailure.wrongUse(e);
        }
    }

    /** Opens it for looking, also while another process trades. */
    SignalStore openReadOnly() {
        requireKnownScheme();
        try {
            return SignalStores.openReadOnly(location());
        } catch (IllegalArgumentException e) {
            throw CommandFailure.wrongUse(e);
        }
    }

    /** Opens it for changing; a store that is not there yet is not made. */
    SignalStore open() {
        openReadOnly().close();
        return SignalStores.open(location());
    }

    /** Opens it for changing, and makes it if it is not there yet. */
    SignalStore openOrMake() {
        requireKnownScheme();
        try {
            return SignalStores.open(location());
        } catch (IllegalArgumentException e) {
            throw CommandFailure.wrongUse(e);
        }
    }
}
