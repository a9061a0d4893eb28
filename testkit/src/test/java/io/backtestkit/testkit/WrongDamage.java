package io.backtestkit.testkit;

import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.UnreadableSignalException;
import io.backtestkit.testkit.SealedMapStore.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Stores that are wrong about damage of which no key can be told, each in one way. */
@SuppressWarnings("ImmutableEnumChecker") // the functions have no state
enum WrongDamage {
    KEEPS_QUIET_ABOUT_KEYLESS_DAMAGE(SignalStoreConformance.KeylessDamage.class, place -> new SealedMapStore(place) {
        @Override
        public List<StoreFinding> keyless() {
            return List.of();
        }
    }),
    CALLS_KEYLESS_DAMAGE_A_WARNING(SignalStoreConformance.KeylessDamage.class, place -> new SealedMapStore(place) {
        @Override
        public List<StoreFinding> keyless() {
            return super.keyless().stream()
                    .map(damaged -> StoreFinding.warning(damaged.subject(), damaged.found(), damaged.advice()))
                    .toList();
        }
    }),
    EXAMINES_ONLY_WHAT_HAS_A_KEY(SignalStoreConformance.KeylessDamage.class, place -> new SealedMapStore(place) {
        @Override
        public List<StoreFinding> check() {
            List<StoreFinding> findings = new ArrayList<>(super.check());
            findings.removeAll(keyless());
            return findings;
        }
    }),
    SWEEPS_KEYLESS_DAMAGE_AWAY(SignalStoreConformance.KeylessDamage.class, place -> new SealedMapStore(place) {
        @Override
        public void delete(SignalKey key) {
            super.delete(key);
            place.keyless.clear();
        }
    }),
    TELLS_DAMAGE_WITH_A_KEY_AS_KEYLESS(SignalStoreConformance.DamagedRecords.class, place -> new SealedMapStore(place) {
        @Override
        public List<StoreFinding> keyless() {
            List<StoreFinding> findings = new ArrayList<>(super.keyless());
            place.records.forEach((key, record) -> {
                try {
                    read(key);
                } catch (UnreadableSignalException e) {
                    findings.add(nobodys(record));
                }
            });
            return findings;
        }
    });

    private final Class<?> group;
    private final Function<Place, SignalStore> opening;

    WrongDamage(Class<?> group, Function<Place, SignalStore> opening) {
        this.group = group;
        this.opening = opening;
    }

    /** Returns the group of the kit that must catch it. */
    Class<?> group() {
        return group;
    }

    Function<Place, SignalStore> opening() {
        return opening;
    }
}
