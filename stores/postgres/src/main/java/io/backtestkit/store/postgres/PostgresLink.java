package io.backtestkit.store.postgres;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * A pool of connections to the database of a location, made as a store's is: for work beside the store, such as measuring.
 * It connects when first used. Any thread may use it.
 */
public final class PostgresLink implements AutoCloseable {

    private final HikariDataSource pool;
    private final PostgresDatabase database;

    PostgresLink(HikariDataSource pool, PostgresDatabase database) {
        this.pool = pool;
        this.database = database;
    }

    /** Lends a connection, which the caller closes. */
    public Connection connection() throws SQLException {
        return pool.getConnection();
    }

    /**
     * Returns a table's name with the schema of the store before it, as SQL takes it.
     *
     * @param table the name as SQL takes it: quoted if it must be
     * @throws io.backtestkit.store.SignalStoreException if the server must be asked for the schema, and cannot be
     */
    public String table(String table) {
        return PostgresSchema.of(database).table(table);
    }

    /**
     * Returns the requests a store makes, to be sent on these connections.
     *
     * @throws io.backtestkit.store.SignalStoreException if the server must be asked for the schema, and cannot be
     */
    public PostgresRequests requests() {
        PostgresSchema schema = PostgresSchema.of(database);
        return new PostgresRequests(
                this, new SignalTable(schema, new PostgresTradeLog(database, schema), database.store()));
    }

    @Override
    public void close() {
        pool.close();
    }
}
