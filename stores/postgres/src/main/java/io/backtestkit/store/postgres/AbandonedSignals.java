package io.backtestkit.store.postgres;

import io.backtestkit.store.SignalStoreException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Removes signals that nobody touched for too long. Nothing, unless the store was told to. */
final class AbandonedSignals {

    private static final Logger LOG = System.getLogger(PostgresSignalStore.class.getName());

    private final PostgresDatabase database;
    private final SignalTable signals;
    private final Optional<Duration> after;
    private final AtomicLong lastNanos = new AtomicLong(System.nanoTime());

    /**
     * Removes them from there.
     *
     * @param sweeping false for one who only looks: then nothing is removed
     */
    AbandonedSignals(PostgresDatabase database, SignalTable signals, boolean sweeping) {
        this.database = database;
        this.signals = signals;
        after = database.options().expireAbandonedAfter().filter(limit -> sweeping);
    }

    /** Removes them now. By the clock of the server: those of its clients may differ. */
    void remove() {
        after.ifPresent(limit -> {
            List<String> removed = database.run(
                    Act.changing("remove abandoned signals of"),
                    connection -> signals.sweep(connection, limit.toMillis()));
            if (!removed.isEmpty()) {
                LOG.log(
                        Level.WARNING,
                        database.store() + ": removed after " + limit + " without a touch: "
                                + String.join(", ", removed));
            }
        });
    }

    /** Removes them if a quarter of the time has passed since the last look. A failure is no failure of the caller's act. */
    void removeIfDue() {
        if (after.isEmpty()) {
            return;
        }
        long last = lastNanos.get();
        long now = System.nanoTime();
        if (now - last >= after.get().toNanos() / 4 && lastNanos.compareAndSet(last, now)) {
            try {
                remove();
            } catch (SignalStoreException e) {
                LOG.log(Level.WARNING, e.getMessage(), e);
            }
        }
    }
}
