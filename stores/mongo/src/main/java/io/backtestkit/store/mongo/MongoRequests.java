package io.backtestkit.store.mongo;

import com.mongodb.bulk.BulkWriteResult;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.UpdateOneModel;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import java.util.List;
import java.util.concurrent.Callable;
import org.bson.BsonDocument;
import org.bson.conversions.Bson;

/**
 * The requests a store makes of the server, without the store: built when asked for, and sent when called, by the driver
 * alone. So it can be told what the store's own work costs. A call waits for the answer, says whether what was asked for was
 * done, and throws what the driver throws: for a slot that is another's, or damaged, that two documents have one key. Any
 * thread may call.
 */
public final class MongoRequests {

    private final MongoCollection<BsonDocument> signals;

    MongoRequests(MongoAccess access) {
        signals = access.collection(MongoSlots.SIGNALS);
    }

    /** Returns the {@code updateOne} that writes a signal without a claim. */
    public Callable<Boolean> write(Signal signal) {
        BsonDocument filter = SlotRequest.unclaimed(signal.key());
        BsonDocument update = SlotRequest.hold(signal);
        return () -> signals.updateOne(filter, update, MongoSlots.UPSERT).wasAcknowledged();
    }

    /** Returns the {@code find} of a slot's document; false if there is none. */
    public Callable<Boolean> read(SignalKey key) {
        Bson filter = Filters.eq("_id", SignalDocument.id(key));
        return () -> signals.find(filter).first() != null;
    }

    /** Returns the {@code deleteOne} that frees a slot that was never claimed; false if nothing is there that it may free. */
    public Callable<Boolean> delete(SignalKey key) {
        BsonDocument filter = SlotRequest.neverClaimed(key);
        return () -> signals.deleteOne(filter).getDeletedCount() > 0;
    }

    /** Returns the unordered {@code bulkWrite} that writes several signals of different slots. */
    public Callable<Boolean> writeAll(List<Signal> all) {
        List<UpdateOneModel<BsonDocument>> requests =
                all.stream().map(MongoBatch::request).toList();
        return () -> {
            BulkWriteResult result = signals.bulkWrite(requests, MongoBatch.UNORDERED);
            return result.getMatchedCount() + result.getUpserts().size() == all.size();
        };
    }
}
