package io.backtestkit.cli;

import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Nearest;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStoreProvider;
import io.backtestkit.store.SignalStores;
import io.backtestkit.store.StoreLocation;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
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

    private StoreChoice.@Nullable Choice choice;

    /** Returns the option for a location that was named otherwise. */
    static StoreOption at(String location) {
        StoreOption option = new StoreOption();
        option.location = location;
        return option;
    }

    String location() {
        return choice().location();
    }

    private StoreChoice.Choice choice() {
        if (choice == null) {
            choice = location == null
                    ? StoreChoice.of(System.getenv(), Path.of(""))
                    : new StoreChoice.Choice(location, "");
        }
        return choice;
    }

    /** @throws CommandFailure if the location is malformed, or no store knows its scheme */
    void requireKnownScheme() {
        requireKnownScheme(choice());
    }

    static void requireKnownScheme(StoreChoice.Choice choice) {
        Set<String> known = new TreeSet<>();
        ServiceLoader.load(SignalStoreProvider.class).forEach(provider -> known.addAll(provider.schemes()));
        try {
            StoreLocation parsed = StoreLocation.parse(choice.location());
            String scheme = parsed.scheme();
            if (!known.contains(scheme)) {
                throw new IllegalArgumentException(
                        "Cannot open store '" + parsed + "': the scheme '" + scheme + "' is unknown."
                                + Nearest.question(scheme, known) + " Known: " + String.join(", ", known) + ".");
            }
        } catch (IllegalArgumentException e) {
            throw wrong(choice, e);
        }
    }

    private static CommandFailure wrong(StoreChoice.Choice choice, IllegalArgumentException because) {
        return CommandFailure.wrongUse(choice.toldAfter(String.valueOf(because.getMessage())));
    }

    /** Opens it for looking, also while another process trades. */
    SignalStore openReadOnly() {
        return opened(SignalStores::openReadOnly);
    }

    /** Opens it for changing that slot; a store that is not there yet is not made. */
    SignalStore open(SignalKey key) {
        try (SignalStore looking = openReadOnly()) {
            StoredSignals.read(looking, List.of(key));
        }
        return openOrMake();
    }

    /** Opens it for changing, and makes it if it is not there yet. */
    SignalStore openOrMake() {
        return opened(SignalStores::open);
    }

    /**
     * As {@link #openOrMake}, for what is to stay.
     *
     * @throws CommandFailure if what is stored there goes with the process, as live trading would say it
     */
    SignalStore openToKeep(String act) {
        SignalStore opened = openOrMake();
        if (opened.durable()) {
            return opened;
        }
        try (opened) {
            throw CommandFailure.runFailed("Cannot " + act + " " + opened.describe()
                    + ": what it has stored does not survive a crash, so a position would be lost. Use a durable store, for"
                    + " example " + StoreChoice.DEFAULT + ".");
        }
    }

    private SignalStore opened(Function<String, SignalStore> opening) {
        requireKnownScheme();
        try {
            return opening.apply(location());
        } catch (IllegalArgumentException e) {
            throw wrong(choice(), e);
        }
    }
}
