package io.backtestkit.store.postgres;

import io.backtestkit.store.ReadOnlySignalStore;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStoreProvider;
import io.backtestkit.store.StoreLocation;
import java.util.Set;

/**
 * Opens locations such as {@code postgresql://trader@db1:5432,db2:5432/trading?passwordFile=/run/secrets/db}.
 *
 * <pre>
 * option                    default
 * schema                    the connection's   schema of the tables, made if absent
 * poolSize                  5                  most connections at once; one is kept when idle
 * poolTimeout               5s                 wait for a free connection
 * poolIdleTimeout           30s                how long a connection beyond the first is kept when idle
 * connectTimeout            3s                 wait for one host to accept a connection; whole seconds
 * socketTimeout             5s                 wait for an answer; whole seconds
 * statementTimeout          4s                 the server gives a statement up; below socketTimeout
 * lockTimeout               2s                 the server lets a statement wait for another's row
 * idleInTransactionTimeout  10s                the server ends a transaction whose client fell silent
 * expireAbandonedAfter      never              remove signals that nobody touched for so long
 * passwordEnv                                  environment variable that holds the password
 * passwordFile                                 file that holds the password
 * sslRootCert               Java's own         certificates that may vouch for the server, PEM
 * insecure                  false              true: no certificate is asked for off this machine
 * transactionPooling        false              true: a pooler such as PgBouncer in transaction mode stands in between
 * </pre>
 *
 * <p>Durations are written {@code 500ms}, {@code 5s}, {@code 15m}, {@code 12h} or {@code 7d}. A {@code
 * socketTimeout} below 5s shortens the defaults of {@code statementTimeout} and {@code lockTimeout} by as much. Off this machine TLS with a
 * checked certificate and host name is required. Trading uses the primary alone, of several hosts and where the address of one
 * moves. Without a password option and without one in the location the driver looks into {@code ~/.pgpass}.
 */
public final class PostgresSignalStoreProvider implements SignalStoreProvider {

    /** For {@link java.util.ServiceLoader}. */
    public PostgresSignalStoreProvider() {}

    /**
     * Returns a pool of connections as a store at that location has it, for work beside it; it connects when first used.
     * The caller closes it.
     *
     * @throws IllegalArgumentException if the location is wrong
     */
    public static PostgresLink connect(StoreLocation location) {
        return PostgresLocation.of(location, System::getenv).link();
    }

    @Override
    public Set<String> schemes() {
        return Set.of("postgresql");
    }

    @Override
    public SignalStore open(StoreLocation location) {
        return PostgresSignalStore.open(PostgresLocation.of(location, System::getenv));
    }

    /** Makes no table, refuses no set-up (check() tells, also before there are tables), and is content with a standby. */
    @Override
    public SignalStore openReadOnly(StoreLocation location) {
        return new ReadOnlySignalStore(PostgresSignalStore.look(PostgresLocation.of(location, System::getenv)));
    }
}
