package io.backtestkit.testkit;

import io.backtestkit.signal.ClosedSignal;
import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.testkit.SealedMapStore.Place;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/** Stores that keep signals well, and their history wrong, each in one way. */
@SuppressWarnings("ImmutableEnumChecker") // the functions have no state
enum WrongHistory {
    WRITES_THE_WHOLE_LOG_BACK(SignalStoreConformance.ConcurrentUse.class, place -> new LogInSteps(place) {
        @Override
        boolean isLogged(EndedSignal ended) {
            return allTrades().stream().anyMatch(ended::sameSignalAs);
        }

        @Override
        public void append(EndedSignal ended) {
            Map<SignalKey, List<byte[]>> log = new TreeMap<>();
            synchronized (place) {
                if (isLogged(ended)) {
                    return;
                }
                place.trades.forEach((key, entries) -> log.put(key, new ArrayList<>(entries)));
            }
            letOthersIn();
            log.computeIfAbsent(ended.signal().key(), absent -> new ArrayList<>())
                    .add(entry(ended));
            synchronized (place) {
                place.trades.clear();
                place.trades.putAll(log);
            }
        }
    }),
    LOOKS_FIRST_AND_LOGS_SECOND(SignalStoreConformance.ConcurrentUse.class, place -> new LogInSteps(place) {
        @Override
        public void append(EndedSignal ended) {
            boolean there;
            synchronized (place) {
                there = isLogged(ended);
            }
            letOthersIn();
            if (!there) {
                log(ended);
            }
        }
    }),
    DISCARDS_THE_WHOLE_STRATEGY(SignalStoreConformance.TradeHistory.class, place -> new SealedMapStore(place) {
        @Override
        public void discard(SignalKey key) {
            for (SignalKey logged : loggedKeys()) {
                if (logged.strategy().equals(key.strategy())) {
                    super.discard(logged);
                }
            }
        }
    }),
    LOGS_NOTHING_AGAIN_THAT_WAS_DISCARDED(
            SignalStoreConformance.TradeHistory.class, place -> new SealedMapStore(place) {
                @Override
                public void discard(SignalKey key) {
                    Set<String> logged = new HashSet<>(place.logged);
                    super.discard(key);
                    place.logged.addAll(logged);
                }
            }),
    FREES_THE_SLOT_WITH_THE_HISTORY(SignalStoreConformance.TradeHistory.class, place -> new SealedMapStore(place) {
        @Override
        public void discard(SignalKey key) {
            super.discard(key);
            delete(key);
        }
    }),
    LOGS_NO_END_OF_WHAT_NEVER_OPENED(SignalStoreConformance.Ending.class, place -> new SealedMapStore(place) {
        @Override
        public void end(EndedSignal ended) {
            if (ended instanceof ClosedSignal) {
                super.end(ended);
            } else {
                delete(ended.signal().key());
            }
        }
    });

    /** Lets other threads in between the steps of logging. */
    private abstract static class LogInSteps extends SealedMapStore {

        private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

        LogInSteps(Place place) {
            super(place);
        }

        static void letOthersIn() {
            LockSupport.parkNanos(PAUSE_NANOS);
        }

        @Override
        public void end(EndedSignal ended) {
            SignalKey key = ended.signal().key();
            Optional<Signal> held = read(key);
            append(ended);
            if (held.filter(ended::isOf).isPresent()) {
                delete(key);
            }
        }
    }

    private final Class<?> group;
    private final Function<Place, SignalStore> opening;

    WrongHistory(Class<?> group, Function<Place, SignalStore> opening) {
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
