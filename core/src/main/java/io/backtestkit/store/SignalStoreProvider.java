package io.backtestkit.store;

import java.util.Set;

/**
 * Opens the stores of one technology by location. Found by {@link java.util.ServiceLoader}: name the implementation in
 * {@code META-INF/services/io.backtestkit.store.SignalStoreProvider}.
 */
public interface SignalStoreProvider {

    /** Returns the schemes it opens, for example {@code redis} and {@code rediss}. */
    Set<String> schemes();

    /**
     * Opens the store for trading: makes what is missing and checks that the promise can be kept, before it returns.
     *
     * @throws IllegalArgumentException if the address or an option is wrong
     * @throws SignalStoreException if the store cannot be reached, or fails its checks
     */
    SignalStore open(StoreLocation location);

    /**
     * Opens the store for looking at it: makes and changes nothing, and can be used while another process trades on it.
     * Writing to the store returned throws {@link StoreRefusedException}. The default opens it in full behind a guard.
     *
     * @throws IllegalArgumentException if the address or an option is wrong
     * @throws SignalStoreException if the store cannot be reached or is not there
     */
    default SignalStore openReadOnly(StoreLocation location) {
        return new ReadOnlySignalStore(open(location));
    }
}
