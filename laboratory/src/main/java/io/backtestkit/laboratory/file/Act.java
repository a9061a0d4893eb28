package io.backtestkit.laboratory.file;

import static io.backtestkit.laboratory.file.Samples.ELSEWHERE;
import static io.backtestkit.laboratory.file.Samples.MAIN;
import static io.backtestkit.laboratory.file.Samples.NEIGHBOUR;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import java.util.List;
import java.util.Locale;

/** Something a program does with an open store. */
enum Act {

    /** Closes the store and opens it again. */
    OPEN {
        @Override
        List<Snapshot> outcomes(Snapshot before, Snapshot seen, String id) {
            return List.of(before);
        }

        @Override
        void run(Hand hand, Snapshot seen, String id) {
            throw new IllegalStateException("Opening is the stage's own work.");
        }
    },

    /** Writes or overwrites a signal. */
    WRITE {
        @Override
        List<Snapshot> outcomes(Snapshot before, Snapshot seen, String id) {
            return written(before, Samples.open(MAIN, id));
        }

        @Override
        void run(Hand hand, Snapshot seen, String id) {
            hand.main().write(MAIN, Samples.open(MAIN, id));
        }
    },

    /** Writes or overwrites a signal of several sectors. */
    WRITE_LARGE {
        @Override
        List<Snapshot> outcomes(Snapshot before, Snapshot seen, String id) {
            return written(before, Samples.large(MAIN, id));
        }

        @Override
        void run(Hand hand, Snapshot seen, String id) {
            hand.main().write(MAIN, Samples.large(MAIN, id));
        }
    },

    /** Writes another slot of the same strategy. */
    WRITE_NEIGHBOUR {
        @Override
        List<Snapshot> outcomes(Snapshot before, Snapshot seen, String id) {
            return written(before, Samples.open(NEIGHBOUR, id));
        }

        @Override
        void run(Hand hand, Snapshot seen, String id) {
            hand.store().write(NEIGHBOUR, Samples.open(NEIGHBOUR, id));
        }
    },

    /** Writes a slot of another strategy. */
    WRITE_ELSEWHERE {
        @Override
        List<Snapshot> outcomes(Snapshot before, Snapshot seen, String id) {
            return written(before, Samples.open(ELSEWHERE, id));
        }

        @Override
        void run(Hand hand, Snapshot seen, String id) {
            hand.store().write(ELSEWHERE, Samples.open(ELSEWHERE, id));
        }
    },

    /** Frees the slot. */
    DELETE {
        @Override
        List<Snapshot> outcomes(Snapshot before, Snapshot seen, String id) {
            return before.isDamaged(MAIN) ? List.of(before) : List.of(before, before.without(MAIN));
        }

        @Override
        void run(Hand hand, Snapshot seen, String id) {
            hand.main().delete(MAIN);
        }
    },

    /** Logs the end of what is held, or of a signal that was never written, and frees the slot. */
    END {
        @Override
        List<Snapshot> outcomes(Snapshot before, Snapshot seen, String id) {
            Snapshot logged = before.with(ended(seen, id));
            return before.isDamaged(MAIN) ? List.of(before, logged) : List.of(before, logged, logged.without(MAIN));
        }

        @Override
        void run(Hand hand, Snapshot seen, String id) {
            hand.main().end(ended(seen, id));
        }
    },

    /** Logs a trade. */
    LOG {
        @Override
        List<Snapshot> outcomes(Snapshot before, Snapshot seen, String id) {
            return List.of(before, before.with(Samples.closed(Samples.open(MAIN, id))));
        }

        @Override
        void run(Hand hand, Snapshot seen, String id) {
            hand.store().tradeLog().orElseThrow().append(Samples.closed(Samples.open(MAIN, id)));
        }
    },

    /** Logs once more what was logged last. */
    LOG_AGAIN {
        @Override
        List<Snapshot> outcomes(Snapshot before, Snapshot seen, String id) {
            List<EndedSignal> trades = seen.trades(MAIN);
            return trades.isEmpty() ? List.of(before) : List.of(before, before.with(trades.get(trades.size() - 1)));
        }

        @Override
        void run(Hand hand, Snapshot seen, String id) {
            List<EndedSignal> trades = seen.trades(MAIN);
            if (!trades.isEmpty()) {
                hand.store().tradeLog().orElseThrow().append(trades.get(trades.size() - 1));
            }
        }
    },

    /** Frees the slot if it is damaged, keeping its bytes. */
    SET_ASIDE {
        @Override
        List<Snapshot> outcomes(Snapshot before, Snapshot seen, String id) {
            boolean done = before.isDamaged(MAIN) && !before.isClaimed();
            return done ? List.of(before, before.without(MAIN)) : List.of(before);
        }

        @Override
        void run(Hand hand, Snapshot seen, String id) {
            hand.store().setAside(MAIN);
        }
    },

    /** Puts a signal in the place of a damaged one, keeping its bytes. */
    REPLACE {
        @Override
        List<Snapshot> outcomes(Snapshot before, Snapshot seen, String id) {
            boolean done = before.isDamaged(MAIN) && !before.isClaimed();
            return done ? List.of(before, before.with(MAIN, new Slot.Held(Samples.open(MAIN, id)))) : List.of(before);
        }

        @Override
        void run(Hand hand, Snapshot seen, String id) {
            hand.store().setAside(MAIN, Samples.open(MAIN, id));
        }
    },

    /** Claims the slot. */
    CLAIM {
        @Override
        List<Snapshot> outcomes(Snapshot before, Snapshot seen, String id) {
            return List.of(before, before.claimedBy(Hand.OWNER));
        }

        @Override
        void run(Hand hand, Snapshot seen, String id) {
            hand.take(Hand.OWNER);
        }
    },

    /** Makes the lease of a claim run on. */
    RENEW {
        @Override
        List<Snapshot> outcomes(Snapshot before, Snapshot seen, String id) {
            return List.of(before);
        }

        @Override
        void run(Hand hand, Snapshot seen, String id) {
            hand.renew();
        }
    },

    /** Gives a claim back. */
    RELEASE {
        @Override
        List<Snapshot> outcomes(Snapshot before, Snapshot seen, String id) {
            return List.of(before, before.released());
        }

        @Override
        void run(Hand hand, Snapshot seen, String id) {
            hand.release();
        }
    },

    /** Reads everything. */
    READ {
        @Override
        List<Snapshot> outcomes(Snapshot before, Snapshot seen, String id) {
            return List.of(before);
        }

        @Override
        void run(Hand hand, Snapshot seen, String id) {
            Snapshot said = Snapshot.of(hand.store());
            if (!said.equals(seen)) {
                throw new Contradiction("it says " + said + " instead of " + seen);
            }
        }
    };

    /**
     * Returns what a store may say if the power goes in the middle, the state before it first, the one after it last.
     *
     * @param seen what a program sees when it begins; as a rule that is {@code before}, but after a kill the power may still
     *     take away what is seen
     */
    abstract List<Snapshot> outcomes(Snapshot before, Snapshot seen, String id);

    /** Does it, with what is seen; {@code id} is the id of a new signal. Throws what the store throws, on a damaged slot for example. */
    abstract void run(Hand hand, Snapshot seen, String id);

    /** Says whether it is refused while somebody has claimed the slot. */
    boolean isRefusedUnderClaim() {
        return this == SET_ASIDE || this == REPLACE;
    }

    private static List<Snapshot> written(Snapshot before, Signal signal) {
        SignalKey key = signal.key();
        return before.isDamaged(key) ? List.of(before) : List.of(before, before.with(key, new Slot.Held(signal)));
    }

    private static EndedSignal ended(Snapshot seen, String id) {
        Signal held = seen.slot(MAIN).orElse(null) instanceof Slot.Held slot ? slot.signal() : Samples.open(MAIN, id);
        return Samples.closed(held);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Act parse(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
