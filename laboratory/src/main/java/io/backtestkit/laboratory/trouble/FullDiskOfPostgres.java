package io.backtestkit.laboratory.trouble;

import io.backtestkit.laboratory.trouble.Trouble.Nature;
import io.backtestkit.laboratory.trouble.Trouble.Place;
import io.backtestkit.servers.PostgresServer;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.testkit.SampleSignals;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/** A real PostgreSQL on a disk that becomes full. Needs to mount. */
final class FullDiskOfPostgres {

    private static final Duration TIMEOUT = Duration.ofMillis(700);
    private static final long LESS_THAN_A_FILE_OF_WAL = 8L << 20;
    private static final int MOST_FILLERS = 1_000;
    private static final long LONGEST_RECOVERY_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** Goes on to a new file of the log, if there is one that was made in advance; each time there is one less. */
    private static final String USE_UP_WAL = """
            do $$ begin
                while exists (select from pg_ls_waldir()
                        where name ~ '^[0-9A-F]{24}$' and name > pg_walfile_name(pg_current_wal_insert_lsn())) loop
                    perform pg_logical_emit_message(false, 'trouble', 'filler');
                    perform pg_switch_wal();
                end loop;
                perform pg_logical_emit_message(false, 'trouble', 'filler');
                perform pg_switch_wal();
            end $$""";

    private final SmallDisk disk = new SmallDisk("size=128m");
    private final PostgresServer server = new PostgresServer(disk.folder(), Map.of("autovacuum", "off"));
    private final String location = server.through(server.port(), server.newPlace(), TIMEOUT);
    private int fillers;

    private FullDiskOfPostgres() {}

    /**
     * No table can grow. As on every real disk, what fits into the last pages still succeeds, so other strategies fill them;
     * the log goes on in the file that it has.
     */
    static Trouble ofTables() {
        FullDiskOfPostgres full = new FullDiskOfPostgres();
        return full.trouble(Nature.readable(StoreRefusedException.class), full::fillTables, full.disk::empty);
    }

    /**
     * There is room for what tables need, but none for the next file of the log: the server panics at the next change, and
     * cannot start again.
     */
    static Trouble ofWal() {
        FullDiskOfPostgres full = new FullDiskOfPostgres();
        return full.trouble(Nature.unreadable(StoreUnavailableException.class, ""), full::fillWal, full::emptyAndStart);
    }

    private Trouble trouble(Nature nature, Runnable begin, Runnable end) {
        return new Trouble(Place.at(location), nature, begin, end, this::close);
    }

    private void fillTables() {
        try (SignalStore others = SignalStores.open(location)) {
            disk.fill();
            untilRefused(number -> {
                SignalKey key = other(number);
                others.write(key, SampleSignals.openLong(key).build());
            });
            untilRefused(number -> {
                SignalKey key = other(number);
                others.write(key, SampleSignals.scheduledShort(key).build());
            });
            untilRefused(number -> {
                Signal signal = SampleSignals.openLong(other(number)).build();
                others.tradeLog().orElseThrow().append(SampleSignals.closed(signal));
            });
            untilRefused(number -> {
                Signal signal = SampleSignals.scheduledShort(other(number)).build();
                others.tradeLog().orElseThrow().append(SampleSignals.cancelled(signal));
            });
        }
    }

    private static SignalKey other(int number) {
        return new SignalKey("other", "X" + number);
    }

    private void untilRefused(IntConsumer change) {
        for (int i = 0; i < MOST_FILLERS; i++) {
            try {
                change.accept(fillers++);
            } catch (StoreRefusedException e) {
                if (!String.valueOf(e.getMessage()).contains("53100")) {
                    throw e;
                }
                return;
            }
        }
        throw new IllegalStateException("Cannot make trouble: the server takes changes though its disk is full.");
    }

    private void fillWal() {
        disk.fillBut(LESS_THAN_A_FILE_OF_WAL);
        server.execute(USE_UP_WAL);
    }

    private void emptyAndStart() {
        disk.empty();
        long end = System.nanoTime() + LONGEST_RECOVERY_NANOS;
        while (!server.answers()) {
            if (System.nanoTime() > end) {
                server.kill();
                server.start();
                return;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
    }

    private void close() {
        disk.empty();
        server.close();
        disk.remove();
    }
}
