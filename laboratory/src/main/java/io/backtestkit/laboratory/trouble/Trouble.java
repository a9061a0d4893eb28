package io.backtestkit.laboratory.trouble;

import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.SignalStores;
import io.backtestkit.testkit.Patiently;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Something that befalls a store and passes.
 *
 * @param place where the store is
 * @param nature what is to be expected while it lasts
 * @param begin brings it about
 * @param end makes it pass
 * @param removal takes the place away
 */
record Trouble(Place place, Nature nature, Runnable begin, Runnable end, Runnable removal) implements AutoCloseable {

    /** Opens the store for trading, or once more for looking at it. */
    record Place(Supplier<SignalStore> trade, Supplier<SignalStore> look) {

        static Place at(String location) {
            return new Place(
                    () -> Patiently.get(() -> SignalStores.open(location)), () -> SignalStores.openReadOnly(location));
        }
    }

    /**
     * What is to be expected.
     *
     * @param failure how every change fails; empty if none does
     * @param readable whether what is stored can be read meanwhile
     * @param secret a text that nobody may show; empty if there is none
     */
    record Nature(Optional<Class<? extends SignalStoreException>> failure, boolean readable, String secret) {

        static Nature readable(Class<? extends SignalStoreException> failure) {
            return new Nature(Optional.of(failure), true, "");
        }

        static Nature unreadable(Class<? extends SignalStoreException> failure, String secret) {
            return new Nature(Optional.of(failure), false, secret);
        }
    }

    @Override
    public void close() {
        removal.run();
    }
}
