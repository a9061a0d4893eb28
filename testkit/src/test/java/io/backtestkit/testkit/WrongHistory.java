package io.backtestkit.testkit;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.testkit.SealedMapStore.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
