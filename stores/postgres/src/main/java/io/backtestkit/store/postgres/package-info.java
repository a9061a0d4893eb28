/**
 * Keeps signals and the trade log in PostgreSQL 13 or newer: {@link io.backtestkit.store.postgres.PostgresSignalStore}. The
 * tables are in {@code schema-1.sql} and what follows it; the store makes them and brings them up to date.
 *
 * <p>Opened by location ({@code postgresql://user@host1:5432,host2:5432/db?option=value}, see {@link
 * io.backtestkit.store.postgres.PostgresSignalStoreProvider}) it has a connection pool of its own; or it takes the user's
 * {@code DataSource}. No method keeps state in a database session, so a pooler in transaction mode may stand in between.
 * The public types may be used by any thread; each call uses one connection.
 */
@NullMarked
package io.backtestkit.store.postgres;

import org.jspecify.annotations.NullMarked;
