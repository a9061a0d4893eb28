package io.backtestkit.store.postgres;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimAnswer;
import io.backtestkit.store.ClaimLostException;
import io.backtestkit.store.Claims;
import io.backtestkit.store.StoreFailure;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.UnreadableSignalException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code claims}: one row for every slot that was ever written or claimed. Rows are never deleted, so epochs only
 * grow.
 *
 * <pre>
 * strategy_name | breakout                 primary key, with symbol
 * symbol        | BTCUSDT
 * epoch         | 3                        of the newest claim; 0: never claimed
 * owner         | process 4711 on trader-1, started 2026-01-15T09:30:00Z, 1c8e4b0f-88123-2
 * until         | 2026-01-15 09:30:30+00   owner and until are null: released, or never claimed
 * </pre>
 *
 * <p>Leases run by {@code clock_timestamp()} of the server. A change of a slot locks its row {@code for share}, a claim
 * updates it: each waits for the other, and what waited is decided by what the other one left. What frees a slot touches
 * its signal, which was managed until then: it is not abandoned yet. A claim names the epoch that
 * was seen before, so that one which arrives after its owner gave up and claimed again changes nothing.
 */
final class PostgresClaims implements Claims {

    /** The version of the tables that brought this one. */
    static final int SINCE = 2;

    /** How often a claim may come and go between a question and the look at who has the slot. */
    private static final int LOOKS = 5;

    private static final String SLOT = " where strategy_name = ? and symbol = ?";
    private static final String NOW = "date_trunc('milliseconds', clock_timestamp())";

    /** A row as it is in the table. */
    private record Row(
            String strategy,
            String symbol,
            long epoch,
            @Nullable String owner,
            @Nullable OffsetDateTime until,
            boolean running) {

        /** Returns the claim; empty if there is none. */
        Optional<Claim> claim() {
            return owner == null || until == null
                    ? Optional.empty()
                    : Optional.of(new Claim(new SignalKey(strategy, symbol), owner, epoch, until.toInstant()));
        }
    }

    private final PostgresSignalStore store;
    private final PostgresDatabase database;
    private final String claim;
    private final String renew;
    private final String release;
    private final String read;
    private final String free;

    PostgresClaims(PostgresSignalStore store, PostgresDatabase database, PostgresSchema schema) {
        this.store = store;
        this.database = database;
        String table = schema.table("claims");
        claim = "with given as materialized (select ?::text collate \"C\" as strategy_name,"
                + " ?::text collate \"C\" as symbol, ?::text as owner, ?::bigint * interval '1 millisecond' as lease,"
                + " ?::text as dead_owner, ?::bigint as dead_epoch, ?::bigint as seen_epoch)"
                + " insert into " + table + " as held (strategy_name, symbol, owner, until, epoch)"
                + " select strategy_name, symbol, owner, " + NOW + " + lease, 1 + coalesce((select signals.epoch from "
                + schema.table("signals") + " as signals join given using (strategy_name, symbol)), 0) from given"
                + " on conflict (strategy_name, symbol) do update set owner = excluded.owner,"
                + " until = " + NOW + " + (select lease from given),"
                + " epoch = greatest(held.epoch + 1, excluded.epoch)"
                + " where held.epoch = (select seen_epoch from given)"
                + " and (held.until is null or held.until <= clock_timestamp() or held.owner = excluded.owner"
                + " or exists (select from given where dead_owner = held.owner and dead_epoch = held.epoch))"
                + " returning epoch, until";
        String mine = SLOT + " and owner = ? and epoch = ?";
        renew = "update " + table + " set until = " + NOW + " + ?::bigint * interval '1 millisecond'" + mine
                + " returning until";
        release = "with released as (update " + table + " set owner = null, until = null" + mine
                + " returning strategy_name, symbol) update " + schema.table("signals") + " as signals"
                + " set updated_at = now() from released where signals.strategy_name = released.strategy_name"
                + " and signals.symbol = released.symbol";
        read = "select strategy_name, symbol, epoch, owner, until, coalesce(until > clock_timestamp(), false) from "
                + table;
        free = "update " + table + " set owner = null, until = null" + SLOT;
    }

    @Override
    public ClaimAnswer claim(SignalKey key, String owner, Duration lease) {
        return claim(key, null, owner, lease);
    }

    @Override
    public ClaimAnswer takeOver(Claim dead, String owner, Duration lease) {
        return claim(dead.key(), dead, owner, lease);
    }

    private ClaimAnswer claim(SignalKey key, @Nullable Claim dead, String owner, Duration lease) {
        Claim.requireOwner(key, owner);
        Claims.requireLease(key, lease);
        Act act = Act.changing("claim signal", key);
        Act look = Act.reading("claim signal", key);
        for (int i = 0; i < LOOKS; i++) {
            long seen = database.run(
                    look, connection -> row(connection, key, "").map(Row::epoch).orElse(0L));
            Optional<Claim> granted =
                    database.run(act, connection -> granted(connection, key, dead, owner, lease, seen));
            if (granted.isPresent()) {
                return new ClaimAnswer.Granted(granted.get());
            }
            Optional<Claim> holder = database.run(act, connection -> holder(connection, act, key));
            if (holder.filter(other -> !other.owner().equals(owner)).isPresent()) {
                return new ClaimAnswer.Held(holder.get());
            }
        }
        throw act.restless(database.store(), LOOKS);
    }

    private Optional<Claim> granted(
            Connection connection, SignalKey key, @Nullable Claim dead, String owner, Duration lease, long seen)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(claim)) {
            statement.setString(1, key.strategy());
            statement.setString(2, key.symbol());
            statement.setString(3, owner);
            statement.setLong(4, lease.toMillis());
            statement.setString(5, dead == null ? null : dead.owner());
            statement.setLong(6, dead == null ? 0 : dead.epoch());
            statement.setLong(7, seen);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next()
                        ? Optional.of(new Claim(
                                key, owner, rows.getLong(1), time(rows, 2).toInstant()))
                        : Optional.empty();
            }
        }
    }

    @Override
    public Claim renew(Claim claim, Duration lease) {
        Claims.requireLease(claim.key(), lease);
        Act act = Act.changing("renew the claim of signal", claim.key());
        Fence fence = Fence.of(claim);
        Instant until = database.run(act, connection -> {
            try (PreparedStatement statement = connection.prepareStatement(renew)) {
                statement.setLong(1, lease.toMillis());
                fence.bind(statement, 2);
                try (ResultSet rows = statement.executeQuery()) {
                    if (rows.next()) {
                        return time(rows, 1).toInstant();
                    }
                }
            }
            Optional<Claim> holder = holder(connection, act, claim.key());
            throw ClaimLostException.lost(act.name(), claim, holder, database.store());
        });
        return new Claim(claim.key(), claim.owner(), claim.epoch(), until);
    }

    @Override
    public void release(Claim claim) {
        Act act = Act.changing("release signal", claim.key());
        database.run(act, connection -> {
            try (PreparedStatement statement = connection.prepareStatement(release)) {
                Fence.of(claim).bind(statement, 1);
                return statement.executeUpdate();
            }
        });
    }

    @Override
    public Optional<Claim> holder(SignalKey key) {
        Act act = Act.reading("read the claim of signal", key);
        return database.run(act, connection -> holder(connection, act, key));
    }

    private Optional<Claim> holder(Connection connection, Act act, SignalKey key) throws SQLException {
        return row(connection, key, "").flatMap(row -> claim(act, row));
    }

    @Override
    public void write(Claim claim, Signal signal) {
        store.write(Fence.of(claim), signal);
    }

    @Override
    public void delete(Claim claim) {
        store.delete(Fence.of(claim));
    }

    @Override
    public void end(Claim claim, EndedSignal ended) {
        store.end(Fence.of(claim), ended);
    }

    /** Locks the slot's claim until the transaction ends, and refuses what it does not let pass. */
    void require(Connection connection, Act act, Fence fence) throws SQLException {
        Optional<Row> row = row(connection, fence.key(), " for share");
        Optional<Claim> holder = row.flatMap(found -> claim(act, found));
        Claim mine = fence.claim();
        if (mine == null) {
            if (holder.isPresent() && row.filter(Row::running).isPresent()) {
                throw ClaimLostException.claimed(act.name(), holder.get(), database.store());
            }
        } else if (holder.filter(newest ->
                        newest.epoch() == mine.epoch() && newest.owner().equals(mine.owner()))
                .isEmpty()) {
            throw ClaimLostException.lost(act.name(), mine, holder, database.store());
        }
    }

    private Optional<Claim> claim(Act act, Row row) {
        try {
            return row.claim();
        } catch (IllegalArgumentException e) {
            throw new UnreadableSignalException(
                    act.failure(database.store(), damage(e), advice(row.strategy(), row.symbol())), e);
        }
    }

    private static String damage(IllegalArgumentException e) {
        return "its claim is damaged, " + e.getMessage();
    }

    private String advice(String strategy, String symbol) {
        return "It is kept as it is, and its slot takes no change"
                + SignalRow.key(strategy, symbol)
                        .map(key -> " until you run: " + StoreFailure.discarding(database.store(), key))
                        .orElse(": correct the row in table claims.");
    }

    private Optional<Row> row(Connection connection, SignalKey key, String lock) throws SQLException {
        try (PreparedStatement statement = SignalTable.slot(connection, read + SLOT + lock, key);
                ResultSet rows = statement.executeQuery()) {
            return rows.next() ? Optional.of(row(rows)) : Optional.empty();
        }
    }

    private static Row row(ResultSet rows) throws SQLException {
        return new Row(
                rows.getString(1),
                rows.getString(2),
                rows.getLong(3),
                rows.getString(4),
                rows.getObject(5, OffsetDateTime.class),
                rows.getBoolean(6));
    }

    private static OffsetDateTime time(ResultSet rows, int column) throws SQLException {
        return rows.getObject(column, OffsetDateTime.class);
    }

    /** Reports the claims in force and the damaged ones. */
    void check(Connection connection, Consumer<StoreFinding> findings) throws SQLException {
        String held = read + " where owner is not null order by strategy_name, symbol";
        try (PreparedStatement statement = connection.prepareStatement(held);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                Row row = row(rows);
                String subject = "claim of " + row.strategy() + "/" + row.symbol();
                try {
                    row.claim()
                            .filter(claim -> row.running())
                            .ifPresent(claim -> findings.accept(StoreFinding.ok(
                                    subject,
                                    "epoch " + claim.epoch() + ", held by " + claim.owner() + " until "
                                            + claim.until())));
                } catch (IllegalArgumentException e) {
                    findings.accept(StoreFinding.damaged(subject, damage(e), advice(row.strategy(), row.symbol())));
                }
            }
        }
    }

    /** Locks the row and says how it is damaged; empty if it is not. */
    Optional<String> damage(Connection connection, SignalKey key) throws SQLException {
        try {
            Optional<Row> found = row(connection, key, " for update");
            found.ifPresent(Row::claim);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(damage(e));
        }
    }

    /** Takes the slot from whoever has it. The epoch stays. */
    void free(Connection connection, SignalKey key) throws SQLException {
        try (PreparedStatement statement = SignalTable.slot(connection, free, key)) {
            statement.executeUpdate();
        }
    }
}
