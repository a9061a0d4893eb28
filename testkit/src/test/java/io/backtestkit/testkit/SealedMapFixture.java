package io.backtestkit.testkit;

import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.testkit.SealedMapStore.Place;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** A durable fixture in memory whose records can be damaged in every way, and expire. */
class SealedMapFixture implements StoreFixture, ExpiryFixture {

    private final String name;
    private final Function<Place, SignalStore> opening;
    final Place place = new Place();

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
    public boolean offersClaims() {
        return true;
    }

    @Override
    public Set<Unproved> unproved() {
        return EnumSet.of(Unproved.NETWORK, Unproved.RIGHTS);
    }

    @Override
    public Optional<ExpiryFixture> expiry() {
        return Optional.of(this);
    }

    @Override
    public Duration after() {
        return SealedMapStore.EXPIRES_AFTER;
    }

    @Override
    public Duration longestWait() {
        return Duration.ofSeconds(3);
    }

    @Override
    public SignalStore openExpiring() {
        return opening.apply(place) instanceof SealedMapStore map ? map.expiring() : open();
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

            @Override
            public boolean damageClaim(SignalKey key) {
                return place.claims.computeIfPresent(key, (slot, bytes) -> Damage.TRUNCATED.of(bytes)) != null;
            }

            @Override
            public boolean damageTrade(SignalKey key, int number) {
                List<byte[]> entries = place.trades.getOrDefault(key, List.of());
                entries.set(number, Damage.TRUNCATED.of(entries.get(number)));
                return true;
            }

            @Override
            public boolean damageKey(SignalKey key) {
                return place.keyless.add(Objects.requireNonNull(place.records.remove(key)));
            }

            @Override
            public Optional<byte[]> keptBytes(SignalKey key) {
                return Optional.of(place.aside.getOrDefault(key, new byte[0]).clone());
            }
        });
    }
}
