package io.backtestkit.store.mongo;

import com.mongodb.MongoCommandException;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.jspecify.annotations.Nullable;

/**
 * What a server says about itself and about our collections: all the preflight goes by.
 *
 * @param hello its reply to {@code hello}; empty if it does not know that command
 * @param connectionStatus its reply to {@code connectionStatus}; empty if it does not know that command
 * @param collections our collections as listed, by name
 * @param held the claims that somebody has; looked at before the indexes, since who opens makes these before it claims
 * @param indexes the indexes of each of our collections
 * @param asked when {@code hello} was sent, by our clock
 * @param answered when its answer was there
 */
record ServerReplies(
        BsonDocument hello,
        BsonDocument connectionStatus,
        Map<String, BsonDocument> collections,
        List<BsonDocument> held,
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
        List<BsonDocument> held = isOrdinary(collections.get(MongoLeases.CLAIMS))
                ? database.getCollection(MongoLeases.CLAIMS, BsonDocument.class)
                        .find(Filters.exists("owner"))
                        .into(new ArrayList<>())
                : List.of();
        Map<String, List<BsonDocument>> indexes = new TreeMap<>();
        collections.forEach((name, listed) -> {
            if (isOrdinary(listed)) {
                indexes.put(
                        name,
                        database.getCollection(name)
                                .listIndexes(BsonDocument.class)
                                .into(new ArrayList<>()));
            }
        });
        return new ServerReplies(
                hello, reply(database, "connectionStatus"), collections, held, indexes, asked, answered);
    }

    private static boolean isOrdinary(@Nullable BsonDocument listed) {
        return listed != null
                && listed.getString("type", new BsonString("collection"))
                        .getValue()
                        .equals("collection");
    }

    /** Returns the server's time when it answered; ours if it does not say. */
    Instant now() {
        return hello.isDateTime("localTime")
                ? Instant.ofEpochMilli(hello.getDateTime("localTime").getValue())
                : answered;
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
