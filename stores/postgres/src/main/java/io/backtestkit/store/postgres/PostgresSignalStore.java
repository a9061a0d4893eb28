package io.backtestkit.store.postgres;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.StoreLocation;
import io.backtestkit.store.TradeLog;
import io.backtestkit.store.UnreadableSignalException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.DatabaseMetaData;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.sql.DataSource;

/**
 * Keeps signals in PostgreSQL, one row each:
 *
 * <pre>
 * select * from signals
 * strategy_name | breakout                 primary key, with symbol
 * symbol        | BTCUSDT
 * signal_data   | {"id": "a1", "phase": "open", "schema": 1, "symbol": "BTCUSDT", "priceOpen": "50000", ...}
 * signal_text   |                          the JSON to the character, where jsonb would change it
 * signal_hash   | 3171523046532312945      what our own statement left
 * epoch         | 0                        a write with a lower one is refused by the statement itself
 * version       | 7                        counts the writes
 * created_at    | 2024-01-15 09:30:00.41+00
 * updated_at    | 2024-01-15 09:41:00.02+00
 * </pre>
 *
 * <p>A write is one upsert, acknowledged when it is committed and flushed. It also checks that the row is as a statement of
 * ours left it; if not (somebody edited it), the row is locked and read before it is replaced: one that is no signal is
 * damaged. {@link #writeAll} and {@link #end} are one transaction: all or none. {@link #setAside} moves the row to the table
 * {@code signals_set_aside}. Ended signals are in the table {@code trades}.
 *
 * <p>Abandoned signals are removed by the server's clock, when the store is opened and then at most every quarter of the
 * time, by whichever call comes next.
 */
public final class PostgresSignalStore implements SignalStore {

    private static final Logger LOG = System.getLogger(PostgresSignalStore.class.getName());

    /** Every process writes with the same epoch until keys are claimed. */
    private static final long EPOCH = 0;

    private final PostgresDatabase database;
    private final PostgresSchema schema;
    private final boolean insecure;
    private final SignalTable signals;
    private final PostgresTradeLog log;
    private final AbandonedSignals abandoned;

    private PostgresSignalStore(PostgresDatabase database, boolean insecure) {
        this.database = database;
        this.insecure = insecure;
        schema = PostgresSchema.of(database);
        signals = new SignalTable(schema, database.store(), EPOCH);
        log = new PostgresTradeLog(database, schema);
        abandoned = new AbandonedSignals(database, signals);
    }

    /** Opens the store on the user's own connections, in the schema they are in. Closing the store leaves them open. */
    public static PostgresSignalStore on(DataSource source) {
        return on(source, PostgresOptions.defaults());
    }

    /**
     * Opens the store on the user's own connections, which may come from a pooler in transaction mode: each call is a
     * transaction that sets its own time-outs. Closing the store leaves the {@code DataSource} open.
     *
     * @throws SignalStoreException as for {@link io.backtestkit.store.SignalStoreProvider#open}
     */
    public static PostgresSignalStore on(DataSource source, PostgresOptions options) {
        SqlFailures unnamed = new SqlFailures("postgresql:", "");
        PostgresDatabase any = PostgresDatabase.settingTimeouts(source, () -> {}, options, unnamed);
        String name = any.run(Act.reading("open store"), connection -> {
            DatabaseMetaData about = connection.getMetaData();
            String url = String.valueOf(about.getURL()).replaceFirst("^jdbc:", "");
            return url.replaceFirst("\\?.*", "").replaceFirst("//.*@", "//");
        });
        return ready(
                PostgresDatabase.settingTimeouts(source, () -> {}, options, new SqlFailures(name, "")), false, true);
    }

    /** Opens the store at a {@code postgresql:} location, as {@link PostgresSignalStoreProvider} describes them. */
    public static PostgresSignalStore open(String location) {
        return open(PostgresLocation.of(StoreLocation.parse(location), System.getenv()), true);
    }

    static PostgresSignalStore open(PostgresLocation location, boolean trading) {
        PostgresDatabase database = location.connect(trading);
        try {
            return ready(database, location.insecure(), trading);
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    private static PostgresSignalStore ready(PostgresDatabase database, boolean insecure, boolean trading) {
        PostgresSignalStore store = new PostgresSignalStore(database, insecure);
        if (!trading) {
            store.schema.requireTables();
            return store;
        }
        List<StoreFinding> findings = store.preflight();
        Preflight.require(findings, store.describe());
        if (store.schema.migrate()) {
            findings = store.preflight();
            Preflight.require(findings, store.describe());
        }
        findings.stream()
                .filter(finding -> finding.level() == StoreFinding.Level.WARNING)
                .forEach(finding -> LOG.log(
                        Level.WARNING,
                        store.describe() + ": " + finding.subject() + " was " + finding.found() + ". "
                                + finding.advice()));
        store.abandoned.remove();
        return store;
    }

    private List<StoreFinding> preflight() {
        return Preflight.examine(database, schema, insecure);
    }

    @Override
    public void write(SignalKey key, Signal signal) {
        signal.requireKey(key);
        Act act = Act.changing("write signal", key);
        JsonText text = JsonText.of(signal);
        abandoned.removeIfDue();
        boolean written = database.run(act, connection -> signals.upsert(connection, key, text));
        if (!written) {
            database.transact(act, connection -> {
                signals.lookAndUpsert(connection, act, key, text);
                return true;
            });
        }
    }

    /** Stores several signals in one transaction: all or none. */
    @Override
    public void writeAll(Map<SignalKey, Signal> all) {
        SortedMap<SignalKey, JsonText> texts = new TreeMap<>();
        all.forEach((key, signal) -> {
            signal.requireKey(key);
            texts.put(key, JsonText.of(signal));
        });
        if (!texts.isEmpty()) {
            abandoned.removeIfDue();
            database.transact(Act.changing("write " + texts.size() + " signals to"), connection -> {
                signals.upsertAll(connection, texts);
                return true;
            });
        }
    }

    @Override
    public Optional<Signal> read(SignalKey key) {
        Act act = Act.reading("read signal", key);
        abandoned.removeIfDue();
        return database.run(act, connection -> signals.read(connection, act, key));
    }

    @Override
    public void delete(SignalKey key) {
        Act act = Act.changing("delete signal", key);
        boolean deleted = database.run(act, connection -> signals.delete(connection, key));
        if (!deleted) {
            database.transact(act, connection -> {
                signals.lookAndDelete(connection, act, key);
                return true;
            });
        }
    }

    /** Logs and frees in one transaction. */
    @Override
    public void end(EndedSignal ended) {
        Act act = Act.changing("end signal", ended.signal().key());
        JsonText text = JsonText.of(ended);
        database.transact(act, connection -> {
            log.append(connection, ended, text);
            if (!signals.delete(connection, ended.signal().key())) {
                signals.lookAndDelete(connection, act, ended.signal().key());
            }
            return true;
        });
    }

    @Override
    public Optional<String> setAside(SignalKey key) {
        Act act = Act.changing("set aside signal", key);
        return database.transact(act, connection -> signals.setAside(connection, act, key));
    }

    @Override
    public Set<SignalKey> keys() {
        Set<SignalKey> keys = new TreeSet<>();
        database.run(
                Act.reading("list the keys of"),
                connection -> signals.forEach(connection, row -> row.key().ifPresent(keys::add)));
        return keys;
    }

    @Override
    public Optional<Duration> expireAbandonedAfter() {
        return database.options().expireAbandonedAfter();
    }

    @Override
    public void touch(SignalKey key) {
        if (expireAbandonedAfter().isPresent()) {
            database.run(Act.changing("touch signal", key), connection -> signals.touch(connection, key));
        }
    }

    @Override
    public Optional<TradeLog> tradeLog() {
        return Optional.of(log);
    }

    /** Examines the server, the tables, the role, every signal and every trade. */
    @Override
    public List<StoreFinding> check() {
        List<StoreFinding> findings = new ArrayList<>(preflight());
        database.run(
                Act.reading("check"), connection -> signals.forEach(connection, row -> findings.add(row.finding())));
        for (SignalKey key : log.loggedKeys()) {
            try {
                findings.add(StoreFinding.ok("trades of " + key, log.trades(key).size() + " readable"));
            } catch (UnreadableSignalException e) {
                findings.add(StoreFinding.damaged("trades of " + key, e.found(), e.advice()));
            }
        }
        return findings;
    }

    @Override
    public String describe() {
        return database.store();
    }

    @Override
    public void close() {
        database.close();
    }
}
