package io.backtestkit.testkit;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import java.util.Map;
import java.util.Optional;

/** A change of one slot that may be disturbed: what is there before, and what must be there once it is made. */
enum Change {
    /** The first write of a slot. */
    CREATE {
        @Override
        Optional<Signal> before(SignalKey key) {
            return Optional.empty();
        }

        @Override
        Optional<Signal> after(SignalKey key) {
            return Optional.of(next(key));
        }

        @Override
        void make(SignalStore store, SignalKey key) {
            store.write(key, next(key));
        }
    },
    /** A write over another signal. */
    REPLACE {
        @Override
        Optional<Signal> after(SignalKey key) {
            return Optional.of(next(key));
        }

        @Override
        void make(SignalStore store, SignalKey key) {
            store.write(key, next(key));
        }
    },
    /** One of several writes in one call, of which those before a failing one may stay. */
    WRITE_SEVERAL {
        @Override
        Optional<Signal> after(SignalKey key) {
            return Optional.of(next(key));
        }

        @Override
        void make(SignalStore store, SignalKey key) {
            SignalKey neighbour = new SignalKey(key.strategy(), key.symbol() + "-2");
            store.writeAll(Map.of(key, next(key), neighbour, next(neighbour)));
        }

        @Override
        boolean isOfOneSlot() {
            return false;
        }
    },
    /** The freeing of a slot. */
    DELETE {
        @Override
        Optional<Signal> after(SignalKey key) {
            return Optional.empty();
        }

        @Override
        void make(SignalStore store, SignalKey key) {
            store.delete(key);
        }
    },
    /** The move of a signal to the trade log. */
    END {
        @Override
        Optional<Signal> after(SignalKey key) {
            return Optional.empty();
        }

        @Override
        void make(SignalStore store, SignalKey key) {
            store.end(SampleSignals.closed(held(key)));
        }
    };

    static Signal held(SignalKey key) {
        return SampleSignals.openLong(key).id("held").build();
    }

    static Signal next(SignalKey key) {
        return SampleSignals.fullyFilled(key).id("next").build();
    }

    /** Returns what the slot holds before. */
    Optional<Signal> before(SignalKey key) {
        return Optional.of(held(key));
    }

    /** Returns what the slot holds afterwards. */
    abstract Optional<Signal> after(SignalKey key);

    abstract void make(SignalStore store, SignalKey key);

    /** Says whether it changes this slot alone: then a failure carries its key and tells what became of it. */
    boolean isOfOneSlot() {
        return true;
    }
}
