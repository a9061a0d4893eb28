package io.backtestkit.store.postgres;

import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.StoreFailure;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.store.UnreadableSignalException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Turns what the driver throws into the right kind of {@link SignalStoreException}, by SQLSTATE.
 *
 * @param store where, for the messages
 * @param secret the password, which no message may hold; the empty string if there is none
 */
record PostgresFailures(String store, String secret) {

    /** The server has rolled back and says so: not done, and worth another try. */
    private static final Set<String> NOT_DONE = Set.of("53300", "40001", "40P01", "55P03", "57014");

    /** The connection is gone, or about to be: what was on its way may have been done. */
    private static final Set<String> LOST = Set.of("57P01", "57P02", "57P03", "57P05", "25P03", "25P04", "40003");

    /** Of the class of lost connections, but a fault of set-up: no TLS offered. */
    private static final String NOT_ACCEPTED = "08004";

    /** A message the other side cannot take; and whatever PgBouncer has to say, in these words. */
    private static final String PROTOCOL = "08P01";

    private static final Pattern POOLER_SET_UP_WRONG = Pattern.compile(
            "unsupported startup parameter|no such (?:user|database)|auth(?:entication)? failed",
            Pattern.CASE_INSENSITIVE);

    private static final Set<String> BROKEN_PAGES = Set.of("XX001", "XX002");

    /** Classes of faults of the server's own, which it may end itself for, with the change on its disk or not. */
    private static final Set<String> MAY_END_IT = Set.of("53", "58", "XX");

    private static final String READ_BACK = "It may have been done all the same: read it back first.";

    private static final String POOLER =
            "add transactionPooling=true to the location, or prepareThreshold=0 to a data source of your own.";

    private static final Map<String, String> ADVICE = Map.ofEntries(
            Map.entry("53100", "The server's disk is full: free some space on it."),
            Map.entry("53200", "The server is out of memory: give it more, or fewer connections."),
            Map.entry("42501", "The role lacks a right: grant it, or let the owner of the schema open the store once."),
            Map.entry("25006", "The server takes no changes: connect to the primary, naming every host."),
            Map.entry("28000", "Correct the user, or let pg_hba.conf admit it."),
            Map.entry("28P01", "Correct the user or the password."),
            Map.entry("3D000", "Create the database, or correct its name."),
            Map.entry("42P01", "A table is missing: opening the store again makes what was never there."),
            Map.entry("42P10", "The primary key of a table is missing: restore it."),
            Map.entry("26000", "A pooler stands in between: " + POOLER),
            Map.entry("08P01", "If a pooler stands in between: " + POOLER),
            Map.entry("08004", "If the server offers no TLS, switch it on there, or say insecure=true."));

    /** Returns the failure; {@code sent} if a change may have been under way when it came. */
    SignalStoreException of(Act act, SQLException thrown, boolean sent) {
        String state = state(thrown);
        SQLException cause = withoutSecret(thrown);
        String found = found(cause, state);
        if (BROKEN_PAGES.contains(state)) {
            StoreFailure failure =
                    act.failure(store, found, "Restore the database from a backup; change nothing in it.");
            return act.key().isPresent()
                    ? new UnreadableSignalException(failure, cause)
                    : new StoreRefusedException(failure, cause);
        }
        if (NOT_DONE.contains(state)) {
            return StoreUnavailableException.notSent(
                    act.failure(store, found, "Nothing was changed. Try again."), cause);
        }
        if (isLost(thrown, state) && !isTlsFault(thrown)) {
            return sent && act.changes()
                    ? StoreUnavailableException.unknown(act.failure(store, found, READ_BACK), cause)
                    : StoreUnavailableException.notSent(
                            act.failure(store, found, "Nothing was changed. Try again."), cause);
        }
        String advice = isTlsFault(thrown)
                ? tlsAdvice(thrown)
                : ADVICE.getOrDefault(state, "Nothing was changed. See the log of the server.");
        return new StoreRefusedException(act.failure(store, found, advice), cause);
    }

    /** Says whether this may be what a server says before it ends itself: in its language, and so known by what it does next. */
    static boolean mayBeLastWord(SQLException thrown) {
        String state = state(thrown);
        return state.length() == 5 && MAY_END_IT.contains(state.substring(0, 2));
    }

    /** Returns the failure of a change during which the server said this and ended the connection, as in a panic. */
    SignalStoreException lastWord(Act act, SQLException thrown) {
        SQLException cause = withoutSecret(thrown);
        String found = found(cause, state(thrown)) + " and ended the connection";
        return StoreUnavailableException.unknown(act.failure(store, found, READ_BACK), cause);
    }

    private static boolean isLost(SQLException thrown, String state) {
        if (state.equals(PROTOCOL)) {
            Optional<ServerErrorMessage> said = said(thrown);
            return said.isEmpty()
                    || ("FATAL".equals(said.get().getSeverity())
                            && !POOLER_SET_UP_WRONG
                                    .matcher(String.valueOf(said.get().getMessage()))
                                    .find());
        }
        return state.isEmpty() || LOST.contains(state) || (state.startsWith("08") && !state.equals(NOT_ACCEPTED));
    }

    /** Returns what the other side said; empty if the driver itself found the fault. */
    private static Optional<ServerErrorMessage> said(SQLException thrown) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (t instanceof PSQLException of && of.getServerErrorMessage() != null) {
                return Optional.of(of.getServerErrorMessage());
            }
        }
        return Optional.empty();
    }

    private static String tlsAdvice(SQLException thrown) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (t instanceof CertificateExpiredException) {
                return "A certificate has expired (" + t.getMessage() + "): let the server show a new one.";
            }
        }
        return "Name the certificate of its issuer with sslRootCert=FILE, or say insecure=true.";
    }

    private static boolean isTlsFault(SQLException thrown) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (t instanceof CertificateException || (t instanceof SSLException && t.getCause() == null)) {
                return true;
            }
        }
        return false;
    }

    /** Returns the SQLSTATE nearest to the surface; the empty string if there is none, as when the pool has none free. */
    private static String state(SQLException thrown) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (t instanceof SQLException sql && sql.getSQLState() != null) {
                return sql.getSQLState();
            }
        }
        return "";
    }

    private static String found(SQLException thrown, String state) {
        SQLException shown = thrown;
        while ((shown.getSQLState() == null || shown instanceof SQLTransientConnectionException)
                && shown.getCause() instanceof SQLException deeper) { // what a pool says hides why
            shown = deeper;
        }
        if (String.valueOf(shown.getMessage())
                .contains("targetServerType: p")) { // the driver's own word for several hosts
            return String.valueOf(shown.getMessage()).contains("preferPrimary")
                    ? "none of its hosts could be reached"
                    : "none of its hosts could be reached and is the primary";
        }
        String text = String.valueOf(shown.getMessage()).strip().replaceAll("\\s*\\R\\s*", "; ");
        return "it said '" + text + "'" + (state.isEmpty() ? "" : " (SQLSTATE " + state + ")");
    }

    /** Returns the exception itself, or a copy without its causes if any of their messages holds the password. */
    private SQLException withoutSecret(SQLException thrown) {
        if (secret.isEmpty() || !hasSecret(thrown)) {
            return thrown;
        }
        String message = String.valueOf(thrown.getMessage()).replace(secret, "***");
        SQLException copy = new SQLException(message, state(thrown), thrown.getErrorCode());
        copy.setStackTrace(thrown.getStackTrace());
        return copy;
    }

    private boolean hasSecret(@Nullable Throwable thrown) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (String.valueOf(t).contains(secret)) {
                return true;
            }
            for (Throwable suppressed : t.getSuppressed()) {
                if (hasSecret(suppressed)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Shows no password. */
    @Override
    public String toString() {
        return "failures of " + store;
    }
}
