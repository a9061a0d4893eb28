package io.backtestkit.store;

import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** Opens a store by its location, with whatever store modules are on the class path. */
public final class SignalStores {

    private SignalStores() {}

    /**
     * Opens a store for trading, for example {@code file:./data}. The caller closes it.
     *
     * @throws IllegalArgumentException if the location is malformed, or no module on the class path knows its scheme; the
     *     message names the known ones
     * @throws SignalStoreException if the store cannot be reached, or fails its checks
     */
    public static SignalStore open(String location) {
        StoreLocation parsed = StoreLocation.parse(location);
        return provider(parsed).open(parsed);
    }

    /**
     * Opens a store for looking at it, also while another process trades on it. The caller closes it.
     *
     * @throws IllegalArgumentException as for {@link #open}
     * @throws SignalStoreException as for {@link #open}, or if the store does not exist yet
     */
    public static SignalStore openReadOnly(String location) {
        StoreLocation parsed = StoreLocation.parse(location);
        return provider(parsed).openReadOnly(parsed);
    }

    private static SignalStoreProvider provider(StoreLocation location) {
        Map<String, SignalStoreProvider> byScheme = new TreeMap<>();
        for (SignalStoreProvider provider : ServiceLoader.load(SignalStoreProvider.class)) {
            provider.schemes().forEach(scheme -> byScheme.putIfAbsent(scheme, provider));
        }
        SignalStoreProvider provider = byScheme.get(location.scheme());
        if (provider == null) {
            throw new IllegalArgumentException(
                    "Cannot open store '" + location + "': nothing on the class path knows the" + " scheme '"
                            + location.scheme() + "'. Known: " + String.join(", ", byScheme.keySet()) + ".");
        }
        return provider;
    }
}
