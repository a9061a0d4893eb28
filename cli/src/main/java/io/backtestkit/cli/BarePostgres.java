package io.backtestkit.cli;

import io.backtestkit.store.StoreLocation;
import io.backtestkit.store.postgres.PostgresLink;
import io.backtestkit.store.postgres.PostgresRequests;
import io.backtestkit.store.postgres.PostgresSignalStoreProvider;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;

/** Rows of a table of the same shape as the store's, through pgjdbc and a pool. */
final class BarePostgres implements BareStore {

    private static final byte[] NONE = {};

    private final PostgresLink link;
    private final PostgresRequests requests;
    private final String table;
    private final String claims;
    private final String upsert;
    private final String select;
    private final String delete;

    /** Makes the table; that of the store must be there. */
    BarePostgres(StoreLocation location, String trial) throws SQLException {
        link = PostgresSignalStoreProvider.connect(location);
        try {
            requests = link.requests();
            table = link.table('"' + "bare_" + trial + '"');
            claims = link.table("claims");
            execute("create table " + table + " (like " + link.table("signals") + " including all)");
        } catch (SQLException | RuntimeException e) {
            link.close();
            throw e;
        }
        upsert = "insert into " + table
                + " (strategy_name, symbol, signal_data, signal_hash) values ('bare', ?, ?::jsonb, 0)"
                + " on conflict (strategy_name, symbol) do update"
                + " set signal_data = excluded.signal_data, updated_at = now()";
        select = "select signal_data::text from " + table + " where strategy_name = 'bare' and symbol = ?";
        delete = "delete from " + table + " where strategy_name = 'bare' and symbol = ?";
    }

    @Override
    public String driver() {
        return "pgjdbc and HikariCP";
    }

    @Override
    public String describe() {
        return "upsert, select, delete; a batch is upserts in one transaction";
    }

    @Override
    public Optional<SameRequests> same() {
        return Optional.of(new SameRequests(requests::write, requests::read, requests::delete, requests::writeAll));
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = link.connection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void write(String name, byte[] json) throws SQLException {
        try (Connection connection = link.connection();
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
        try (Connection connection = link.connection();
                PreparedStatement statement = connection.prepareStatement(select)) {
            statement.setString(1, name);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? rows.getString(1).getBytes(StandardCharsets.UTF_8) : NONE;
            }
        }
    }

    @Override
    public void delete(String name) throws SQLException {
        try (Connection connection = link.connection();
                PreparedStatement statement = connection.prepareStatement(delete)) {
            statement.setString(1, name);
            statement.executeUpdate();
        }
    }

    @Override
    public void writeAll(Map<String, byte[]> all) throws SQLException {
        try (Connection connection = link.connection();
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

    /** Removes what is known of the slots' claims. */
    @Override
    public void forget(String strategy) throws SQLException {
        try (Connection connection = link.connection();
                PreparedStatement statement =
                        connection.prepareStatement("delete from " + claims + " where strategy_name = ?")) {
            statement.setString(1, strategy);
            statement.executeUpdate();
        }
    }

    @Override
    public void discard() throws SQLException {
        try {
            execute("drop table if exists " + table);
        } finally {
            link.close();
        }
    }
}
