package io.backtestkit.store.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;

/** The tables of one schema: makes them and brings them up to date. Any number of processes may do so at once. */
final class PostgresSchema {

    /** The newest version of the tables; {@code schema-N.sql} leads from version N - 1 to N. */
    static final int VERSION = 2;

    /** Waiting for another process that is making the tables may take longer than any other wait. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /**
     * The first schema of the search path that exists. One that is closed to this role is not passed over, as the server would
     * do, which would in silence look for the tables, and make them, in the next.
     */
    private static final String FIRST_ON_PATH = """
            select coalesce((select schemas.nspname::text
                from regexp_matches(current_setting('search_path'), '("([^"]|"")+"|[^,"[:space:]]+)', 'g')
                    with ordinality as path (parts, place)
                join pg_namespace schemas on schemas.nspname::text = case
                    when parts[1] in ('$user', '"$user"') then current_user::text
                    when parts[1] like '"%' then replace(substr(parts[1], 2, length(parts[1]) - 2), '""', '"')
                    else lower(parts[1]) end
                order by place limit 1), 'public')
            """;

    private static final Act OPENING = Act.reading("open store");

    private final PostgresDatabase database;
    private final String name;

    private PostgresSchema(PostgresDatabase database, String name) {
        this.database = database;
        this.name = name;
    }

    /** Finds out which schema is meant. */
    static PostgresSchema of(PostgresDatabase database) {
        String name = database.options()
                .schema()
                .orElseGet(() -> database.run(OPENING, connection -> {
                    try (Statement statement = connection.createStatement();
                            ResultSet rows = statement.executeQuery(FIRST_ON_PATH)) {
                        rows.next();
                        return rows.getString(1);
                    }
                }));
        return new PostgresSchema(database, name);
    }

    String name() {
        return name;
    }

    /** Returns the table's name with its schema, quoted. */
    String table(String table) {
        return quoted() + "." + table;
    }

    String quoted() {
        return quoted(name);
    }

    /** Quotes a name for SQL. */
    static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** Returns the version of the tables; 0 if there are none. */
    int version() {
        return database.run(OPENING, this::version);
    }

    private int version(Connection connection) throws SQLException {
        String known = "select has_table_privilege(tables.oid, 'select') and has_schema_privilege(schemas.oid, 'usage')"
                + " from pg_class tables"
                + " join pg_namespace schemas on schemas.oid = tables.relnamespace"
                + " where schemas.nspname = ? and tables.relname = 'schema_version'";
        try (PreparedStatement statement = connection.prepareStatement(known)) {
            statement.setString(1, name);
            try (ResultSet rows = statement.executeQuery()) {
                if (!rows.next()) {
                    return 0;
                }
                if (!rows.getBoolean(1)) {
                    return VERSION; // the preflight says what this role may not read, with all its other faults
                }
            }
        }
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("select coalesce(max(version), 0) from " + table("schema_version"))) {
            rows.next();
            return rows.getInt(1);
        }
    }

    /** Makes what is missing, one process at a time; false if all was there, and then no right to is needed. */
    boolean migrate() {
        if (version() >= VERSION) {
            return false;
        }
        PostgresOptions patient = new PostgresOptions(
                Optional.of(name), Optional.empty(), PATIENCE.plusSeconds(5), PATIENCE, PATIENCE, PATIENCE);
        return database.transact(Act.changing("make the tables of"), patient, connection -> {
            lock(connection);
            for (int next = version(connection) + 1; next <= VERSION; next++) {
                try (Statement statement = connection.createStatement()) {
                    if (!schemaExists(connection)) {
                        statement.execute("create schema " + quoted());
                    }
                    statement.execute("set local search_path to " + quoted());
                    statement.execute(script(next));
                }
            }
            return true;
        });
    }

    private void lock(Connection connection) throws SQLException {
        String lock = "select pg_advisory_xact_lock(hashtextextended('backtest-kit ' || ?, 0))";
        try (PreparedStatement statement = connection.prepareStatement(lock)) {
            statement.setString(1, name);
            statement.execute();
        }
    }

    private boolean schemaExists(Connection connection) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select 1 from pg_namespace where nspname = ?")) {
            statement.setString(1, name);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    private static String script(int version) {
        String resource = "schema-" + version + ".sql";
        try (InputStream in = PostgresSchema.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("The resource " + resource + " is missing from this module.");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
