package io.backtestkit.store.postgres;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import java.sql.Connection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;

/**
 * The requests a store makes of the server, without the store: built when asked for, and sent when called, by driver and pool
 * alone. So it can be told what the store's own work costs. A call waits for the answer, says whether what was asked for was
 * done, and throws what the driver throws. The tables must be there. Behind a pooler in transaction mode a store also sets its
 * time-outs in every transaction, which is left out here. Any thread may call.
 */
public final class PostgresRequests {

    private final PostgresLink link;
    private final SignalTable signals;

    PostgresRequests(PostgresLink link, SignalTable signals) {
        this.link = link;
        this.signals = signals;
    }

    /** Returns the upsert that writes a signal without a claim; false if the slot is another's, or damaged. */
    public Callable<Boolean> write(Signal signal) {
        Fence fence = Fence.unclaimed(signal.key());
        JsonText text = JsonText.of(signal);
        return () -> alone(connection -> signals.upsert(connection, fence, text));
    }

    /** Returns the select of a slot's row; false if the slot is free. */
    public Callable<Boolean> read(SignalKey key) {
        return () -> alone(connection -> signals.find(connection, key).isPresent());
    }

    /** Returns the statement that frees a slot without a claim; false if it is another's, or damaged. */
    public Callable<Boolean> delete(SignalKey key) {
        Fence fence = Fence.unclaimed(key);
        return () -> alone(connection -> signals.delete(connection, fence));
    }

    /** Returns the transaction that writes several signals of different slots; false, and none is written, if one is refused. */
    public Callable<Boolean> writeAll(List<Signal> all) {
        SortedMap<SignalKey, JsonText> texts = new TreeMap<>();
        all.forEach(signal -> texts.put(signal.key(), JsonText.of(signal)));
        return () -> {
            try (Connection connection = link.connection()) {
                connection.setAutoCommit(false); // what is not committed the pool rolls back
                boolean done = signals.upsertAll(connection, texts).isEmpty();
                if (done) {
                    connection.commit();
                }
                return done;
            }
        };
    }

    private boolean alone(PostgresDatabase.Work<Boolean> statement) throws Exception {
        try (Connection connection = link.connection()) {
            return statement.on(connection);
        }
    }
}
