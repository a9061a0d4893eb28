package io.backtestkit.store.postgres;

import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import org.jspecify.annotations.Nullable;

/**
 * What a change of a slot must pass: its claim is still the slot's newest; or, if it carries none, no lease runs.
 *
 * @param key the slot
 * @param claim what the change carries; null if nothing
 */
record Fence(SignalKey key, @Nullable Claim claim) {

    static Fence of(Claim claim) {
        return new Fence(claim.key(), claim);
    }

    static Fence unclaimed(SignalKey key) {
        return new Fence(key, null);
    }

    /** Sets four parameters from that number on: strategy, symbol, owner and epoch, the last two null without a claim. */
    void bind(PreparedStatement statement, int parameter) throws SQLException {
        statement.setString(parameter, key.strategy());
        statement.setString(parameter + 1, key.symbol());
        statement.setString(parameter + 2, claim == null ? null : claim.owner());
        if (claim == null) {
            statement.setNull(parameter + 3, Types.BIGINT);
        } else {
            statement.setLong(parameter + 3, claim.epoch());
        }
    }
}
