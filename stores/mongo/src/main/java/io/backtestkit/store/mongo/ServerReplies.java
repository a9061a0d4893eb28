package io.backtestkit.store.mongo;

import com.mongodb.MongoCommandException;
import com.mongodb.client.MongoDatabase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.bson.BsonDocument;
import org.bson.BsonInt32;

/**
 * What a server says about itself and about our collections: all the preflight goes by.
 *
 * @param hello its reply to {@code hello}; empty if it does not know that command
 * @param connectionStatus its reply to {@code connectionStatus}; empty if it does not know that command
 * @param collections our collections as listed, by name
 * @param indexes the indexes of each of them
 * @param asked when {@code hello} was sent, by our clock
 * @param answered when its answer was there
 */
record ServerReplies(
        BsonDocument hello,
        BsonDocument connectionStatus,
        Map<String, BsonDocument> collections,
        Map<String, List<BsonDocument>> indexes,
        Instant asked,
        Instant answered) {

    private static final List<String> OURS =
            List.of(MongoSlots.SIGNALS, MongoLeases.CLAIMS, MongoTradeLog.TRADES, MongoSetAside.SET_ASIDE);

    /** Asks the server. Changes nothing. */
    static ServerReplies of(MongoDatabase database, Supplier<Instant> clock) {
        Instant asked = clock.get();
        BsonDocument hello = reply(database, "hello");
        Instant answered = clock.get();
        Map<String, BsonDocument> collections = new TreeMap<>();
        for (BsonDocument listed : database.listCollections(BsonDocument.class)) {
            String name = listed.getString("name").getValue();
            if (OURS.contains(name)) {
                collections.put(name, listed);
            }
        }
        Map<String, List<BsonDocument>> indexes = new TreeMap<>();
        collections.forEach((name, listed) -> {
            if (!listed.containsKey("type")
                    || listed.getString("type").getValue().equals("collection")) {
                indexes.put(
                        name,
                        database.getCollection(name)
                                .listIndexes(BsonDocument.class)
                                .into(new ArrayList<>()));
            }
        });
        return new ServerReplies(hello, reply(database, "connectionStatus"), collections, indexes, asked, answered);
    }

    private static BsonDocument reply(MongoDatabase database, String command) {
        try {
            return database.runCommand(new BsonDocument(command, new BsonInt32(1)), BsonDocument.class);
        } catch (MongoCommandException e) {
            if (e.getErrorCode() == ErrorReply.COMMAND_NOT_FOUND) {
                return new BsonDocument();
            }
            throw e;
        }
    }
}
