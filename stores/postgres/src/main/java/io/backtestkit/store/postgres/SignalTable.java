package io.backtestkit.store.postgres;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalCodec;
import io.backtestkit.signal.SignalKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The statements on the table {@code signals}.
 *
 * <p>A change is one statement. It first locks the slot's row in {@code claims} and so waits for a claim that is being
 * given; what it then finds there is the newest. It goes on only if the {@link Fence} lets it, and if the hash of a row in
 * its way fits the row's content; and says whether it did.
 */
final class SignalTable {

    /** Of the row named by the argument. Its seed is the schema version: what a newer program wrote has another hash. */
    private static final String HASH = "hashtextextended(%1$sstrategy_name || '/' || %1$ssymbol,"
            + " jsonb_hash_extended(%1$ssignal_data, " + SignalCodec.SCHEMA + "))";

    /** Whether a row is the signal whose end was given. */
    private static final String ENDED =
            "signals.signal_data ->> 'id' = given.id and signals.signal_data -> 'createdAt' = to_jsonb(given.created_at)";

    private static final String SLOT = " where strategy_name = ? and symbol = ?";

    /** Whether a claim lets a change through, given its owner and epoch; both are null of a change without a claim. */
    private static final String PASSES = "case when given.owner is null then slot.until is null or slot.until <="
            + " clock_timestamp() else slot.owner = given.owner and slot.epoch = given.epoch end";

    private final String store;
    private final String upsert;
    private final String first;
    private final String makeAll;
    private final String upsertAll;
    private final String delete;
    private final String end;
    private final String read;
    private final String lock;
    private final String putRight;
    private final String touch;
    private final String list;
    private final String sweep;
    private final String deleteDamaged;

    SignalTable(PostgresSchema schema, PostgresTradeLog log, String store) {
        this.store = store;
        String table = schema.table("signals");
        String claims = schema.table("claims");
        String json = "coalesce(signal_text, signal_data::text)";
        upsert = upsert(
                table,
                claims,
                "select ?::text collate \"C\" as strategy_name, ?::text collate \"C\" as symbol, ?::text as owner,"
                        + " ?::bigint as epoch, ?::jsonb as signal_data, ?::text as signal_text",
                "");
        first = "insert into " + claims + " (strategy_name, symbol) values (?, ?) on conflict do nothing; " + upsert;
        String lists = "unnest(?::text[], ?::text[], ?::text[], ?::text[])"
                + " as lists (strategy_name, symbol, json, signal_text)";
        makeAll = "insert into " + claims + " (strategy_name, symbol) select strategy_name, symbol from "
                + "unnest(?::text[], ?::text[]) as lists (strategy_name, symbol)"
                + " order by strategy_name collate \"C\", symbol collate \"C\" on conflict do nothing";
        upsertAll = upsert(
                        table,
                        claims,
                        "select strategy_name collate \"C\", symbol collate \"C\", null::text as owner,"
                                + " null::bigint as epoch, json::jsonb as signal_data, signal_text from " + lists,
                        " order by slot.strategy_name, slot.symbol")
                + " returning strategy_name, symbol";
        String done = "(select passes from fence) and (exists (select from gone) or not exists (select from held))";
        delete = free(table, claims, "true") + " select " + done;
        end = free(table, claims, ENDED) + ", logged as (" + log.insertIf(done) + ") select " + done;
        String row = "select strategy_name, symbol, " + json + ", ";
        String checked = row + "signal_hash = " + HASH.formatted("") + " from " + table;
        read = row + "true from " + table + SLOT;
        lock = checked + SLOT + " for update";
        putRight = "update " + table + " set signal_hash = " + HASH.formatted("") + SLOT;
        touch = "update " + table + " set updated_at = now()" + SLOT;
        list = checked + " order by strategy_name, symbol";
        sweep = sweep(table, claims);
        deleteDamaged = "delete from " + table + SLOT;
    }

    /** "offset 0" keeps the planner from working the JSON out twice. */
    private static String upsert(String table, String claims, String given, String order) {
        return "insert into " + table + " as held"
                + " (strategy_name, symbol, signal_data, signal_text, signal_hash, epoch)"
                + " select strategy_name, symbol, signal_data, signal_text, " + HASH.formatted("given.")
                + ", slot.epoch from (" + given + " offset 0) as given join " + claims + " as slot"
                + " using (strategy_name, symbol) where " + PASSES + order + " for share of slot"
                + " on conflict (strategy_name, symbol) do update set signal_data = excluded.signal_data,"
                + " signal_text = excluded.signal_text, signal_hash = excluded.signal_hash,"
                + " epoch = greatest(held.epoch, excluded.epoch), version = held.version + 1, updated_at = now()"
                + " where held.signal_hash = " + HASH.formatted("held.");
    }

    /**
     * Removes the row that also meets the condition. A whole row that does not meet it is none that is held.
     *
     * @param condition on a row named signals, given what was given
     */
    private static String free(String table, String claims, String condition) {
        String whole = "signals.signal_hash = " + HASH.formatted("signals.");
        return "with given as materialized (select ?::text collate \"C\" as strategy_name,"
                + " ?::text collate \"C\" as symbol, ?::text as owner, ?::bigint as epoch, ?::text as id,"
                + " ?::bigint as created_at),"
                + " locked as (select slot.* from " + claims + " as slot join given using (strategy_name, symbol)"
                + " for share of slot),"
                + " fence as materialized (select coalesce((select " + PASSES + " from locked as slot),"
                + " given.owner is null) as passes from given),"
                + " held as (select signals.* from " + table + " as signals join given using (strategy_name, symbol)"
                + " where (" + condition + ") or not " + whole + "),"
                + " gone as (delete from " + table + " as signals using given"
                + " where signals.strategy_name = given.strategy_name and signals.symbol = given.symbol"
                + " and " + whole + " and (" + condition + ") and (select passes from fence) returning 1)";
    }

    private static String sweep(String table, String claims) {
        String old = "signals.updated_at < now() - ? * interval '1 millisecond'";
        return "with locked as (select slot.* from " + claims + " as slot join " + table + " as signals"
                + " using (strategy_name, symbol) where " + old + " order by strategy_name, symbol for share of slot)"
                + " delete from " + table + " as signals where " + old
                + " and signals.signal_hash = " + HASH.formatted("signals.")
                + " and not exists (select from locked as slot where slot.strategy_name = signals.strategy_name"
                + " and slot.symbol = signals.symbol and slot.until > now() - ? * interval '1 millisecond')"
                + " returning strategy_name, symbol";
    }

    /** Replaces the row, or makes it; false if the fence or a row there forbids it. */
    boolean upsert(Connection connection, Fence fence, JsonText text) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(upsert)) {
            bind(statement, 1, fence, text);
            if (statement.executeUpdate() == 1) {
                return true;
            }
        }
        return fence.claim() == null && upsertFirst(connection, fence, text);
    }

    /** Makes the slot's row in claims, which was missing if this is the first change of the slot, and does it again. */
    private boolean upsertFirst(Connection connection, Fence fence, JsonText text) throws SQLException {
        try (PreparedStatement statement = slot(connection, first, fence.key())) {
            bind(statement, 3, fence, text);
            statement.execute();
            statement.getMoreResults();
            return statement.getUpdateCount() == 1;
        }
    }

    private static void bind(PreparedStatement statement, int parameter, Fence fence, JsonText text)
            throws SQLException {
        fence.bind(statement, parameter);
        statement.setString(parameter + 4, text.json());
        statement.setString(parameter + 5, text.exact());
    }

    /** Does it without a claim for all of them, in the order of their keys, and returns those it was forbidden. */
    SortedMap<SignalKey, JsonText> upsertAll(Connection connection, SortedMap<SignalKey, JsonText> texts)
            throws SQLException {
        SortedMap<SignalKey, JsonText> forbidden = tryAll(connection, texts);
        if (forbidden.isEmpty()) {
            return forbidden;
        }
        try (PreparedStatement statement = connection.prepareStatement(makeAll)) {
            bindKeys(statement, forbidden.keySet());
            statement.executeUpdate();
        }
        return tryAll(connection, forbidden);
    }

    private SortedMap<SignalKey, JsonText> tryAll(Connection connection, SortedMap<SignalKey, JsonText> texts)
            throws SQLException {
        SortedMap<SignalKey, JsonText> forbidden = new TreeMap<>(texts);
        try (PreparedStatement statement = connection.prepareStatement(upsertAll)) {
            bindKeys(statement, texts.keySet());
            bind(statement, 3, texts.values().stream().map(JsonText::json));
            bind(statement, 4, texts.values().stream().map(JsonText::exact));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    forbidden.remove(new SignalKey(rows.getString(1), rows.getString(2)));
                }
            }
        }
        return forbidden;
    }

    private static void bindKeys(PreparedStatement statement, Set<SignalKey> keys) throws SQLException {
        bind(statement, 1, keys.stream().map(SignalKey::strategy));
        bind(statement, 2, keys.stream().map(SignalKey::symbol));
    }

    /** An array of that very type goes over in binary form, an array of objects as text with every quote escaped. */
    private static void bind(PreparedStatement statement, int parameter, Stream<? extends @Nullable String> list)
            throws SQLException {
        statement.setArray(parameter, statement.getConnection().createArrayOf("text", list.toArray(String[]::new)));
    }

    /** Removes the row, if there is one; false if the fence or the row forbids it. */
    boolean delete(Connection connection, Fence fence) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(delete)) {
            fence.bind(statement, 1);
            statement.setString(5, null);
            statement.setNull(6, Types.BIGINT);
            return isDone(statement);
        }
    }

    /**
     * Logs the ended signal, and removes the row if that is still it; neither, and false, if the fence forbids it or the row
     * is not as we left it.
     */
    boolean end(Connection connection, Fence fence, EndedSignal ended, JsonText text) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(end)) {
            fence.bind(statement, 1);
            statement.setString(5, ended.signal().id());
            statement.setLong(6, ended.signal().createdAt().toEpochMilli());
            PostgresTradeLog.bind(statement, 7, ended, text);
            return isDone(statement);
        }
    }

    private static boolean isDone(PreparedStatement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery()) {
            rows.next();
            return rows.getBoolean(1);
        }
    }

    /** Locks the row, if there is one, and puts its hash right, since it can be read; else says that it is damaged. */
    void examine(Connection connection, Act act, SignalKey key) throws SQLException {
        try (PreparedStatement statement = slot(connection, lock, key);
                ResultSet rows = statement.executeQuery()) {
            if (!rows.next()) {
                return;
            }
            row(rows).signal(act, store);
        }
        try (PreparedStatement statement = slot(connection, putRight, key)) {
            statement.executeUpdate();
        }
    }

    Optional<Signal> read(Connection connection, Act act, SignalKey key) throws SQLException {
        return find(connection, key).map(row -> row.signal(act, store));
    }

    Optional<SignalRow> find(Connection connection, SignalKey key) throws SQLException {
        try (PreparedStatement statement = slot(connection, read, key);
                ResultSet rows = statement.executeQuery()) {
            return rows.next() ? Optional.of(row(rows)) : Optional.empty();
        }
    }

    void touch(Connection connection, SignalKey key) throws SQLException {
        try (PreparedStatement statement = slot(connection, touch, key)) {
            statement.executeUpdate();
        }
    }

    void forEach(Connection connection, Consumer<SignalRow> reader) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(list);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                reader.accept(row(rows));
            }
        }
    }

    /** Removes what nobody touched for that long, nor had a lease of, damaged rows apart, and returns the names. */
    List<String> sweep(Connection connection, long millis) throws SQLException {
        List<String> removed = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sweep)) {
            statement.setLong(1, millis);
            statement.setLong(2, millis);
            statement.setLong(3, millis);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    removed.add(rows.getString(1) + "/" + rows.getString(2));
                }
            }
        }
        return removed;
    }

    void deleteDamaged(Connection connection, SignalKey key) throws SQLException {
        try (PreparedStatement statement = slot(connection, deleteDamaged, key)) {
            statement.executeUpdate();
        }
    }

    private static SignalRow row(ResultSet rows) throws SQLException {
        return new SignalRow(rows.getString(1), rows.getString(2), rows.getString(3), rows.getBoolean(4));
    }

    /** Returns the statement, which the caller closes, with the key as its first two parameters. */
    static PreparedStatement slot(Connection connection, String sql, SignalKey key) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        statement.setString(1, key.strategy());
        statement.setString(2, key.symbol());
        return statement;
    }
}
