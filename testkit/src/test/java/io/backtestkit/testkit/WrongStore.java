package io.backtestkit.testkit;

import io.backtestkit.signal.ClosedSignal;
import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalFormatException;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.TradeLog;
import io.backtestkit.store.UnreadableSignalException;
import io.backtestkit.testkit.SealedMapStore.Place;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.text.Normalizer;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/** Stores written wrong on purpose, each in one way, with the group of the kit that must catch it. */
@SuppressWarnings("ImmutableEnumChecker") // the functions have no state
enum WrongStore {
    FORGETS_WRITES(SignalStoreConformance.RoundTrip.class, place -> new SealedMapStore(place) {
        @Override
        public void write(SignalKey key, Signal signal) {
            signal.requireKey(key);
        }
    }),
    DROPS_THE_MEMO(SignalStoreConformance.RoundTrip.class, place -> new SealedMapStore(place) {
        @Override
        Signal kept(Signal signal) {
            return signal.toBuilder().memo(Map.of()).build();
        }
    }),
    TRIMS_THE_NOTE(SignalStoreConformance.RoundTrip.class, place -> new SealedMapStore(place) {
        @Override
        Signal kept(Signal signal) {
            return signal.toBuilder().note(signal.note().strip()).build();
        }
    }),
    KEEPS_SECONDS_ONLY(SignalStoreConformance.RoundTrip.class, place -> new SealedMapStore(place) {
        @Override
        Signal kept(Signal signal) {
            long seconds = signal.createdAt().getEpochSecond();
            return signal.toBuilder().createdAt(Instant.ofEpochSecond(seconds)).build();
        }
    }),
    KEEPS_THE_FIRST_WRITE(SignalStoreConformance.Replacement.class, place -> new SealedMapStore(place) {
        @Override
        public void write(SignalKey key, Signal signal) {
            if (read(key).isEmpty()) {
                super.write(key, signal);
            }
        }
    }),
    IGNORES_DELETES(SignalStoreConformance.Deletion.class, place -> new SealedMapStore(place) {
        @Override
        public void delete(SignalKey key) {}
    }),
    CANNOT_DELETE_A_FREE_SLOT(SignalStoreConformance.Deletion.class, place -> new SealedMapStore(place) {
        @Override
        public void delete(SignalKey key) {
            if (read(key).isEmpty()) {
                throw new IllegalStateException("there is no " + key);
            }
            super.delete(key);
        }
    }),
    DELETES_THE_WHOLE_STRATEGY(SignalStoreConformance.Deletion.class, place -> new SealedMapStore(place) {
        @Override
        public void delete(SignalKey key) {
            super.delete(key);
            place.records.keySet().removeIf(other -> other.strategy().equals(key.strategy()));
        }
    }),
    JOINS_KEYS_WITH_A_COLON(SignalStoreConformance.DistinctKeys.class, place -> new SealedMapStore(place) {
        @Override
        SignalKey slot(SignalKey key) {
            return new SignalKey("joined", shortened(key.strategy() + ":" + key.symbol()));
        }
    }),
    FOLDS_THE_CASE_OF_KEYS(SignalStoreConformance.DistinctKeys.class, place -> new SealedMapStore(place) {
        @Override
        SignalKey slot(SignalKey key) {
            return new SignalKey(key.strategy(), key.symbol().toLowerCase(Locale.ROOT));
        }
    }),
    NORMALIZES_KEYS(SignalStoreConformance.DistinctKeys.class, place -> new SealedMapStore(place) {
        @Override
        SignalKey slot(SignalKey key) {
            return new SignalKey(key.strategy(), Normalizer.normalize(key.symbol(), Normalizer.Form.NFC));
        }
    }),
    CUTS_LONG_KEYS(SignalStoreConformance.DistinctKeys.class, place -> new SealedMapStore(place) {
        @Override
        SignalKey slot(SignalKey key) {
            return new SignalKey(shortened(key.strategy()), key.symbol());
        }
    }),
    TRIMS_KEYS(SignalStoreConformance.DistinctKeys.class, place -> new SealedMapStore(place) {
        @Override
        SignalKey slot(SignalKey key) {
            return new SignalKey(key.strategy(), "=" + key.symbol().strip());
        }
    }),
    LISTS_A_KEY_TOO_FEW(SignalStoreConformance.DistinctKeys.class, place -> new SealedMapStore(place) {
        @Override
        public Set<SignalKey> keys() {
            TreeSet<SignalKey> keys = new TreeSet<>(super.keys());
            keys.pollFirst();
            return keys;
        }
    }),
    KEEPS_PRICES_AS_DOUBLE(SignalStoreConformance.ExactPrices.class, place -> new SealedMapStore(place) {
        @Override
        Signal kept(Signal signal) {
            return signal.toBuilder()
                    .cost(BigDecimal.valueOf(signal.cost().doubleValue()))
                    .build();
        }
    }),
    KEEPS_PRICES_TO_THE_CENT(SignalStoreConformance.ExactPrices.class, place -> new SealedMapStore(place) {
        @Override
        Signal kept(Signal signal) {
            BigDecimal cents = signal.priceTakeProfit().setScale(2, RoundingMode.UP);
            return signal.toBuilder().priceTakeProfit(cents).build();
        }
    }),
    FORGETS_AT_CLOSING(SignalStoreConformance.Reopening.class, place -> new SealedMapStore(place) {
        @Override
        public void close() {
            place.records.clear();
        }
    }),
    LOSES_THE_LAST_WRITE_AT_CLOSING(SignalStoreConformance.Reopening.class, place -> new SealedMapStore(place) {
        private Optional<SignalKey> unflushed = Optional.empty();

        @Override
        public synchronized void write(SignalKey key, Signal signal) {
            super.write(key, signal);
            unflushed = Optional.of(key);
        }

        @Override
        public void close() {
            unflushed.ifPresent(place.records::remove);
        }
    }),
    BRINGS_DELETED_ONES_BACK(SignalStoreConformance.Reopening.class, place -> new SealedMapStore(place) {
        private final Place deleted = new Place();

        @Override
        public synchronized void delete(SignalKey key) {
            Optional.ofNullable(place.records.get(key)).ifPresent(bytes -> deleted.records.put(key, bytes));
            super.delete(key);
        }

        @Override
        public void close() {
            deleted.records.forEach(place.records::putIfAbsent);
        }
    }),
    DENIES_BEING_DURABLE(SignalStoreConformance.Reopening.class, place -> new SealedMapStore(place) {
        @Override
        public boolean durable() {
            return false;
        }
    }),
    TEARS_RECORDS(SignalStoreConformance.ConcurrentUse.class, place -> new TwoStepStore(place) {
        @Override
        void firstStep(SignalKey key, Signal signal) {
            read(key).ifPresent(old -> put(key, old.toBuilder().id(signal.id()).build()));
        }
    }),
    IS_ABSENT_DURING_A_REPLACEMENT(SignalStoreConformance.ConcurrentUse.class, place -> new TwoStepStore(place) {
        @Override
        void firstStep(SignalKey key, Signal signal) {
            delete(key);
        }
    }),
    WRITES_ALL_KEYS_BACK(SignalStoreConformance.ConcurrentUse.class, place -> new SealedMapStore(place) {
        private final AtomicLong written = new AtomicLong();

        @Override
        public void write(SignalKey key, Signal signal) {
            Map<SignalKey, byte[]> all; // another thread may write one of them, before all are put back
            synchronized (place) {
                all = new TreeMap<>(place.records);
            }
            long before = written.get();
            for (int spins = 0; spins < LONGEST_SPINS && written.get() == before; spins++) {
                Thread.onSpinWait();
            }
            synchronized (place) {
                super.write(key, signal);
                all.put(key, place.records.get(key));
                place.records.clear();
                place.records.putAll(all);
            }
            written.incrementAndGet();
        }
    }),
    TAKES_DAMAGED_FOR_ABSENT(SignalStoreConformance.DamagedRecords.class, place -> new SealedMapStore(place) {
        @Override
        public Optional<Signal> read(SignalKey key) {
            try {
                return super.read(key);
            } catch (UnreadableSignalException e) {
                return Optional.empty();
            }
        }
    }),
    DELETES_DAMAGED_ONES(SignalStoreConformance.DamagedRecords.class, place -> new SealedMapStore(place) {
        @Override
        public Optional<Signal> read(SignalKey key) {
            try {
                return super.read(key);
            } catch (UnreadableSignalException e) {
                place.records.remove(key);
                throw e;
            }
        }
    }),
    OVERWRITES_DAMAGED_ONES(SignalStoreConformance.DamagedRecords.class, place -> new SealedMapStore(place) {
        @Override
        public void write(SignalKey key, Signal signal) {
            signal.requireKey(key);
            put(key, signal);
        }
    }),
    ALLOWS_DELETING_DAMAGED_ONES(SignalStoreConformance.DamagedRecords.class, place -> new SealedMapStore(place) {
        @Override
        public void delete(SignalKey key) {
            synchronized (place) {
                place.records.remove(key);
            }
        }
    }),
    THROWS_UNTYPED_ERRORS(SignalStoreConformance.DamagedRecords.class, place -> new SealedMapStore(place) {
        @Override
        public Optional<Signal> read(SignalKey key) {
            try {
                return super.read(key);
            } catch (UnreadableSignalException e) {
                throw new IllegalStateException("java.io.StreamCorruptedException", e);
            }
        }
    }),
    HIDES_DAMAGED_ONES(SignalStoreConformance.DamagedRecords.class, place -> new SealedMapStore(place) {
        @Override
        public Set<SignalKey> keys() {
            TreeSet<SignalKey> keys = new TreeSet<>(super.keys());
            keys.removeIf(key -> {
                try {
                    return read(key).isEmpty();
                } catch (UnreadableSignalException e) {
                    return true;
                }
            });
            return keys;
        }
    }),
    NAMES_NO_KEY_IN_ERRORS(SignalStoreConformance.DamagedRecords.class, place -> new SealedMapStore(place) {
        @Override
        UnreadableSignalException unreadable(String act, SignalKey key, SignalFormatException cause) {
            return super.unreadable(act, new SignalKey("a", "row"), cause);
        }
    }),
    SETS_NOTHING_ASIDE(SignalStoreConformance.DamagedRecords.class, place -> new SealedMapStore(place) {
        @Override
        public Optional<String> setAside(SignalKey key) {
            return Optional.empty();
        }
    }),
    LOGS_A_TRADE_TWICE(SignalStoreConformance.TradeHistory.class, place -> new SealedMapStore(place) {
        @Override
        boolean isLogged(EndedSignal ended) {
            return false;
        }
    }),
    LOGS_BY_ID_ALONE(SignalStoreConformance.TradeHistory.class, place -> new SealedMapStore(place) {
        @Override
        boolean isLogged(EndedSignal ended) {
            return allTrades().stream()
                    .anyMatch(other -> other.signal().id().equals(ended.signal().id()));
        }
    }),
    LOSES_THE_LOG_AT_CLOSING(SignalStoreConformance.TradeHistory.class, place -> new SealedMapStore(place) {
        @Override
        public void close() {
            place.trades.clear();
        }
    }),
    LOGS_CLOSED_ONES_ONLY(SignalStoreConformance.TradeHistory.class, place -> new SealedMapStore(place) {
        @Override
        public void append(EndedSignal ended) {
            if (ended instanceof ClosedSignal) {
                super.append(ended);
            }
        }
    }),
    INCLUDES_THE_END_OF_A_RANGE(SignalStoreConformance.TradeHistory.class, place -> new SealedMapStore(place) {
        @Override
        public List<EndedSignal> trades(SignalKey key, Instant from, Instant to) {
            return super.trades(key, from, to.equals(Instant.MAX) ? to : to.plusMillis(1));
        }
    }),
    ENDS_WITHOUT_A_LOG_ENTRY(SignalStoreConformance.Ending.class, place -> new SealedMapStore(place) {
        @Override
        public void end(EndedSignal ended) {
            delete(ended.signal().key());
        }
    }),
    ENDS_WITHOUT_FREEING_THE_SLOT(SignalStoreConformance.Ending.class, place -> new SealedMapStore(place) {
        @Override
        public void end(EndedSignal ended) {
            append(ended);
        }
    }),
    FREES_A_SLOT_BEFORE_IT_LOGS(SignalStoreConformance.Ending.class, place -> new SealedMapStore(place) {
        @Override
        public void end(EndedSignal ended) {
            SignalKey key = ended.signal().key();
            if (read(key).filter(ended::isOf).isPresent()) {
                delete(key);
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            append(ended);
        }
    }),
    ENDS_WHATEVER_IS_HELD(SignalStoreConformance.Ending.class, place -> new SealedMapStore(place) {
        @Override
        public void end(EndedSignal ended) {
            append(ended);
            delete(ended.signal().key());
        }
    }),
    HAS_NO_LOG_THOUGH_DECLARED(SignalStoreConformance.TradeHistory.class, place -> new SealedMapStore(place) {
        @Override
        public Optional<TradeLog> tradeLog() {
            return Optional.empty();
        }
    }),
    WRITES_ONE_OF_SEVERAL(SignalStoreConformance.WritingSeveral.class, place -> new SealedMapStore(place) {
        @Override
        public void writeAll(Map<SignalKey, Signal> signals) {
            firstOf(signals.values()).ifPresent(signal -> write(signal.key(), signal));
        }
    }),
    REPLACES_EVERYTHING_BY_SEVERAL(SignalStoreConformance.WritingSeveral.class, place -> new SealedMapStore(place) {
        @Override
        public void writeAll(Map<SignalKey, Signal> signals) {
            place.records.clear();
            super.writeAll(signals);
        }
    }),
    TAKES_A_WRONG_KEY(SignalStoreConformance.WrongUse.class, place -> new SealedMapStore(place) {
        @Override
        public void write(SignalKey key, Signal signal) {
            put(key, signal);
        }
    }),
    CHANGES_THE_SLOT_IT_REFUSES(SignalStoreConformance.WrongUse.class, place -> new SealedMapStore(place) {
        @Override
        public void write(SignalKey key, Signal signal) {
            delete(key);
            super.write(key, signal);
        }
    }),
    CUTS_LONG_NOTES(SignalStoreConformance.LargeAndOddRecords.class, place -> new SealedMapStore(place) {
        @Override
        Signal kept(Signal signal) {
            String note = signal.note();
            return signal.toBuilder()
                    .note(note.substring(0, Math.min(note.length(), 32_767)))
                    .build();
        }
    }),
    KEEPS_THE_BASIC_PLANE_ONLY(SignalStoreConformance.LargeAndOddRecords.class, place -> new SealedMapStore(place) {
        @Override
        Signal kept(Signal signal) {
            String note = signal.note().replaceAll("[^\\u0000-\\uFFFF]", "\uFFFD");
            return signal.toBuilder().note(note).build();
        }
    }),
    DROPS_NONCHARACTERS(SignalStoreConformance.LargeAndOddRecords.class, place -> new SealedMapStore(place) {
        @Override
        Signal kept(Signal signal) {
            String note = signal.note().replaceAll("[\uFFFE\uFFFF]", "");
            return signal.toBuilder().note(note).build();
        }
    }),
    SPLITS_MEMO_NAMES_AT_POINTS(SignalStoreConformance.LargeAndOddRecords.class, place -> new SealedMapStore(place) {
        @Override
        Signal kept(Signal signal) {
            Map<String, String> memo = new TreeMap<>();
            signal.memo().forEach((name, value) -> memo.put(name.replaceFirst("\\..*", ""), value));
            return signal.toBuilder().memo(memo).build();
        }
    }),
    EXPIRES_HELD_ONES(SignalStoreConformance.Expiry.class, place -> new SealedMapStore(place) {
        @Override
        public void touch(SignalKey key) {}
    }),
    EXPIRES_WHAT_WAS_WRITTEN_LONG_AGO(SignalStoreConformance.Expiry.class, place -> new SealedMapStore(place) {
        @Override
        public void write(SignalKey key, Signal signal) {
            Optional<Long> first = Optional.ofNullable(place.touched.get(key));
            super.write(key, signal);
            first.ifPresent(calls -> place.touched.put(key, calls));
        }
    }),
    EXPIRES_NOTHING(SignalStoreConformance.Expiry.class, place -> new SealedMapStore(place) {
        @Override
        boolean isAbandoned(SignalKey key, long touched) {
            return false;
        }
    }),
    EXPIRES_THE_HISTORY(SignalStoreConformance.Expiry.class, place -> new SealedMapStore(place) {
        @Override
        boolean isAbandoned(SignalKey key, long touched) {
            boolean abandoned = super.isAbandoned(key, touched);
            if (abandoned) {
                place.trades.clear();
            }
            return abandoned;
        }
    }),
    EXPIRES_UNASKED(SignalStoreConformance.Expiry.class, place -> new SealedMapStore(place).expiring()),
    OCCUPIES_A_FREE_SLOT_BY_TOUCHING_IT(SignalStoreConformance.Expiry.class, place -> new SealedMapStore(place) {
        @Override
        public void touch(SignalKey key) {
            put(key, SampleSignals.openLong(key).build());
        }
    }),
    DROPS_WRITES_AFTER_CLOSING(SignalStoreConformance.TypedErrors.class, place -> new ClosedStore(place) {
        @Override
        void whenClosed() {}
    }),
    THROWS_UNTYPED_AFTER_CLOSING(SignalStoreConformance.TypedErrors.class, place -> new ClosedStore(place) {
        @Override
        void whenClosed() {
            throw new IllegalStateException("closed");
        }
    }),
    SWALLOWS_INTERRUPTS(SignalStoreConformance.TypedErrors.class, place -> new SealedMapStore(place) {
        @Override
        public void write(SignalKey key, Signal signal) {
            boolean swallowed = Thread.interrupted();
            if (!swallowed || read(key).isEmpty()) {
                super.write(key, signal);
            }
        }
    }),
    SETS_READABLE_ONES_ASIDE(SignalStoreConformance.WrongUse.class, place -> new SealedMapStore(place) {
        @Override
        public Optional<String> setAside(SignalKey key) {
            delete(key);
            return Optional.of("somewhere");
        }
    });

    /** Changes nothing once it is closed. */
    private abstract static class ClosedStore extends SealedMapStore {

        private boolean closed;

        ClosedStore(Place place) {
            super(place);
        }

        abstract void whenClosed();

        @Override
        public void write(SignalKey key, Signal signal) {
            if (closed) {
                whenClosed();
            } else {
                super.write(key, signal);
            }
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    /** Lets readers in between two steps of a write. */
    private abstract static class TwoStepStore extends SealedMapStore {

        private final AtomicLong reads = new AtomicLong();

        TwoStepStore(Place place) {
            super(place);
        }

        abstract void firstStep(SignalKey key, Signal signal);

        @Override
        public void write(SignalKey key, Signal signal) {
            signal.requireKey(key);
            firstStep(key, signal);
            long before = reads.get();
            for (int spins = 0; spins < LONGEST_SPINS && reads.get() < before + 2; spins++) {
                Thread.onSpinWait();
            }
            put(key, signal);
        }

        @Override
        public Optional<Signal> read(SignalKey key) {
            Optional<Signal> found = super.read(key);
            reads.incrementAndGet();
            return found;
        }
    }

    private static final int LONGEST_SPINS = 200_000;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Class<?> group;
    private final Function<Place, SignalStore> opening;

    WrongStore(Class<?> group, Function<Place, SignalStore> opening) {
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

    private static String shortened(String text) {
        return text.length() > 150 ? text.substring(0, 150) : text;
    }

    private static Optional<Signal> firstOf(Collection<Signal> signals) {
        return signals.stream().findFirst();
    }
}
