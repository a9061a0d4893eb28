package io.backtestkit.testkit;

import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.testkit.SealedMapStore.Place;
import java.util.Optional;
import java.util.function.Function;

/** A durable fixture in memory whose records can be damaged in every way. */
final class SealedMapFixture implements StoreFixture {

    private final String name;
    private final Function<Place, SignalStore> opening;
    private final Place place = new Place();

    SealedMapFixture(String name, Function<Place, SignalStore> opening) {
        this.name = name;
        this.opening = opening;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public SignalStore open() {
        return opening.apply(place);
    }

    @Override
    public Optional<Damager> damager() {
        return Optional.of(new Damager() {
            @Override
            public void damage(SignalKey key, Damage how) {
                place.records.computeIfPresent(key, (slot, bytes) -> how.of(bytes));
            }

            @Override
            public byte[] bytes(SignalKey key) {
                return place.records.getOrDefault(key, new byte[0]).clone();
            }
        });
    }
}
