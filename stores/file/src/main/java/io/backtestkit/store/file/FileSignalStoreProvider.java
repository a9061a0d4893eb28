package io.backtestkit.store.file;

import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStoreProvider;
import io.backtestkit.store.StoreLocation;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Opens locations such as {@code file:./data}, {@code file:/var/lib/backtest-kit} and {@code file:///var/lib/backtest-kit}.
 * The path is taken as it stands, without percent-decoding. There are no options.
 */
public final class FileSignalStoreProvider implements SignalStoreProvider {

    /** For {@link java.util.ServiceLoader}. */
    public FileSignalStoreProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of("file");
    }

    @Override
    public SignalStore open(StoreLocation location) {
        return FileSignalStore.open(folder(location));
    }

    @Override
    public SignalStore openReadOnly(StoreLocation location) {
        return FileSignalStore.openReadOnly(folder(location));
    }

    private static Path folder(StoreLocation location) {
        String address = location.address();
        List<String> faults = new ArrayList<>();
        if (address.isBlank()) {
            faults.add("it names no folder");
        }
        if (address.startsWith("//") && !address.startsWith("///")) {
            faults.add("it names a host, '" + address.substring(2).split("/", 2)[0] + "'");
        }
        if (!location.options().isEmpty()) {
            faults.add("the option "
                    + String.join(
                            ", ",
                            location.options().keySet().stream()
                                    .map(name -> "'" + name + "'")
                                    .toList()) + " is not known, there are none");
        }
        if (faults.isEmpty()) {
            try {
                return Path.of(address.startsWith("///") ? address.substring(2) : address);
            } catch (InvalidPathException e) {
                faults.add("the path cannot be: " + e.getReason());
            }
        }
        throw new IllegalArgumentException("Cannot open store '" + location + "': " + String.join("; ", faults)
                + ". Write file:./data or file:/var/lib/backtest-kit.");
    }
}
