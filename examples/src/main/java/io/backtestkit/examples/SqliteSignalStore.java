package io.backtestkit.examples;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalEnvelope;
import io.backtestkit.signal.SignalFormatException;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.StoreFailure;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.store.UnreadableSignalException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A store of one's own, over SQLite: what is needed and nothing more. One row a signal:
 *
 * <pre>signals(strategy text, symbol text, sealed blob, primary key (strategy, symbol))</pre>
 */
// tag::open[]
public final class SqliteSignalStore implements SignalStore {

    private final Path file;
    private final Connection connection;

    private SqliteSignalStore(Path file, Connection connection) {
        this.file = file;
        this.connection = connection;
    }

    /** Opens the file, and waits up to two seconds for another process that has it locked. */
    public static SqliteSignalStore open(Path file) {
        return open(file, Duration.ofSeconds(2));
    }

    /** Opens the file; the table is there before this returns. */
    public static SqliteSignalStore open(Path file, Duration busyTimeout) {
        try {
            Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
            try (Statement sql = connection.createStatement()) {
                sql.execute("pragma synchronous = extra"); // a commit survives a power cut, its journal's deletion too
                sql.execute("pragma busy_timeout = " + busyTimeout.toMillis());
                sql.execute("create table if not exists signals (strategy text not null, symbol text not null,"
                        + " sealed blob not null, primary key (strategy, symbol))");
            }
            return new SqliteSignalStore(file, connection);
        } catch (SQLException e) {
            throw failed(StoreFailure.of("open store", "sqlite:" + file, text(e), "Check the file and its folder."), e);
        }
    }
    // end::open[]

    // tag::three[]
    @Override
    public synchronized void write(SignalKey key, Signal signal) {
        signal.requireKey(key);
        byte[] sealed = new SignalEnvelope(signal, 0).seal();
        read(key); // a damaged record must not be overwritten: this throws
        run("write signal", key, "insert or replace into signals values (?, ?, ?)", sealed);
    }

    @Override
    public synchronized Optional<Signal> read(SignalKey key) {
        byte[] sealed = select(key);
        if (sealed == null) {
            return Optional.empty();
        }
        try {
            Signal signal = SignalEnvelope.open(sealed).signal();
            if (signal.key().equals(key)) {
                return Optional.of(signal);
            }
            throw new SignalFormatException("it holds the signal of " + signal.key());
        } catch (SignalFormatException e) {
            throw new UnreadableSignalException(
                    StoreFailure.of("read signal", key, describe(), e.getMessage(), "It was kept; mend the row."), e);
        }
    }

    @Override
    public synchronized void delete(SignalKey key) {
        read(key);
        run("delete signal", key, "delete from signals where strategy = ? and symbol = ?", null);
    }
    // end::three[]

    // tag::sql[]
    /** Returns the stored bytes; null if there is no such row. */
    private byte @Nullable [] select(SignalKey key) {
        try (PreparedStatement sql =
                connection.prepareStatement("select sealed from signals where strategy = ? and symbol = ?")) {
            sql.setString(1, key.strategy());
            sql.setString(2, key.symbol());
            ResultSet row = sql.executeQuery();
            return row.next() ? row.getBytes(1) : null;
        } catch (SQLException e) {
            throw failed(StoreFailure.of("read signal", key, describe(), text(e), "Check the file."), e);
        }
    }

    /** Runs a statement that changes the row; SQLite has made it durable when this returns. */
    private void run(String act, SignalKey key, String statement, byte @Nullable [] sealed) {
        try (PreparedStatement sql = connection.prepareStatement(statement)) {
            sql.setString(1, key.strategy());
            sql.setString(2, key.symbol());
            if (sealed != null) {
                sql.setBytes(3, sealed);
            }
            sql.executeUpdate();
        } catch (SQLException e) {
            throw failed(StoreFailure.of(act, key, describe(), text(e), "Check the file and the disk."), e);
        }
    }

    /** Says what was found, for the message. */
    private static String text(SQLException e) {
        return "SQLite reported '" + e.getMessage() + "'";
    }
    // end::sql[]

    // tag::errors[]
    /** Tells what may be tried again from what needs a person; the codes are SQLite's. */
    private static SignalStoreException failed(StoreFailure failure, SQLException e) {
        return switch (e.getErrorCode() & 0xff) {
            case 5, 6 -> StoreUnavailableException.notSent(failure, e); // busy, locked
            case 3, 8, 11, 13, 14, 23, 26 -> new StoreRefusedException(failure, e); // no right, full, not a database
            default -> StoreUnavailableException.unknown(failure, e);
        };
    }
    // end::errors[]

    // tag::close[]
    @Override
    public String describe() {
        return "sqlite:" + file;
    }

    @Override
    public synchronized void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw failed(StoreFailure.of("close store", describe(), text(e), ""), e);
        }
    }
    // end::close[]
}
