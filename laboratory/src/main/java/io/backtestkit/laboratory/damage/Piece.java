package io.backtestkit.laboratory.damage;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.Claims;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.UnreadableSignalException;
import io.backtestkit.testkit.SampleSignals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** What is kept of a slot, and what the store must do once it is damaged. */
enum Piece {
    /** The signal held. */
    RECORD {
        @Override
        List<String> accepted(SignalStore store) {
            Signal next = HELD.toBuilder().note("next").build();
            List<String> accepted = new ArrayList<>();
            refused(() -> store.read(KEY), "read", accepted);
            refused(() -> store.write(KEY, next), "written over", accepted);
            refused(() -> store.delete(KEY), "deleted", accepted);
            refused(() -> store.end(SampleSignals.closed(HELD)), "ended", accepted);
            return accepted;
        }
    },
    /** Who has the slot. */
    CLAIM {
        @Override
        List<String> accepted(SignalStore store) {
            Claims claims = claims(store);
            List<String> accepted = new ArrayList<>();
            refused(() -> claims.holder(KEY), "told who has it", accepted);
            refused(() -> claims.claim(KEY, "thief", LEASE), "claimed by another", accepted);
            refused(() -> claims.takeOver(GRANTED, "thief", LEASE), "taken over", accepted);
            refused(() -> claims.renew(GRANTED, LEASE), "renewed", accepted);
            refused(() -> claims.write(GRANTED, HELD), "written under its claim", accepted);
            return accepted;
        }
    },
    /** The signals that have ended. */
    LOG {
        @Override
        List<String> accepted(SignalStore store) {
            List<String> accepted = new ArrayList<>();
            refused(() -> store.tradeLog().orElseThrow().trades(KEY), "read", accepted);
            return accepted;
        }

        /** A log that was cut off looks like one whose last line a crash tore: what is left must be what was there. */
        @Override
        boolean isStillTrue(SignalStore store) {
            List<EndedSignal> left = store.tradeLog().orElseThrow().trades(KEY);
            return left.size() <= ENDED.size() && left.equals(ENDED.subList(0, left.size()));
        }
    };

    static final SignalKey KEY = SampleSignals.key();
    private static final Duration LEASE = Duration.ofHours(1);
    private static final Signal HELD = SampleSignals.fullyFilled(KEY).id("held").build();
    private static final List<EndedSignal> ENDED = List.of(
            SampleSignals.closed(SampleSignals.openLong(KEY).id("first").build()),
            SampleSignals.cancelled(
                    SampleSignals.scheduledShort(KEY).id("second").build()),
            SampleSignals.closed(SampleSignals.openLong(KEY).id("third").build()));
    private static final Claim GRANTED = new Claim(KEY, "owner", 1, SampleSignals.AT);

    /** Keeps one of it, and nothing else. */
    void keep(SignalStore store) {
        switch (this) {
            case RECORD -> store.write(KEY, HELD);
            case CLAIM -> claims(store).claim(KEY, GRANTED.owner(), LEASE);
            case LOG -> ENDED.forEach(ended -> store.tradeLog().orElseThrow().append(ended));
        }
    }

    /** Returns what the store did as if nothing was damaged. */
    abstract List<String> accepted(SignalStore store);

    /** Says whether what is left after a truncation is true, though it is not all; only of a log. */
    boolean isStillTrue(SignalStore store) {
        return false;
    }

    /** Returns what is wrong with the store after its bytes were cut off; empty if it noticed. */
    final Optional<String> afterCut(SignalStore store) {
        return told(accepted(store), () -> isStillTrue(store));
    }

    /** Returns what is wrong with the store after a bit was flipped; empty if it noticed. */
    final Optional<String> afterFlip(SignalStore store) {
        return told(accepted(store), () -> false);
    }

    private static Optional<String> told(List<String> accepted, BooleanSupplier bearable) {
        return accepted.isEmpty() || bearable.getAsBoolean()
                ? Optional.empty()
                : Optional.of("though damaged, it was " + String.join(", ", accepted));
    }

    private static Claims claims(SignalStore store) {
        return store.claims().orElseThrow();
    }

    private static void refused(Runnable call, String what, List<String> accepted) {
        try {
            call.run();
            accepted.add(what);
        } catch (UnreadableSignalException told) {
            // as it must be
        }
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
