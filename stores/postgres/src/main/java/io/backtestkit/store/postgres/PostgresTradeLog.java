package io.backtestkit.store.postgres;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalCodec;
import io.backtestkit.signal.SignalFormatException;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.TradeLog;
import io.backtestkit.store.UnreadableSignalException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** The table {@code trades}: one row for each signal that ended, in the order of {@code sequence}. */
final class PostgresTradeLog implements TradeLog {

    private static final Instant EARLIEST = Instant.parse("-4700-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("+290000-01-01T00:00:00Z");

    private final PostgresDatabase database;
    private final String table;
    private final String read;
    private final String keys;
    private final String discard;

    PostgresTradeLog(PostgresDatabase database, PostgresSchema schema) {
        this.database = database;
        table = schema.table("trades");
        read = "select coalesce(trade_text, trade_data::text) from " + table
                + " where strategy_name = ? and symbol = ? and ended_at >= ? and ended_at < ? order by sequence";
        keys = "select distinct strategy_name, symbol from " + table + " order by strategy_name, symbol";
        discard = "delete from " + table + " where strategy_name = ? and symbol = ?";
    }

    /** Returns a statement with seven parameters that logs a signal once, under that condition. */
    String insertIf(String condition) {
        return "insert into " + table + " (strategy_name, symbol, id, created_at, ended_at, trade_data, trade_text)"
                + " select ?::text, ?::text, ?::text, ?::timestamptz, ?::timestamptz, ?::jsonb, ?::text where "
                + condition + " on conflict (strategy_name, symbol, id, created_at) do nothing";
    }

    /** Sets the seven parameters from that number on. */
    static void bind(PreparedStatement statement, int parameter, EndedSignal ended, JsonText text) throws SQLException {
        Signal signal = ended.signal();
        statement.setString(parameter, signal.key().strategy());
        statement.setString(parameter + 1, signal.key().symbol());
        statement.setString(parameter + 2, signal.id());
        statement.setObject(parameter + 3, signal.createdAt().atOffset(ZoneOffset.UTC));
        statement.setObject(parameter + 4, ended.endedAt().atOffset(ZoneOffset.UTC));
        statement.setString(parameter + 5, text.json());
        statement.setString(parameter + 6, text.exact());
    }

    @Override
    public void append(EndedSignal ended) {
        JsonText text = JsonText.of(ended);
        database.run(Act.changing("log ended signal", ended.signal().key()), connection -> {
            try (PreparedStatement statement = connection.prepareStatement(insertIf("true"))) {
                bind(statement, 1, ended, text);
                return statement.executeUpdate();
            }
        });
    }

    @Override
    public List<EndedSignal> trades(SignalKey key, Instant from, Instant to) {
        Act act = Act.reading("read trades of", key);
        return database.run(act, connection -> read(connection, act, read, key, from, to));
    }

    @Override
    public Optional<EndedSignal> last(SignalKey key) {
        Act act = Act.reading("read the last trade of", key);
        return database.run(act, connection -> {
            List<EndedSignal> last = read(connection, act, read + " desc limit 1", key, Instant.MIN, Instant.MAX);
            return last.stream().findFirst();
        });
    }

    private List<EndedSignal> read(Connection connection, Act act, String sql, SignalKey key, Instant from, Instant to)
            throws SQLException {
        List<EndedSignal> trades = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, key.strategy());
            statement.setString(2, key.symbol());
            statement.setObject(3, bound(from));
            statement.setObject(4, bound(to));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    trades.add(trade(act, key, rows.getString(1)));
                }
            }
        }
        return trades;
    }

    private EndedSignal trade(Act act, SignalKey key, String json) {
        try {
            EndedSignal ended = SignalCodec.decodeEnded(json);
            if (!ended.signal().key().equals(key)) {
                throw new SignalFormatException("the row is of " + key + ", the signal in it of "
                        + ended.signal().key());
            }
            return ended;
        } catch (IllegalArgumentException e) {
            throw new UnreadableSignalException(
                    act.failure(
                            database.store(),
                            "an entry is damaged, " + e.getMessage(),
                            "It is kept as it is: correct the row in table trades, or restore it."),
                    e);
        }
    }

    /** Returns the first whole millisecond not before the time: stored times are whole ones. Far away is for ever. */
    private static OffsetDateTime bound(Instant time) {
        if (time.isBefore(EARLIEST)) {
            return OffsetDateTime.MIN;
        }
        if (time.isAfter(LATEST)) {
            return OffsetDateTime.MAX;
        }
        Instant whole = Instant.ofEpochMilli(time.toEpochMilli());
        return (whole.isBefore(time) ? whole.plusMillis(1) : whole).atOffset(ZoneOffset.UTC);
    }

    @Override
    public List<SignalKey> loggedKeys() {
        List<SignalKey> logged = new ArrayList<>();
        database.run(Act.reading("list the log of"), connection -> {
            forEachNames(connection, (strategy, symbol) -> SignalRow.key(strategy, symbol)
                    .ifPresent(logged::add));
            return true;
        });
        return logged;
    }

    /** Adds what was logged under names that can be no key: {@link #loggedKeys} leaves it out. */
    void keyless(Connection connection, Consumer<StoreFinding> findings) throws SQLException {
        forEachNames(connection, (strategy, symbol) -> {
            try {
                SignalKey unused = new SignalKey(strategy, symbol);
            } catch (IllegalArgumentException e) {
                findings.accept(StoreFinding.damaged(
                        "trades of " + strategy + "/" + symbol,
                        String.valueOf(e.getMessage()),
                        "They are kept as they are: correct the row in table trades, or restore it."));
            }
        });
    }

    private void forEachNames(Connection connection, BiConsumer<String, String> reader) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(keys);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                reader.accept(rows.getString(1), rows.getString(2));
            }
        }
    }

    /** Needs the right to delete from the table, which trading does not. */
    @Override
    public void discard(SignalKey key) {
        database.run(Act.changing("discard the trades of", key), connection -> {
            try (PreparedStatement statement = connection.prepareStatement(discard)) {
                statement.setString(1, key.strategy());
                statement.setString(2, key.symbol());
                return statement.executeUpdate();
            }
        });
    }
}
