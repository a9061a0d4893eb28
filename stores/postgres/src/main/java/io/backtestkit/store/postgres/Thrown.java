package io.backtestkit.store.postgres;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What the driver threw, or a pool around it: told apart by codes and types, since texts may come in any language. */
record Thrown(SQLException exception) {

    /** Returns it and what caused it, outermost first. */
    private Stream<Throwable> chain() {
        return Stream.iterate(exception, t -> t != null, Throwable::getCause);
    }

    /** Returns the outermost of that type. */
    <T extends Throwable> Optional<T> cause(Class<T> type) {
        return chain().filter(type::isInstance).map(type::cast).findFirst();
    }

    /** Returns what caused it in the end; itself if nothing did. */
    Throwable root() {
        return chain().reduce(exception, (outer, inner) -> inner);
    }

    /** Returns the SQLSTATE nearest to the surface; the empty string if there is none, as when the pool has none free. */
    String state() {
        return chain().map(Thrown::state)
                .filter(state -> !state.isEmpty())
                .findFirst()
                .orElse("");
    }

    private static String state(Throwable thrown) {
        return thrown instanceof SQLException sql && sql.getSQLState() != null ? sql.getSQLState() : "";
    }

    /** Returns what the other side said; null if the driver itself found the fault. */
    private @Nullable ServerErrorMessage said() {
        for (Throwable t = exception; t != null; t = t.getCause()) {
            if (t instanceof PSQLException of && of.getServerErrorMessage() != null) {
                return of.getServerErrorMessage();
            }
        }
        return null;
    }

    /** Says whether the other side said it; else the driver itself found the fault. */
    boolean isSaid() {
        return said() != null;
    }

    /** Says whether the other side called it fatal, in English. */
    boolean isFatal() {
        ServerErrorMessage said = said();
        return said != null && "FATAL".equals(said.getSeverity());
    }

    /** Says whether hosts were reached, and none of them plays the role that was asked for. */
    boolean isWrongRole() {
        return state().equals("08001") && !isSaid() && exception.getCause() == null;
    }

    /** Returns the routine of the server that raised it; the empty string if that is not known. */
    String routine() {
        ServerErrorMessage said = said();
        return said == null || said.getRoutine() == null ? "" : said.getRoutine();
    }

    /** Returns the text that tells most: what a pool says hides why. */
    String text() {
        SQLException shown = exception;
        while ((state(shown).isEmpty() || shown instanceof SQLTransientConnectionException)
                && shown.getCause() instanceof SQLException deeper) {
            shown = deeper;
        }
        return String.valueOf(shown.getMessage());
    }

    /** Says whether the connection broke after this was said: the driver reads on, and appends what it meets then. */
    boolean brokeAfterwards() {
        return chain().filter(SQLException.class::isInstance)
                .flatMap(thrown -> Stream.iterate(
                        ((SQLException) thrown).getNextException(),
                        next -> next != null,
                        SQLException::getNextException))
                .anyMatch(next -> state(next).startsWith("08"));
    }
}
