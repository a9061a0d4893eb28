package io.backtestkit.store.postgres;

import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.store.postgres.PostgresFailures.Stage;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Lends connections for one call each, and sets what a call needs in the transaction, never in the session.
 *
 * <p>A call is either a single statement that commits itself, or a transaction. Where the time-outs were not given when the
 * connection was made (the user's own {@code DataSource}, or a pooler in between), every call is a transaction that begins
 * by setting them. There, too, nothing is known of the server behind the connection, nor of what others set in the session:
 * while trading, a call first looks whether it is on a primary, and lets its commit wait for the disk.
 */
final class PostgresDatabase implements AutoCloseable {

    private static final Logger LOG = System.getLogger(PostgresDatabase.class.getName());

    /** What is done with a connection. */
    interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    private static final int LONGEST_LOOK_SECONDS = 1;

    /** The server's role; and where the session's commits do not wait for the disk, this one does. */
    private static final String LOOK = "select pg_is_in_recovery(), case current_setting('synchronous_commit')"
            + " when 'off' then set_config('synchronous_commit', 'on', true) end; ";

    /** Said by a server that takes no changes, as a standby does. */
    private static final String READ_ONLY = "25006";

    private final DataSource source;
    private final Runnable closing;
    private final PostgresOptions options;
    private final Optional<String> localSettings;
    private final PostgresFailures failures;
    private volatile boolean trading;
    private volatile boolean closed;

    private PostgresDatabase(
            DataSource source, Runnable closing, PostgresOptions options, boolean local, PostgresFailures failures) {
        this.source = source;
        this.closing = closing;
        this.options = options;
        this.failures = failures;
        this.localSettings = local
                ? Optional.of("set local " + String.join("; set local ", options.serverSettings()))
                : Optional.empty();
    }

    /** Uses connections that come with their time-outs set. */
    static PostgresDatabase withTimeouts(
            DataSource source, Runnable closing, PostgresOptions options, PostgresFailures failures) {
        return new PostgresDatabase(source, closing, options, false, failures);
    }

    /** Uses connections of which nothing is known. */
    static PostgresDatabase settingTimeouts(
            DataSource source, Runnable closing, PostgresOptions options, PostgresFailures failures) {
        return new PostgresDatabase(source, closing, options, true, failures);
    }

    PostgresOptions options() {
        return options;
    }

    String store() {
        return failures.store();
    }

    /** Takes no standby's answer from now on, and lets every commit wait for the disk. Before, the preflight sees what is. */
    void trade() {
        trading = true;
    }

    /** Runs a single statement. */
    <T> T run(Act act, Work<T> work) {
        return localSettings.isPresent() ? transact(act, work) : call(act, false, options, work);
    }

    /** Runs several statements: all or none. */
    <T> T transact(Act act, Work<T> work) {
        return call(act, true, options, work);
    }

    /** Runs several statements with other time-outs: all or none. */
    <T> T transact(Act act, PostgresOptions patience, Work<T> work) {
        return call(act, true, patience, connection -> {
            set(connection, "set local " + String.join("; set local ", patience.serverSettings()));
            return work.on(connection);
        });
    }

    private <T> T call(Act act, boolean transaction, PostgresOptions limits, Work<T> work) {
        Connection connection = borrow(act);
        Loan loan = new Loan(connection);
        // A statement that commits itself is under way as soon as it runs; a transaction only once it commits.
        boolean underWay = false;
        try {
            loan.limitSocket(limits, !limits.equals(options));
            loan.autoCommit(!transaction);
            if (transaction && localSettings.isPresent() && !begins(connection, localSettings.get())) {
                loan.giveUp();
                throw StoreUnavailableException.notSent(
                        act.failure(store(), "the connection led to a standby, not to the primary", Act.AGAIN), null);
            }
            underWay = !transaction;
            T result = work.on(connection);
            if (transaction) {
                underWay = true;
                connection.commit();
            }
            loan.settled = true;
            return result;
        } catch (SQLException e) {
            Stage stage = underWay ? Stage.UNDER_WAY : Stage.PREPARING;
            SignalStoreException failure = failures.of(act, e, stage, () -> hasEnded(connection));
            if (new Thrown(e).state().equals(READ_ONLY)) {
                loan.giveUp();
            }
            throw failure;
        } finally {
            loan.giveBack();
        }
    }

    private Connection borrow(Act act) {
        try {
            if (!closed) {
                return source.getConnection();
            }
        } catch (SQLException e) {
            if (!closed) {
                throw failures.of(act, e, Stage.CONNECTING, () -> false);
            }
        }
        throw new StoreRefusedException(act.failure(store(), "the store was closed", "Open it again."), null);
    }

    private static boolean hasEnded(Connection connection) {
        try {
            return !connection.isValid(LONGEST_LOOK_SECONDS);
        } catch (SQLException e) {
            return true;
        }
    }

    /** Sets what is local to the transaction; false, found in the same round trip, if that must not go on: on a standby. */
    private boolean begins(Connection connection, String settings) throws SQLException {
        if (!trading) {
            set(connection, settings);
            return true;
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute(LOOK + settings);
            try (ResultSet row = statement.getResultSet()) {
                return row.next() && !row.getBoolean(1);
            }
        }
    }

    private static void set(Connection connection, String settings) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(settings);
        }
    }

    /** Lends no more connections. */
    @Override
    public void close() {
        closed = true;
        closing.run();
    }

    /** A connection that is given back as it was. */
    private static final class Loan {

        private final Connection connection;
        private boolean settled;
        private @Nullable Boolean autoCommitBefore;
        private @Nullable Integer timeoutBefore;

        Loan(Connection connection) {
            this.connection = connection;
        }

        /** Bounds the wait for answers where it is endless, which is the driver's default; or always. */
        void limitSocket(PostgresOptions limits, boolean always) throws SQLException {
            int present = connection.getNetworkTimeout();
            if (always || present == 0) {
                timeoutBefore = present;
                connection.setNetworkTimeout(
                        Runnable::run, Math.toIntExact(limits.socketTimeout().toMillis()));
            }
        }

        void autoCommit(boolean wanted) throws SQLException {
            boolean present = connection.getAutoCommit();
            if (present != wanted) {
                autoCommitBefore = present;
                connection.setAutoCommit(wanted);
            }
        }

        /** Ends the connection: a pool would lend it again for as long as it works. */
        void giveUp() {
            try {
                connection.abort(Runnable::run);
            } catch (SQLException e) {
                LOG.log(Level.DEBUG, "A connection could not be ended.", e);
            }
        }

        /** Rolls back what was not settled. What fails here changes no outcome: the server drops what was not committed. */
        void giveBack() {
            try (connection) {
                if (!settled && !connection.getAutoCommit()) {
                    connection.rollback();
                }
                if (autoCommitBefore != null) {
                    connection.setAutoCommit(autoCommitBefore);
                }
                if (timeoutBefore != null) {
                    connection.setNetworkTimeout(Runnable::run, timeoutBefore);
                }
            } catch (SQLException e) {
                LOG.log(Level.DEBUG, "A connection could not be given back in order.", e);
            }
        }
    }
}
