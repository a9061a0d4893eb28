package io.backtestkit.store.postgres;

import io.backtestkit.store.StoreFinding;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Looks whether this server, these tables and this role can keep the promise. */
final class PostgresPreflight {

    static final String MAKE_TABLES = "Run: backtest-kit store init. Or correct the database or schema.";

    private static final int OLDEST = 130_000;

    private static final String SERVER = """
            select current_setting('server_version_num')::int as version, current_setting('server_version') as release,
                pg_is_in_recovery() as recovery, current_setting('default_transaction_read_only') as read_only,
                current_setting('fsync') as fsync, current_setting('full_page_writes') as full_page_writes,
                current_setting('synchronous_commit') as synchronous_commit,
                current_setting('synchronous_standby_names') as awaited,
                (select count(*) from pg_stat_replication) as replicas,
                current_setting('server_encoding') as encoding, current_setting('data_checksums') as checksums,
                coalesce((select rolsuper from pg_roles where rolname = current_user), false) as superuser,
                coalesce((select ssl from pg_stat_ssl where pid = pg_backend_pid()), false) as tls,
                inet_client_addr() is null or host(inet_client_addr()) like '127.%' or inet_client_addr() = '::1' as near
            """;

    private static final String SCHEMA = """
            select current_user as role, current_database() as base, schemas.oid is not null as present,
                has_schema_privilege(schemas.oid, 'usage') as usage, has_schema_privilege(schemas.oid, 'create') as making,
                has_database_privilege(current_database(), 'create') as founding
            from (values (?)) as wanted (name) left join pg_namespace schemas on schemas.nspname = wanted.name
            """;

    private static final String TABLES = """
            select current_user as role, wanted.name, wanted.keys, wanted.rights, tables.oid is not null as present,
                tables.relpersistence as persistence,
                exists (select 1 from pg_constraint held where held.conrelid = tables.oid and held.contype in ('p', 'u')
                    and wanted.keys = (select string_agg(columns.attname, ', ' order by position)
                        from unnest(held.conkey) with ordinality as key (number, position)
                        join pg_attribute columns on columns.attrelid = tables.oid and columns.attnum = key.number)
                    ) as keyed,
                (select string_agg(wish, ', ') from unnest(string_to_array(wanted.rights, ', ')) as wish
                    where tables.oid is not null and not has_table_privilege(tables.oid, wish)) as lacking
            from (values
                (1, 'schema_version', 'version', 'select'),
                (1, 'signals', 'strategy_name, symbol', 'select, insert, update, delete'),
                (1, 'signals_set_aside', 'sequence', 'select, insert'),
                (1, 'trades', 'strategy_name, symbol, id, created_at', 'select, insert'),
                (2, 'claims', 'strategy_name, symbol', 'select, insert, update')) as wanted (since, name, keys, rights)
            left join pg_class tables on tables.relname = wanted.name and tables.relkind in ('r', 'p')
                and tables.relnamespace = (select oid from pg_namespace where nspname = ?)
            where wanted.since <= ?
            """;

    private final PostgresSchema schema;
    private final boolean insecure;
    private final List<StoreFinding> findings = new ArrayList<>();

    private PostgresPreflight(PostgresSchema schema, boolean insecure) {
        this.schema = schema;
        this.insecure = insecure;
    }

    /** Examines everything and returns what was found, the good news too. */
    static List<StoreFinding> examine(PostgresDatabase database, PostgresSchema schema, boolean insecure) {
        PostgresPreflight preflight = new PostgresPreflight(schema, insecure);
        database.run(Act.reading("check"), connection -> {
            preflight.server(connection);
            return true;
        });
        int version = schema.version();
        database.run(Act.reading("check"), connection -> {
            preflight.schema(connection, version);
            return true;
        });
        if (version == 0) {
            return List.copyOf(preflight.findings);
        }
        if (version > PostgresSchema.VERSION) {
            preflight.refuseIf(
                    true,
                    "tables",
                    "of version " + version,
                    "this program knows versions up to " + PostgresSchema.VERSION + ": use the newer program");
        } else {
            preflight.warnIf(
                    version < PostgresSchema.VERSION,
                    "tables",
                    "of version " + version,
                    "The owner of the schema runs backtest-kit store init, which brings them to version "
                            + PostgresSchema.VERSION + ".");
            database.run(Act.reading("check"), connection -> {
                preflight.tables(connection, version);
                return true;
            });
        }
        return List.copyOf(preflight.findings);
    }

    /** Returns what a finding about the schema itself is about. */
    static String subject(PostgresSchema schema) {
        return "schema " + schema.name();
    }

    private void server(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(SERVER)) {
            row.next();
            refuseIf(
                    row.getInt("version") < OLDEST,
                    "the server",
                    "PostgreSQL " + row.getString("release"),
                    "Use PostgreSQL 13 or newer.");
            boolean recovery = row.getBoolean("recovery");
            refuseIf(
                    recovery,
                    "the server's role",
                    recovery ? "a standby, in recovery" : "primary",
                    "Connect to the primary: name every host in the location.");
            if (!recovery) {
                refuseIf(
                        !row.getString("read_only").equals("off"),
                        "default_transaction_read_only",
                        row.getString("read_only"),
                        "Set default_transaction_read_only = off for the server, the database and the role.");
            }
            serverSetting("fsync", row.getString("fsync"), "Else a power cut loses or tears what was acknowledged.");
            serverSetting("full_page_writes", row.getString("full_page_writes"), "Else a power cut tears pages.");
            String commit = row.getString("synchronous_commit");
            refuseIf(
                    commit.equals("off"),
                    "synchronous_commit",
                    commit,
                    "Set synchronous_commit = on for the server, the database and the role: else a crash loses what was"
                            + " acknowledged.");
            boolean awaited = !row.getString("awaited").isEmpty() && !commit.equals("local");
            int replicas = row.getInt("replicas");
            warnIf(
                    replicas > 0 && !awaited,
                    "replicas",
                    replicas + " connected" + (replicas == 0 ? "" : awaited ? ", waited for" : ", not waited for"),
                    "A failover to a replica can lose acknowledged writes: set synchronous_standby_names, or look at"
                            + " every position after one.");
            String encoding = row.getString("encoding");
            refuseIf(
                    !encoding.equals("UTF8"),
                    "the database's encoding",
                    encoding,
                    "Create the database with encoding UTF8, which can hold every name.");
            warnIf(
                    !row.getString("checksums").equals("on"),
                    "data_checksums",
                    row.getString("checksums"),
                    "A broken disk may go unnoticed: stop the server and run pg_checksums --enable.");
            warnIf(
                    row.getBoolean("superuser"),
                    "the role",
                    row.getBoolean("superuser") ? "a superuser" : "an ordinary one",
                    "Use a role that may do no more than the store needs.");
            boolean open = insecure || !(row.getBoolean("tls") || row.getBoolean("near"));
            warnIf(
                    open,
                    "the connection",
                    open ? "not verified by TLS" : "local or encrypted",
                    "Passwords and positions can be read on the way: use TLS with a certificate that is checked.");
        }
    }

    /** Refuses a setting that the server alone has. */
    private void serverSetting(String name, String value, String why) {
        refuseIf(
                !value.equals("on"),
                name,
                value,
                "Set " + name + " = on in postgresql.conf, or by alter system, and let the server reload it. " + why);
    }

    /** Refuses what the role may not do with the schema. */
    private void schema(Connection connection, int version) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SCHEMA)) {
            statement.setString(1, schema.name());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                String role = PostgresSchema.quoted(row.getString("role"));
                boolean present = row.getBoolean("present");
                boolean usable = row.getBoolean("usage");
                if (version == 0) {
                    boolean may = present ? usable && row.getBoolean("making") : row.getBoolean("founding");
                    String on = present
                            ? "usage, create on schema " + schema.quoted()
                            : "create on database " + PostgresSchema.quoted(row.getString("base"));
                    noTables(may, "grant " + on + " to " + role);
                } else if (present && !usable) {
                    refuseIf(
                            true,
                            subject(schema),
                            "closed to this role for usage",
                            "Run: grant usage on schema " + schema.quoted() + " to " + role + ".");
                }
            }
        }
    }

    private void noTables(boolean mayMakeThem, String grant) {
        String found = "none yet in schema '" + schema.name() + "'";
        if (mayMakeThem) {
            warnIf(true, "tables", found, MAKE_TABLES);
        } else {
            refuseIf(
                    true,
                    "tables",
                    found + ", and this role may not make them",
                    "Let the owner run backtest-kit store init, which makes them. Or run: " + grant
                            + ". Or correct the database or schema.");
        }
    }

    private void tables(Connection connection, int version) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(TABLES)) {
            statement.setString(1, schema.name());
            statement.setInt(2, version);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    table(row);
                }
            }
        }
    }

    private void table(ResultSet row) throws SQLException {
        String table = "table " + row.getString("name");
        if (!row.getBoolean("present")) {
            refuseIf(true, table, "missing", "Restore it from a backup.");
            return;
        }
        int before = findings.size();
        String keys = row.getString("keys");
        String name = schema.table(row.getString("name"));
        if (!"p".equals(row.getString("persistence"))) {
            refuseIf(true, table, "unlogged or temporary", "Run: alter table " + name + " set logged.");
        }
        if (!row.getBoolean("keyed")) {
            String kind = keys.contains("id") ? "unique" : "primary key";
            refuseIf(
                    true,
                    table,
                    "without its " + kind + " (" + keys + ")",
                    "Run: alter table " + name + " add " + kind + " (" + keys + ").");
        }
        String lacking = row.getString("lacking");
        if (lacking != null) {
            refuseIf(
                    true,
                    table,
                    "closed to this role for " + lacking,
                    "Run: grant " + lacking + " on " + name + " to " + PostgresSchema.quoted(row.getString("role"))
                            + ".");
        }
        if (findings.size() == before) {
            findings.add(StoreFinding.ok(table, "logged, with its key and rights"));
        }
    }

    private void refuseIf(boolean wrong, String subject, String found, String advice) {
        findings.add(wrong ? StoreFinding.refused(subject, found, advice) : StoreFinding.ok(subject, found));
    }

    private void warnIf(boolean wrong, String subject, String found, String advice) {
        findings.add(wrong ? StoreFinding.warning(subject, found, advice) : StoreFinding.ok(subject, found));
    }
}
