package io.backtestkit.store.postgres;

import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.UnreadableSignalException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The table {@code signals_set_aside}: damaged rows of {@code signals} and {@code claims}, as they were found. */
final class PostgresSetAside {

    private static final String SLOT = " where strategy_name = ? and symbol = ? returning sequence";

    private final SignalTable signals;
    private final PostgresClaims claims;
    private final String name;
    private final String store;
    private final String keepSignal;
    private final String keepClaim;

    PostgresSetAside(PostgresSchema schema, SignalTable signals, PostgresClaims claims, String store) {
        this.signals = signals;
        this.claims = claims;
        this.store = store;
        name = schema.table("signals_set_aside");
        String kept =
                " (found, strategy_name, symbol, signal_data, signal_text, epoch, version, created_at, updated_at)";
        keepSignal = "insert into " + name + kept + " select ?, strategy_name, symbol, signal_data, signal_text, epoch,"
                + " version, created_at, updated_at from " + schema.table("signals") + SLOT;
        keepClaim = "insert into " + name + kept + " select ?, strategy_name, symbol, to_jsonb(held), null, epoch, 0,"
                + " now(), now() from " + schema.table("claims") + " as held" + SLOT;
    }

    /**
     * Moves the slot's claim and its signal here, each if it is damaged, and says where to. Leaves the replacement, or
     * nothing, in the place of the signal.
     */
    Optional<String> move(Connection connection, Act act, SignalKey key, @Nullable JsonText replacement)
            throws SQLException {
        List<String> kept = new ArrayList<>();
        Optional<String> claimDamage = claims.damage(connection, key);
        if (claimDamage.isPresent()) {
            kept.add(keep(connection, keepClaim, key, claimDamage.get()));
            claims.free(connection, key);
        }
        claims.require(connection, act, Fence.unclaimed(key));
        Optional<String> damage = damage(connection, act, key);
        if (damage.isPresent()) {
            kept.add(keep(connection, keepSignal, key, damage.get()));
            signals.deleteDamaged(connection, key);
            if (replacement != null && !signals.upsert(connection, Fence.unclaimed(key), replacement)) {
                throw act.restless(store, 1); // the transaction is taken back
            }
        } else if (claimDamage.isPresent()) {
            signals.touch(connection, key); // until now its owner managed it
        }
        return kept.isEmpty()
                ? Optional.empty()
                : Optional.of(String.join(" and ", kept) + " of table " + name + " in " + store);
    }

    private Optional<String> damage(Connection connection, Act act, SignalKey key) throws SQLException {
        try {
            signals.examine(connection, act, key);
            return Optional.empty();
        } catch (UnreadableSignalException e) {
            return Optional.of(e.found());
        }
    }

    private static String keep(Connection connection, String sql, SignalKey key, String found) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, found);
            statement.setString(2, key.strategy());
            statement.setString(3, key.symbol());
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return "row " + rows.getLong(1);
            }
        }
    }
}
