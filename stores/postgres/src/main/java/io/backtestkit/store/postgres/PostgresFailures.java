package io.backtestkit.store.postgres;

import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.StoreFailure;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.store.UnreadableSignalException;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Turns what the driver throws into the right kind of {@link SignalStoreException}, by SQLSTATE.
 *
 * @param store where, for the messages
 * @param secret the password, which no message may hold; the empty string if there is none
 */
record PostgresFailures(String store, String secret) {

    /** How far the call had come. */
    enum Stage {
        /** There was no connection yet. */
        CONNECTING,
        /** Nothing was sent that could stay: a transaction before its commit. */
        PREPARING,
        /** What was sent may have been carried out. */
        UNDER_WAY
    }

    /** The server has rolled back and says so: not done, and worth another try. */
    private static final Set<String> NOT_DONE = Set.of("53300", "40001", "40P01", "55P03", "57014");

    /** The connection is gone, or about to be: what was on its way may have been done. */
    private static final Set<String> LOST = Set.of("57P01", "57P02", "57P03", "57P05", "25P03", "25P04", "40003");

    /** Of the class of lost connections, but a fault of set-up: no TLS offered, no password given. */
    private static final String NOT_ACCEPTED = "08004";

    /** A message the other side cannot take; and whatever PgBouncer has to say, in its own English words. */
    static final String PROTOCOL = "08P01";

    private static final String OUT_OF_MEMORY = "53200";

    /** Said for rights, and for files of the server's own that it may not write: then it may end itself, in a panic. */
    private static final String FORBIDDEN = "42501";

    private static final Pattern WRONG_PARAMETER =
            Pattern.compile("unsupported startup parameter", Pattern.CASE_INSENSITIVE);

    private static final Pattern POOLER_SET_UP_WRONG = Pattern.compile(
            "no such (?:user|database)|auth(?:entication)? failed|login rejected|SSL required|bouncer config error"
                    + "|transaction blocks not allowed in statement pooling mode",
            Pattern.CASE_INSENSITIVE);

    private static final Set<String> BROKEN_PAGES = Set.of("XX001", "XX002");

    private static final String READ_BACK = "It may have been done all the same: read it back first.";

    private static final String POOLER =
            "add transactionPooling=true to the location, or prepareThreshold=0 to a data source of your own.";

    private static final Map<String, String> ADVICE = Map.ofEntries(
            Map.entry("53100", "The server's disk is full: free some space on it."),
            Map.entry("25006", "The server takes no changes: connect to the primary, naming every host."),
            Map.entry("28000", "Correct the user, or let pg_hba.conf admit it."),
            Map.entry("28P01", "Correct the user or the password."),
            Map.entry("3D000", "Create the database, or correct its name."),
            Map.entry("3F000", "The schema is missing, or closed to this role: grant usage on it."),
            Map.entry("42P01", "A table is missing: opening the store again makes what was never there."),
            Map.entry("42P10", "The primary key of a table is missing: restore it."),
            Map.entry("26000", "A pooler stands in between: " + POOLER));

    /**
     * Returns the failure.
     *
     * @param hasEnded looks whether the connection has ended; asked only where it matters
     */
    SignalStoreException of(Act act, SQLException exception, Stage stage, BooleanSupplier hasEnded) {
        Thrown thrown = new Thrown(exception);
        String state = thrown.state();
        Optional<NoConnection> none = stage == Stage.CONNECTING ? NoConnection.of(thrown) : Optional.empty();
        String found = found(thrown, none.flatMap(NoConnection::found));
        SQLException cause = withoutSecret(exception, state);
        boolean sent = stage == Stage.UNDER_WAY && act.changes();
        if (none.isPresent()) {
            String advice = none.get().advice();
            return none.get().lasting()
                    ? new StoreRefusedException(act.failure(store, found, advice), cause)
                    : StoreUnavailableException.notSent(act.failure(store, found, advice + " " + Act.AGAIN), cause);
        }
        if (NOT_DONE.contains(state)) {
            return lost(act, found, cause, false);
        }
        boolean setUp = !sent && isPoolerSetUp(thrown);
        if ((isLost(thrown) && !setUp) || (sent && isOutOfMemoryHere(thrown))) {
            return lost(act, found, cause, sent);
        }
        boolean ended = stage != Stage.CONNECTING && !setUp && (thrown.brokeAfterwards() || hasEnded.getAsBoolean());
        if (BROKEN_PAGES.contains(state) && !(ended && sent)) {
            return broken(act, found, cause);
        }
        return ended
                ? lost(act, found + " and ended the connection", cause, sent)
                : new StoreRefusedException(act.failure(store, found, advice(thrown)), cause);
    }

    private StoreUnavailableException lost(Act act, String found, SQLException cause, boolean sent) {
        return sent
                ? StoreUnavailableException.unknown(act.failure(store, found, READ_BACK), cause)
                : StoreUnavailableException.notSent(act.failure(store, found, Act.AGAIN), cause);
    }

    private SignalStoreException broken(Act act, String found, SQLException cause) {
        StoreFailure failure = act.failure(store, found, "Restore the database from a backup; change nothing in it.");
        return act.key().isPresent()
                ? new UnreadableSignalException(failure, cause)
                : new StoreRefusedException(failure, cause);
    }

    private static boolean isLost(Thrown thrown) {
        String state = thrown.state();
        if (state.equals(PROTOCOL)) {
            return thrown.isFatal() || !thrown.isSaid();
        }
        return state.isEmpty() || LOST.contains(state) || (state.startsWith("08") && !state.equals(NOT_ACCEPTED));
    }

    /** Only before anything was sent: in the middle of its work a pooler may say the same of a server it has lost. */
    private static boolean isPoolerSetUp(Thrown thrown) {
        String text = thrown.text();
        return thrown.state().equals(PROTOCOL)
                && thrown.isSaid()
                && (WRONG_PARAMETER.matcher(text).find()
                        || POOLER_SET_UP_WRONG.matcher(text).find());
    }

    /** Says whether it was this program that could not take in the answer, of which the server knows nothing. */
    private static boolean isOutOfMemoryHere(Thrown thrown) {
        return thrown.cause(OutOfMemoryError.class).isPresent()
                || (thrown.state().equals(OUT_OF_MEMORY) && !thrown.isSaid());
    }

    private static String advice(Thrown thrown) {
        if (isOutOfMemoryHere(thrown)) {
            return "This program is out of memory: give it more.";
        }
        return switch (thrown.state()) {
            case OUT_OF_MEMORY -> "The server is out of memory: give it more, or fewer connections.";
            case FORBIDDEN -> forbidden(thrown);
            case NOT_ACCEPTED -> notAccepted(thrown);
            case PROTOCOL -> pooler(thrown);
            default -> ADVICE.getOrDefault(thrown.state(), "This attempt changed nothing: see the log of the server.");
        };
    }

    /** The routine of the server that raised it is the same in every language. */
    private static String forbidden(Thrown thrown) {
        return thrown.routine().startsWith("aclcheck")
                ? "The role lacks a right: grant it, or let the owner of the schema run backtest-kit store init."
                : "The role lacks a right, or the server may not use a file of its own: see its log.";
    }

    private static String notAccepted(Thrown thrown) {
        String tls = "If the server offers no TLS, switch it on there, or say insecure=true.";
        String password =
                "Give the password the server asks for: passwordEnv=NAME or passwordFile=FILE in the location,"
                        + " or a line in ~/.pgpass.";
        if (thrown.text().contains("SSL")) {
            return tls;
        }
        return thrown.text().contains("password") ? password : tls + " If it asks for a password: " + password;
    }

    private static String pooler(Thrown thrown) {
        String text = thrown.text();
        if (text.contains("statement pooling mode")) {
            return "Let the pooler lend connections for whole transactions (pool_mode = transaction), and " + POOLER;
        }
        return POOLER_SET_UP_WRONG.matcher(text).find()
                ? "Correct user, password and database, or the set-up of the pooler: its log says more."
                : "If a pooler stands in between: " + POOLER;
    }

    private String found(Thrown thrown, Optional<String> plainly) {
        String state = thrown.state().isEmpty() ? "" : " (SQLSTATE " + thrown.state() + ")";
        String text = thrown.text();
        if (text.contains("targetServerType: p")) { // the driver's own word for the role
            return text.contains("preferPrimary")
                    ? "none of its hosts could be reached"
                    : "no primary that takes changes could be reached";
        }
        return plainly.map(this::hidden)
                        .orElseGet(() -> "it said '" + hidden(text).strip().replaceAll("\\s*\\R\\s*", "; ") + "'")
                + state;
    }

    private String hidden(String text) {
        return secret.isEmpty() ? text : text.replace(secret, "***");
    }

    /** Returns the exception itself, or a copy without its causes if any of their messages holds the password. */
    private SQLException withoutSecret(SQLException thrown, String state) {
        if (secret.isEmpty() || !hasSecret(thrown)) {
            return thrown;
        }
        String message = hidden(String.valueOf(thrown.getMessage()));
        SQLException copy = new SQLException(message, state, thrown.getErrorCode());
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
