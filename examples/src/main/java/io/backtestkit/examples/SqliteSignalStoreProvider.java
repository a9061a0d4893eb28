package io.backtestkit.examples;

import io.backtestkit.store.LocationOptions;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStoreProvider;
import io.backtestkit.store.StoreLocation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/** Opens locations such as {@code sqlite:./signals.db} and {@code sqlite:./signals.db?busyTimeout=5s}. */
// tag::provider[]
public final class SqliteSignalStoreProvider implements SignalStoreProvider {

    @Override
    public Set<String> schemes() {
        return Set.of("sqlite");
    }

    @Override
    public SignalStore open(StoreLocation location) {
        LocationOptions options = new LocationOptions(location, Set.of("busyTimeout"), System::getenv);
        Duration busyTimeout = options.duration("busyTimeout", Duration.ofSeconds(2));
        options.requireNoFaults("Write sqlite:./signals.db?busyTimeout=2s.");
        return SqliteSignalStore.open(Path.of(location.address()), busyTimeout);
    }
}
// end::provider[]
