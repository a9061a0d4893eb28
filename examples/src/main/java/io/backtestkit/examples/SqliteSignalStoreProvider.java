package io.backtestkit.examples;

import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStoreProvider;
import io.backtestkit.store.StoreLocation;
import java.nio.file.Path;
import java.util.Set;

/** Opens locations such as {@code sqlite:./signals.db}. There are no options. */
// tag::provider[]
public final class SqliteSignalStoreProvider implements SignalStoreProvider {

    @Override
    public Set<String> schemes() {
        return Set.of("sqlite");
    }

    @Override
    public SignalStore open(StoreLocation location) {
        if (!location.options().isEmpty()) {
            throw new IllegalArgumentException(
                    "Cannot open store '" + location + "': it has options, there are none. Write sqlite:./signals.db.");
        }
        return SqliteSignalStore.open(Path.of(location.address()));
    }
}
// end::provider[]
