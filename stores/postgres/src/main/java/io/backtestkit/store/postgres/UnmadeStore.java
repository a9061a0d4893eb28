package io.backtestkit.store.postgres;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.store.TradeLog;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A place where no store has been made yet, for looking at it: the server can be checked, nothing else is there. */
final class UnmadeStore implements SignalStore {

    private final PostgresDatabase database;
    private final PostgresSchema schema;
    private final boolean insecure;

    UnmadeStore(PostgresDatabase database, PostgresSchema schema, boolean insecure) {
        this.database = database;
        this.schema = schema;
        this.insecure = insecure;
    }

    private StoreRefusedException refused(Act act) {
        return new StoreRefusedException(
                act.failure(
                        database.store(),
                        "there are no tables of a store in schema '" + schema.name() + "'",
                        PostgresPreflight.MAKE_TABLES),
                null);
    }

    @Override
    public void write(SignalKey key, Signal signal) {
        throw refused(Act.changing("write signal", key));
    }

    @Override
    public Optional<Signal> read(SignalKey key) {
        throw refused(Act.reading("read signal", key));
    }

    @Override
    public void delete(SignalKey key) {
        throw refused(Act.changing("delete signal", key));
    }

    @Override
    public Set<SignalKey> keys() {
        throw refused(Act.reading("list the keys of"));
    }

    @Override
    public Optional<TradeLog> tradeLog() {
        throw refused(Act.reading("open the trade log of"));
    }

    /** Examines the server alone. */
    @Override
    public List<StoreFinding> check() {
        return PostgresPreflight.examine(database, schema, insecure);
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
