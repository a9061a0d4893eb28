package io.backtestkit.testkit;

import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;

/** Opens a store from text alone, as another process must. A class that does has a constructor without parameters. */
public interface StoreOpener {

    /** Opens the store that is there; the caller closes it. */
    SignalStore open(String location);

    /** Opens by location, as {@link SignalStores#open} does. */
    final class ByLocation implements StoreOpener {
        @Override
        public SignalStore open(String location) {
            return SignalStores.open(location);
        }
    }
}
