package io.backtestkit.testkit;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.UnreadableSignalException;
import io.backtestkit.testkit.SealedMapStore.Place;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/** Stores that put a signal in the place of a damaged record wrongly, each in one way. */
@SuppressWarnings("ImmutableEnumChecker") // the functions have no state
enum WrongReplacement {
    FREES_THE_SLOT_FIRST(place -> new SealedMapStore(place) {
        @Override
        public Optional<String> setAside(SignalKey key, Signal replacement) {
            replacement.requireKey(key);
            if (!isDamaged(this, key)) {
                return setAside(key);
            }
            Optional<String> kept = setAside(key);
            LockSupport.parkNanos(PAUSE_NANOS);
            put(key, replacement);
            return kept;
        }
    }),
    FREES_THE_SLOT_ONLY(place -> new SealedMapStore(place) {
        @Override
        public Optional<String> setAside(SignalKey key, Signal replacement) {
            replacement.requireKey(key);
            return setAside(key);
        }
    }),
    DOES_NOTHING(place -> new SealedMapStore(place) {
        @Override
        public Optional<String> setAside(SignalKey key, Signal replacement) {
            replacement.requireKey(key);
            return Optional.empty();
        }
    }),
    OVERWRITES_THE_BYTES(place -> new SealedMapStore(place) {
        @Override
        public Optional<String> setAside(SignalKey key, Signal replacement) {
            Optional<String> kept = super.setAside(key, replacement);
            place.aside.clear();
            return kept;
        }
    }),
    TELLS_NOBODY_THAT_IT_DID(place -> new SealedMapStore(place) {
        @Override
        public Optional<String> setAside(SignalKey key, Signal replacement) {
            super.setAside(key, replacement);
            return Optional.empty();
        }
    }),
    REPLACES_WHAT_CAN_BE_READ(place -> new SealedMapStore(place) {
        @Override
        public Optional<String> setAside(SignalKey key, Signal replacement) {
            Optional<String> kept = super.setAside(key, replacement);
            if (kept.isEmpty() && read(key).isPresent()) {
                put(key, replacement);
            }
            return kept;
        }
    }),
    FILLS_A_FREE_SLOT(place -> new SealedMapStore(place) {
        @Override
        public Optional<String> setAside(SignalKey key, Signal replacement) {
            Optional<String> kept = super.setAside(key, replacement);
            if (kept.isEmpty() && read(key).isEmpty()) {
                put(key, replacement);
            }
            return kept;
        }
    }),
    REPLACES_A_SIGNAL_WHOSE_CLAIM_IS_DAMAGED(place -> new SealedMapStore(place) {
        @Override
        public Optional<String> setAside(SignalKey key, Signal replacement) {
            Optional<String> kept = super.setAside(key, replacement);
            if (kept.isPresent() && read(key).isPresent()) {
                put(key, replacement);
            }
            return kept;
        }
    }),
    FILLS_A_FREE_SLOT_WHOSE_CLAIM_IS_DAMAGED(place -> new SealedMapStore(place) {
        @Override
        public Optional<String> setAside(SignalKey key, Signal replacement) {
            Optional<String> kept = super.setAside(key, replacement);
            if (kept.isPresent() && read(key).isEmpty()) {
                put(key, replacement);
            }
            return kept;
        }
    }),
    LEAVES_A_DAMAGED_CLAIM(place -> new SealedMapStore(place) {
        @Override
        public Optional<String> setAside(SignalKey key, Signal replacement) {
            replacement.requireKey(key);
            byte[] claim = place.claims.get(key);
            Optional<String> kept = super.setAside(key, replacement);
            if (claim != null) {
                place.claims.put(key, claim);
            }
            return kept;
        }
    }),
    REPLACES_WHAT_ANOTHER_OWNS(place -> new SealedMapStore(place) {
        @Override
        SealedClaims sealedClaims() {
            return new SealedClaims(this) {
                @Override
                void requireUnclaimed(String act, SignalKey key) {}
            };
        }
    }),
    REPLACES_BY_ANOTHER_KEYS_SIGNAL(place -> new SealedMapStore(place) {
        @Override
        public Optional<String> setAside(SignalKey key, Signal replacement) {
            return super.setAside(key, SampleSignals.openLong(key).build());
        }
    }),
    FORGETS_THE_REPLACEMENT_AT_CLOSING(place -> new SealedMapStore(place) {
        private Optional<SignalKey> unflushed = Optional.empty();

        @Override
        public synchronized Optional<String> setAside(SignalKey key, Signal replacement) {
            Optional<String> kept = super.setAside(key, replacement);
            unflushed = kept.map(where -> key);
            return kept;
        }

        @Override
        public void close() {
            unflushed.ifPresent(place.records::remove);
        }
    });

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Function<Place, SignalStore> opening;

    WrongReplacement(Function<Place, SignalStore> opening) {
        this.opening = opening;
    }

    Function<Place, SignalStore> opening() {
        return opening;
    }

    private static boolean isDamaged(SealedMapStore store, SignalKey key) {
        try {
            var unused = store.read(key);
            return false;
        } catch (UnreadableSignalException e) {
            return true;
        }
    }
}
