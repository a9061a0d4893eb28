package io.backtestkit.store.postgres;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claims;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.StoreLocation;
import io.backtestkit.store.TradeLog;
import java.lang.System.Logger;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
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
import org.jspecify.annotations.Nullable;

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
 * epoch         | 3                        of the claim it was written under; 0 if there was none yet
 * version       | 7                        counts the writes
 * created_at    | 2024-01-15 09:30:00.41+00
 * updated_at    | 2024-01-15 09:41:00.02+00
 * </pre>
 *
 * <p>A change is one statement, acknowledged when it is committed and flushed. It locks the slot's row in the table {@code
 * claims} ({@link PostgresClaims}) and goes on only if that lets it. It also checks that the signal's row is as a statement of
 * ours left it; if not (somebody edited it), the row is locked and read before it is replaced: one that is no signal is
 * damaged. {@link #writeAll} is one transaction, {@link #end} one statement: all or none. {@link #setAside} moves damaged rows
 * to the table {@code signals_set_aside}. Ended signals are in the table {@code trades}.
 *
 * <p>Abandoned signals are removed by the server's clock, when the store is opened and then at most every quarter of the
 * time, by whichever call comes next; never by a store that was opened for reading only.
 */
public final class PostgresSignalStore implements SignalStore {

    private static final Logger LOG = System.getLogger(PostgresSignalStore.class.getName());

    /** How often others may change a slot between a look at it and the statement after it. */
    private static final int LOOKS = 5;

    /** Changes a slot; false if something there forbids it. */
    private interface Change {
        boolean on(Connection connection) throws SQLException;
    }

    private final PostgresDatabase database;
    private final PostgresSchema schema;
    private final boolean insecure;
    private final SignalTable signals;
    private final PostgresTradeLog log;
    private final PostgresClaims claims;
    private final PostgresSetAside setAside;
    private final AbandonedSignals abandoned;

    private PostgresSignalStore(PostgresDatabase database, boolean insecure, boolean sweeping) {
        this.database = database;
        this.insecure = insecure;
        schema = PostgresSchema.of(database);
        log = new PostgresTradeLog(database, schema);
        signals = new SignalTable(schema, log, database.store());
        claims = new PostgresClaims(this, database, schema);
        setAside = new PostgresSetAside(schema, signals, claims, database.store());
        abandoned = new AbandonedSignals(database, signals, sweeping);
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
        PostgresFailures unnamed = new PostgresFailures("postgresql:", "");
        PostgresDatabase any = PostgresDatabase.settingTimeouts(source, () -> {}, options, unnamed);
        String name = any.run(Act.reading("open store"), connection -> {
            DatabaseMetaData about = connection.getMetaData();
            String url = String.valueOf(about.getURL()).replaceFirst("^jdbc:", "");
            return url.replaceFirst("\\?.*", "").replaceFirst("//.*@", "//");
        });
        return ready(
                PostgresDatabase.settingTimeouts(source, () -> {}, options, new PostgresFailures(name, "")), false);
    }

    /** Opens the store at a {@code postgresql:} location, as {@link PostgresSignalStoreProvider} describes them. */
    public static PostgresSignalStore open(String location) {
        return open(PostgresLocation.of(StoreLocation.parse(location), System::getenv));
    }

    static PostgresSignalStore open(PostgresLocation location) {
        PostgresDatabase database = location.connect(true);
        try {
            return ready(database, location.insecure());
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    /** Opens what is there for looking at it: makes no table, and refuses no set-up. */
    static SignalStore look(PostgresLocation location) {
        PostgresDatabase database = location.connect(false);
        try {
            PostgresSignalStore store = new PostgresSignalStore(database, location.insecure(), false);
            boolean made = store.schema.version() > 0;
            return made ? store : new UnmadeStore(database, store.schema, location.insecure());
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    private static PostgresSignalStore ready(PostgresDatabase database, boolean insecure) {
        PostgresSignalStore store = new PostgresSignalStore(database, insecure, true);
        List<StoreFinding> findings = store.preflight();
        StoreFinding.requireNoneRefused(store.describe(), findings);
        if (store.schema.migrate()) {
            findings = store.preflight();
            StoreFinding.requireNoneRefused(store.describe(), findings);
        }
        StoreFinding.logWarnings(store.describe(), findings, LOG);
        database.trade();
        store.abandoned.remove();
        return store;
    }

    private List<StoreFinding> preflight() {
        return PostgresPreflight.examine(database, schema, insecure);
    }

    @Override
    public void write(SignalKey key, Signal signal) {
        write(Fence.unclaimed(key), signal);
    }

    void write(Fence fence, Signal signal) {
        signal.requireKey(fence.key());
        JsonText text = JsonText.of(signal);
        abandoned.removeIfDue();
        change(Act.changing("write signal", fence.key()), fence, connection -> signals.upsert(connection, fence, text));
    }

    private void change(Act act, Fence fence, Change change) {
        boolean done = database.run(act, change::on);
        if (!done) {
            database.transact(act, connection -> {
                lookAndChange(connection, act, fence, change);
                return true;
            });
        }
    }

    /** Finds out in a transaction what forbids it, and says so or puts it right. */
    private void lookAndChange(Connection connection, Act act, Fence fence, Change change) throws SQLException {
        for (int i = 0; i < LOOKS; i++) {
            claims.require(connection, act, fence);
            signals.examine(connection, act, fence.key());
            if (change.on(connection)) {
                return;
            }
        }
        throw act.restless(database.store(), LOOKS);
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
                for (Map.Entry<SignalKey, JsonText> entry :
                        signals.upsertAll(connection, texts).entrySet()) {
                    Fence fence = Fence.unclaimed(entry.getKey());
                    Act act = Act.changing("write signal", entry.getKey());
                    lookAndChange(connection, act, fence, again -> signals.upsert(again, fence, entry.getValue()));
                }
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
        delete(Fence.unclaimed(key));
    }

    void delete(Fence fence) {
        change(Act.changing("delete signal", fence.key()), fence, connection -> signals.delete(connection, fence));
    }

    /** Logs and frees in one statement. */
    @Override
    public void end(EndedSignal ended) {
        end(Fence.unclaimed(ended.signal().key()), ended);
    }

    void end(Fence fence, EndedSignal ended) {
        ended.signal().requireKey(fence.key());
        JsonText text = JsonText.of(ended);
        change(
                Act.changing("end signal", fence.key()),
                fence,
                connection -> signals.end(connection, fence, ended, text));
    }

    @Override
    public Optional<String> setAside(SignalKey key) {
        return settled(key, null);
    }

    @Override
    public Optional<String> setAside(SignalKey key, Signal replacement) {
        replacement.requireKey(key);
        return settled(key, JsonText.of(replacement));
    }

    private Optional<String> settled(SignalKey key, @Nullable JsonText replacement) {
        Act act = Act.changing("set aside signal", key);
        return database.transact(act, connection -> setAside.move(connection, act, key, replacement));
    }

    @Override
    public Set<SignalKey> keys() {
        Set<SignalKey> keys = new TreeSet<>();
        database.run(Act.reading("list the keys of"), connection -> {
            signals.forEach(connection, row -> row.key().ifPresent(keys::add));
            return true;
        });
        return keys;
    }

    @Override
    public List<StoreFinding> keyless() {
        List<StoreFinding> findings = new ArrayList<>();
        database.run(Act.reading("list the keys of"), connection -> {
            signals.forEach(connection, row -> {
                if (row.key().isEmpty()) {
                    findings.add(row.finding(database.store()));
                }
            });
            log.keyless(connection, findings::add);
            return true;
        });
        return findings;
    }

    @Override
    public Optional<Duration> expireAbandonedAfter() {
        return database.options().expireAbandonedAfter();
    }

    @Override
    public void touch(SignalKey key) {
        if (expireAbandonedAfter().isPresent()) {
            database.run(Act.changing("touch signal", key), connection -> {
                signals.touch(connection, key);
                return true;
            });
        }
    }

    @Override
    public Optional<Claims> claims() {
        return Optional.of(claims);
    }

    @Override
    public Optional<TradeLog> tradeLog() {
        return Optional.of(log);
    }

    /** Examines the server, the tables, the role, every signal and every trade. */
    @Override
    public List<StoreFinding> check() {
        return new PostgresExamination(database, schema, preflight()).of(signals, claims, log);
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
