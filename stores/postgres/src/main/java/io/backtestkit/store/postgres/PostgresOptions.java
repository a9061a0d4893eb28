package io.backtestkit.store.postgres;

import java.time.Duration;
import java.util.Optional;

/**
 * How a {@link PostgresSignalStore} uses its database. Start with {@link #defaults()}: the schema the connection is in,
 * nothing expires, and the time-outs socket 5 s, statement 4 s, lock 2 s, idle in transaction 10 s.
 *
 * @param schema the schema of the tables, made if it is absent; empty for the first one in the search path
 * @param expireAbandonedAfter how long a signal may stay untouched before it is removed; empty for ever
 * @param socketTimeout how long to wait for the server's answer before the outcome is unknown; whole seconds
 * @param statementTimeout after how long the server gives a statement up; below {@code socketTimeout}, so that the server
 *     answers before the client stops listening
 * @param lockTimeout how long the server lets a statement wait for another one's row; at most {@code statementTimeout}
 * @param idleInTransactionTimeout after how long the server ends a transaction whose client fell silent
 */
public record PostgresOptions(
        Optional<String> schema,
        Optional<Duration> expireAbandonedAfter,
        Duration socketTimeout,
        Duration statementTimeout,
        Duration lockTimeout,
        Duration idleInTransactionTimeout) {

    private static final Duration LONGEST = Duration.ofDays(36_500);

    /**
     * Checks all of them.
     *
     * @throws IllegalArgumentException if one is wrong; the message names every fault
     */
    public PostgresOptions {
        StringBuilder faults = new StringBuilder();
        schema.filter(name -> name.isBlank() || name.indexOf(0) >= 0 || name.length() > 63)
                .ifPresent(
                        name -> faults.append("; the schema was '").append(name).append("'"));
        expireAbandonedAfter
                .filter(after -> after.compareTo(Duration.ofSeconds(1)) < 0 || after.compareTo(LONGEST) > 0)
                .ifPresent(after -> faults.append("; expireAbandonedAfter was ").append(shown(after)));
        if (socketTimeout.compareTo(Duration.ofSeconds(1)) < 0 || socketTimeout.toNanosPart() != 0) {
            faults.append("; socketTimeout was ")
                    .append(shown(socketTimeout))
                    .append(", not whole seconds, at least 1");
        }
        if (statementTimeout.compareTo(socketTimeout) >= 0 || statementTimeout.toMillis() < 1) {
            faults.append("; statementTimeout was ")
                    .append(shown(statementTimeout))
                    .append(", not above 0 and below socketTimeout, which was ")
                    .append(shown(socketTimeout));
        }
        if (lockTimeout.compareTo(statementTimeout) > 0 || lockTimeout.toMillis() < 1) {
            faults.append("; lockTimeout was ")
                    .append(shown(lockTimeout))
                    .append(", not above 0 and at most statementTimeout, which was ")
                    .append(shown(statementTimeout));
        }
        if (idleInTransactionTimeout.toMillis() < 1) {
            faults.append("; idleInTransactionTimeout was ").append(shown(idleInTransactionTimeout));
        }
        if (faults.length() > 0) {
            throw new IllegalArgumentException("Cannot set up a PostgreSQL store: " + faults.substring(2) + ".");
        }
    }

    /** Returns the duration as a location writes it, for example {@code 4s} or {@code 1500ms}. */
    private static String shown(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
    }

    /** Returns the defaults. */
    public static PostgresOptions defaults() {
        return new PostgresOptions(
                Optional.empty(),
                Optional.empty(),
                Duration.ofSeconds(5),
                Duration.ofSeconds(4),
                Duration.ofSeconds(2),
                Duration.ofSeconds(10));
    }

    /** Returns these options with the tables in that schema. */
    public PostgresOptions inSchema(String name) {
        return new PostgresOptions(
                Optional.of(name),
                expireAbandonedAfter,
                socketTimeout,
                statementTimeout,
                lockTimeout,
                idleInTransactionTimeout);
    }

    /** Returns these options with signals removed that nobody touched for that long. */
    public PostgresOptions expiringAbandonedAfter(Duration after) {
        return new PostgresOptions(
                schema, Optional.of(after), socketTimeout, statementTimeout, lockTimeout, idleInTransactionTimeout);
    }

    /** Returns the server's time-outs as assignments of its settings, in milliseconds. */
    String[] serverSettings() {
        return new String[] {
            "lock_timeout=" + lockTimeout.toMillis(),
            "statement_timeout=" + statementTimeout.toMillis(),
            "idle_in_transaction_session_timeout=" + idleInTransactionTimeout.toMillis()
        };
    }
}
