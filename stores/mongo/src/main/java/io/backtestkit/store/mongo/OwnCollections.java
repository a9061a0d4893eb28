package io.backtestkit.store.mongo;

import com.mongodb.client.model.IndexModel;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import io.backtestkit.signal.SignalFormatException;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.StoreFinding;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** The collections of a store and their indexes: makes what is missing, and finds what would break the promise. */
final class OwnCollections {

    private final MongoOptions options;

    OwnCollections(MongoOptions options) {
        this.options = options;
    }

    /** Makes what indexes are missing; other processes may do the same at the same time. */
    void make(MongoAccess access) {
        List<IndexModel> ofSignals = new ArrayList<>();
        ofSignals.add(new IndexModel(Indexes.ascending("compositeKey"), new IndexOptions().unique(true)));
        ofSignals.add(new IndexModel(Indexes.ascending("strategyName", "symbol")));
        options.expireAbandonedAfter()
                .ifPresent(after -> ofSignals.add(new IndexModel(
                        Indexes.ascending("updatedAt"),
                        new IndexOptions().expireAfter(after.toSeconds(), TimeUnit.SECONDS))));
        IndexModel ofTrades =
                new IndexModel(Indexes.ascending("compositeKey", "sequence"), new IndexOptions().unique(true));
        access.changeOnce("open store", () -> {
            access.collection(MongoSlots.SIGNALS).createIndexes(ofSignals);
            return access.collection(MongoTradeLog.TRADES).createIndexes(List.of(ofTrades));
        });
    }

    /** Judges what a server said of them. */
    List<StoreFinding> findings(ServerReplies replies) {
        List<StoreFinding> findings = new ArrayList<>();
        checkCollections(replies, findings);
        checkIndexes(replies.indexes(), findings);
        checkHolders(replies, findings);
        return findings;
    }

    /**
     * Whoever has a claim when the time to live is made was started without it, and touches nothing. So it is made only
     * where nobody has one; a damaged claim, whose lease may run, counts as one.
     */
    private void checkHolders(ServerReplies replies, List<StoreFinding> findings) {
        boolean isMade = replies.indexes().getOrDefault(MongoSlots.SIGNALS, List.of()).stream()
                .anyMatch(index -> index.containsKey("expireAfterSeconds") && isKey(index, "updatedAt"));
        if (isMade || options.expireAbandonedAfter().isEmpty()) {
            return;
        }
        replies.held().stream()
                .flatMap(document ->
                        SignalDocument.keyOf(document).flatMap(key -> holder(key, document, replies.now())).stream())
                .findFirst()
                .ifPresent(holder -> findings.add(StoreFinding.refused(
                        "time to live of " + MongoSlots.SIGNALS,
                        "it is not made yet, and " + holder + ", who would lose what is held, never touching it",
                        "Stop every program that trades here, wait for that time if one was killed, and start all with"
                                + " this expireAbandonedAfter.")));
    }

    /** Returns who has a claim; empty if its lease has run out. */
    private static Optional<String> holder(SignalKey key, BsonDocument document, Instant now) {
        try {
            return Lease.read(key, document)
                    .claim()
                    .filter(claim -> now.isBefore(claim.until()))
                    .map(claim -> key + " is held by " + claim.owner() + " until " + claim.until());
        } catch (SignalFormatException e) {
            return Optional.of(key + " is held by somebody");
        }
    }

    private static void checkCollections(ServerReplies replies, List<StoreFinding> findings) {
        replies.collections().forEach((name, listed) -> {
            BsonDocument settings = listed.getDocument("options", new BsonDocument());
            String type = listed.getString("type", new BsonString("collection")).getValue();
            String fault = !type.equals("collection")
                    ? "it is a " + type
                    : settings.getBoolean("capped", BsonBoolean.FALSE).getValue()
                            ? "it is capped, so the server drops old documents by itself"
                            : settings.containsKey("collation")
                                    ? "it has a collation, by which different keys may be one"
                                    : "";
            findings.add(
                    fault.isEmpty()
                            ? StoreFinding.ok("collection " + name, "an ordinary collection")
                            : StoreFinding.refused(
                                    "collection " + name,
                                    fault,
                                    "Move it away; the store makes an ordinary one when it opens."));
        });
    }

    private void checkIndexes(Map<String, List<BsonDocument>> indexes, List<StoreFinding> findings) {
        indexes.forEach((collection, all) -> {
            for (BsonDocument index : all) {
                String name = index.getString("name", new BsonString("?")).getValue();
                String subject = "index " + name + " of " + collection;
                String drop = "Drop it: db." + collection + ".dropIndex(\"" + name + "\")";
                if (index.containsKey("expireAfterSeconds")) {
                    findings.add(timeToLive(collection, index, subject, drop));
                } else if (isKey(index, "updatedAt")
                        && options.expireAbandonedAfter().isPresent()) {
                    findings.add(StoreFinding.refused(subject, "it stands in the way of the time to live", drop + "."));
                } else if (isOurUnique(collection, index) && !isWholeAndUnique(index)) {
                    findings.add(StoreFinding.refused(
                            subject, "it is not unique over all documents", drop + "; the store makes it anew."));
                }
            }
        });
    }

    /** The server removes what a time to live names, and asks nobody. */
    private StoreFinding timeToLive(String collection, BsonDocument index, String subject, String drop) {
        long seconds = index.getNumber("expireAfterSeconds").longValue();
        @Nullable Duration asked = options.expireAbandonedAfter().orElse(null);
        if (collection.equals(MongoSlots.SIGNALS)
                && isKey(index, "updatedAt")
                && !index.containsKey("partialFilterExpression")
                && asked != null
                && asked.toSeconds() == seconds) {
            return StoreFinding.ok(subject, "it removes what nobody touched for " + seconds + " s, as asked");
        }
        return StoreFinding.refused(
                subject,
                "it removes documents by itself " + seconds + " s after "
                        + index.getDocument("key").keySet() + ", "
                        + (asked == null
                                ? "and nothing asks for that"
                                : "while expireAbandonedAfter asks for " + asked.toSeconds() + " s after [updatedAt]"),
                drop + ", or set expireAbandonedAfter to what is meant.");
    }

    private static boolean isOurUnique(String collection, BsonDocument index) {
        return (collection.equals(MongoSlots.SIGNALS) && isKey(index, "compositeKey"))
                || (collection.equals(MongoTradeLog.TRADES) && isKey(index, "compositeKey", "sequence"));
    }

    private static boolean isWholeAndUnique(BsonDocument index) {
        BsonValue unique = index.get("unique");
        return unique != null
                && (BsonBoolean.TRUE.equals(unique)
                        || (unique.isNumber() && unique.asNumber().intValue() != 0))
                && !index.containsKey("partialFilterExpression")
                && !index.containsKey("sparse")
                && !index.containsKey("collation");
    }

    private static boolean isKey(BsonDocument index, String... fields) {
        return List.of(fields)
                .equals(List.copyOf(index.getDocument("key", new BsonDocument()).keySet()));
    }
}
