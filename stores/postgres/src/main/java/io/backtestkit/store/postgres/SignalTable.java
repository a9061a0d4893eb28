package io.backtestkit.store.postgres;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalCodec;
import io.backtestkit.signal.SignalFormatException;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.ClaimLostException;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.store.UnreadableSignalException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The statements on the table {@code signals}.
 *
 * <p>{@link #upsert} and {@link #delete} change a row only if its epoch is not above ours and its hash fits its content, and
 * say whether they did. If not, the caller goes on in a transaction with the {@code lookAnd...} methods: they lock the row,
 * find out why, and either throw or put the hash right and do it.
 */
final class SignalTable {

    /** How often a row may appear or vanish between a look and the statement after it. */
    private static final int LOOKS = 5;

    /** Of the row named by the argument. Its seed is the schema version: what a newer program wrote has another hash. */
    private static final String HASH = "hashtextextended(%1$sstrategy_name || '/' || %1$ssymbol,"
            + " jsonb_hash_extended(%1$ssignal_data, " + SignalCodec.SCHEMA + "))";

    private static final String SLOT = " where strategy_name = ? and symbol = ?";

    /** One row, as far as it can be understood. */
    record Row(String strategy, String symbol, String json) {

        /** Returns the key; empty if somebody wrote names that cannot be one. */
        Optional<SignalKey> key() {
            try {
                return Optional.of(new SignalKey(strategy, symbol));
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }

        Signal signal() {
            Signal signal = SignalCodec.decode(json);
            if (!signal.key().equals(new SignalKey(strategy, symbol))) {
                throw new SignalFormatException(
                        "the row is of " + strategy + "/" + symbol + ", the signal in it of " + signal.key());
            }
            return signal;
        }

        StoreFinding finding() {
            String subject = "signal " + strategy + "/" + symbol;
            try {
                return StoreFinding.ok(subject, signal().toString());
            } catch (IllegalArgumentException e) {
                return StoreFinding.damaged(subject, String.valueOf(e.getMessage()), advice(subject));
            }
        }
    }

    private final String store;
    private final long epoch;
    private final String upsert;
    private final String upsertAll;
    private final String delete;
    private final String read;
    private final String look;
    private final String putRight;
    private final String touch;
    private final String list;
    private final String sweep;
    private final String copyAside;
    private final String deleteDamaged;
    private final String setAsideTable;

    SignalTable(PostgresSchema schema, String store, long epoch) {
        this.store = store;
        this.epoch = epoch;
        String table = schema.table("signals");
        setAsideTable = schema.table("signals_set_aside");
        String json = "coalesce(signal_text, signal_data::text)";
        // "offset 0" keeps the planner from working the JSON out twice.
        upsert = upsert(
                table,
                "select ?::text collate \"C\" as strategy_name, ?::text collate \"C\" as symbol,"
                        + " ?::jsonb as signal_data, ?::text as signal_text, ?::bigint as epoch offset 0");
        upsertAll = upsert(
                        table,
                        "select strategy_name collate \"C\", symbol collate \"C\", json::jsonb as signal_data,"
                                + " signal_text, epoch::bigint from unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[])"
                                + " as lists (strategy_name, symbol, json, signal_text, epoch) offset 0")
                + " returning strategy_name, symbol";
        delete = "delete from " + table + SLOT + " and epoch <= ? and signal_hash = " + HASH.formatted("");
        read = "select " + json + " from " + table + SLOT;
        look = "select strategy_name, symbol, " + json + ", epoch from " + table + SLOT + " for update";
        putRight = "update " + table + " set signal_hash = " + HASH.formatted("") + SLOT;
        touch = "update " + table + " set updated_at = now()" + SLOT;
        list = "select strategy_name, symbol, " + json + " from " + table + " order by strategy_name, symbol";
        sweep = "delete from " + table + " where updated_at < now() - ? * interval '1 millisecond' and signal_hash = "
                + HASH.formatted("") + " returning strategy_name, symbol";
        String kept = "strategy_name, symbol, signal_data, signal_text, epoch, version, created_at, updated_at";
        copyAside = "insert into " + setAsideTable + " (" + kept + ", found) select " + kept + ", ? from " + table
                + SLOT + " returning sequence";
        deleteDamaged = "delete from " + table + SLOT;
    }

    private static String upsert(String table, String given) {
        return "insert into " + table + " as held (strategy_name, symbol, signal_data, signal_text, epoch, signal_hash)"
                + " select given.*, " + HASH.formatted("given.") + " from (" + given + ") as given"
                + " on conflict (strategy_name, symbol) do update set signal_data = excluded.signal_data,"
                + " signal_text = excluded.signal_text, signal_hash = excluded.signal_hash, epoch = excluded.epoch,"
                + " version = held.version + 1, updated_at = now()"
                + " where held.epoch <= excluded.epoch and held.signal_hash = " + HASH.formatted("held.");
    }

    private static String advice(String subject) {
        return "It is kept as it is, and its slot takes no new entry. Correct the row, or free the slot with"
                + " backtest-kit store resolve (" + subject + ").";
    }

    /** Replaces the row, or makes it; false if the row there forbids it. */
    boolean upsert(Connection connection, SignalKey key, JsonText text) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(upsert)) {
            statement.setString(1, key.strategy());
            statement.setString(2, key.symbol());
            statement.setString(3, text.json());
            statement.setString(4, text.exact());
            statement.setLong(5, epoch);
            return statement.executeUpdate() == 1;
        }
    }

    /** Does it for all of them in one statement, in the order of their keys, then looks at those it was refused. */
    void upsertAll(Connection connection, SortedMap<SignalKey, JsonText> texts) throws SQLException {
        SortedMap<SignalKey, JsonText> refused = new TreeMap<>(texts);
        try (PreparedStatement statement = connection.prepareStatement(upsertAll)) {
            bind(statement, 1, texts.keySet().stream().map(SignalKey::strategy));
            bind(statement, 2, texts.keySet().stream().map(SignalKey::symbol));
            bind(statement, 3, texts.values().stream().map(JsonText::json));
            bind(statement, 4, texts.values().stream().map(JsonText::exact));
            bind(statement, 5, texts.values().stream().map(text -> Long.toString(epoch)));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    refused.remove(new SignalKey(rows.getString(1), rows.getString(2)));
                }
            }
        }
        for (Map.Entry<SignalKey, JsonText> entry : refused.entrySet()) {
            Act act = Act.changing("write signal", entry.getKey());
            lookAndUpsert(connection, act, entry.getKey(), entry.getValue());
        }
    }

    private static void bind(PreparedStatement statement, int parameter, Stream<? extends @Nullable Object> list)
            throws SQLException {
        statement.setArray(parameter, statement.getConnection().createArrayOf("text", list.toArray()));
    }

    void lookAndUpsert(Connection connection, Act act, SignalKey key, JsonText text) throws SQLException {
        for (int i = 0; i < LOOKS; i++) {
            look(connection, act, key);
            if (upsert(connection, key, text)) {
                return;
            }
        }
        throw restless(act);
    }

    /** Removes the row; false if there is none, or it forbids it. */
    boolean delete(Connection connection, SignalKey key) throws SQLException {
        try (PreparedStatement statement = slot(connection, delete, key)) {
            statement.setLong(3, epoch);
            return statement.executeUpdate() == 1;
        }
    }

    void lookAndDelete(Connection connection, Act act, SignalKey key) throws SQLException {
        for (int i = 0; i < LOOKS; i++) {
            if (!look(connection, act, key) || delete(connection, key)) {
                return;
            }
        }
        throw restless(act);
    }

    private StoreUnavailableException restless(Act act) {
        return StoreUnavailableException.notSent(
                act.failure(store, "others changed the row " + LOOKS + " times meanwhile", "Nothing was changed."),
                null);
    }

    /** Locks the row, checks that it may be replaced and puts its hash right; false if there is no row. */
    private boolean look(Connection connection, Act act, SignalKey key) throws SQLException {
        try (PreparedStatement statement = slot(connection, look, key);
                ResultSet rows = statement.executeQuery()) {
            if (!rows.next()) {
                return false;
            }
            signal(act, row(rows));
            if (rows.getLong(4) > epoch) {
                throw new ClaimLostException(
                        act.failure(
                                store,
                                "the row has epoch " + rows.getLong(4) + ", this process has " + epoch,
                                "Another process owns the key: stop trading it here."),
                        null);
            }
        }
        try (PreparedStatement statement = slot(connection, putRight, key)) {
            statement.executeUpdate();
        }
        return true;
    }

    Optional<Signal> read(Connection connection, Act act, SignalKey key) throws SQLException {
        try (PreparedStatement statement = slot(connection, read, key);
                ResultSet rows = statement.executeQuery()) {
            return rows.next()
                    ? Optional.of(signal(act, new Row(key.strategy(), key.symbol(), rows.getString(1))))
                    : Optional.empty();
        }
    }

    private Signal signal(Act act, Row row) {
        try {
            return row.signal();
        } catch (IllegalArgumentException e) {
            throw new UnreadableSignalException(
                    act.failure(store, String.valueOf(e.getMessage()), advice(row.strategy() + "/" + row.symbol())), e);
        }
    }

    boolean touch(Connection connection, SignalKey key) throws SQLException {
        try (PreparedStatement statement = slot(connection, touch, key)) {
            return statement.executeUpdate() == 1;
        }
    }

    boolean forEach(Connection connection, Consumer<Row> reader) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(list);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                reader.accept(row(rows));
            }
            return true;
        }
    }

    /** Removes what nobody touched for that long, damaged rows apart, and returns the names. */
    List<String> sweep(Connection connection, long millis) throws SQLException {
        List<String> removed = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sweep)) {
            statement.setLong(1, millis);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    removed.add(rows.getString(1) + "/" + rows.getString(2));
                }
            }
        }
        return removed;
    }

    /** Moves the row aside if it is damaged, and says where to. */
    Optional<String> setAside(Connection connection, Act act, SignalKey key) throws SQLException {
        String found;
        try (PreparedStatement statement = slot(connection, look, key);
                ResultSet rows = statement.executeQuery()) {
            if (!rows.next()) {
                return Optional.empty();
            }
            signal(act, row(rows));
            return Optional.empty();
        } catch (UnreadableSignalException e) {
            found = e.found();
        }
        long sequence;
        try (PreparedStatement statement = connection.prepareStatement(copyAside)) {
            statement.setString(1, found);
            statement.setString(2, key.strategy());
            statement.setString(3, key.symbol());
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                sequence = rows.getLong(1);
            }
        }
        try (PreparedStatement statement = slot(connection, deleteDamaged, key)) {
            statement.executeUpdate();
        }
        return Optional.of("row " + sequence + " of table " + setAsideTable + " in " + store);
    }

    private static Row row(ResultSet rows) throws SQLException {
        return new Row(rows.getString(1), rows.getString(2), rows.getString(3));
    }

    /** Returns the statement, which the caller closes, with the key as its first two parameters. */
    private static PreparedStatement slot(Connection connection, String sql, SignalKey key) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        statement.setString(1, key.strategy());
        statement.setString(2, key.symbol());
        return statement;
    }
}
