package io.backtestkit.cli;

import com.zaxxer.hikari.HikariDataSource;
import io.backtestkit.store.StoreLocation;
import io.backtestkit.store.postgres.PostgresSignalStoreProvider;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/** Rows of a table of the same shape as the store's, through pgjdbc and a pool. */
final class BarePostgres implements BareStore {

    private static final byte[] NONE = {};

    private final HikariDataSource pool;
    private final String table;
    private final String upsert;
    private final String select;
    private final String delete;

    /** Makes the table; that of the store must be there. */
    BarePostgres(StoreLocation location, String trial) throws SQLException {
        // upper and lower case of names make no difference
        String schema = location.options().entrySet().stream()
                .filter(option -> option.getKey().equalsIgnoreCase("schema"))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
        String place = schema == null ? "" : '"' + schema.replace("\"", "\"\"") + "\".";
        table = place + '"' + "bare_" + trial + '"';
        upsert = "insert into " + table
                + " (strategy_name, symbol, signal_data, signal_hash) values ('bare', ?, ?::jsonb, 0)"
                + " on conflict (strategy_name, symbol) do update"
                + " set signal_data = excluded.signal_data, updated_at = now()";
        select = "select signal_data::text from " + table + " where strategy_name = 'bare' and symbol = ?";
        delete = "delete from " + table + " where strategy_name = 'bare' and symbol = ?";
        pool = PostgresSignalStoreProvider.connect(location);
        try {
            execute("create table " + table + " (like " + place + "signals including all)");
        } catch (SQLException e) {
            pool.close();
            throw e;
        }
    }

    @Override
    public String describe() {
        return "pgjdbc and HikariCP: upsert, select, delete; a batch is upserts in one transaction";
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void write(String name, byte[] json) throws SQLException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(upsert)) {
            bind(statement, name, json);
            statement.executeUpdate();
        }
    }

    private static void bind(PreparedStatement statement, String name, byte[] json) throws SQLException {
        statement.setString(1, name);
        statement.setString(2, new String(json, StandardCharsets.UTF_8));
    }

    @Override
    public byte[] read(String name) throws SQLException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(select)) {
            statement.setString(1, name);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? rows.getString(1).getBytes(StandardCharsets.UTF_8) : NONE;
            }
        }
    }

    @Override
    public void delete(String name) throws SQLException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(delete)) {
            statement.setString(1, name);
            statement.executeUpdate();
        }
    }

    @Override
    public void writeAll(Map<String, byte[]> all) throws SQLException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(upsert)) {
            connection.setAutoCommit(false); // what is not committed the pool rolls back
            for (Map.Entry<String, byte[]> each : all.entrySet()) {
                bind(statement, each.getKey(), each.getValue());
                statement.addBatch();
            }
            statement.executeBatch();
            connection.commit();
        }
    }

    @Override
    public void discard() throws SQLException {
        try {
            execute("drop table if exists " + table);
        } finally {
            pool.close();
        }
    }
}
