package io.backtestkit.cli;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.ReplaceOneModel;
import com.mongodb.client.model.ReplaceOptions;
import io.backtestkit.store.StoreLocation;
import io.backtestkit.store.mongo.MongoLink;
import io.backtestkit.store.mongo.MongoRequests;
import io.backtestkit.store.mongo.MongoSignalStoreProvider;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.conversions.Bson;

/** Documents with the JSON as one text, in a collection of their own; majority and journal, as the store's. */
final class BareMongo implements BareStore {

    private static final ReplaceOptions UPSERT = new ReplaceOptions().upsert(true);
    private static final byte[] NONE = {};

    private final MongoLink link;
    private final MongoCollection<BsonDocument> documents;

    BareMongo(StoreLocation location, String trial) {
        link = MongoSignalStoreProvider.connect(location);
        documents = link.database().getCollection("bare_" + trial, BsonDocument.class);
    }

    @Override
    public String driver() {
        return "mongodb-driver-sync";
    }

    @Override
    public String describe() {
        return "replaceOne with upsert, find, deleteOne; a batch is one unordered bulkWrite";
    }

    @Override
    public Optional<SameRequests> same() {
        MongoRequests requests = link.requests();
        return Optional.of(new SameRequests(requests::write, requests::read, requests::delete, requests::writeAll));
    }

    private static Bson named(String name) {
        return Filters.eq("_id", name);
    }

    private static BsonDocument document(String name, byte[] json) {
        return new BsonDocument("_id", new BsonString(name))
                .append("json", new BsonString(new String(json, StandardCharsets.UTF_8)));
    }

    @Override
    public void write(String name, byte[] json) {
        documents.replaceOne(named(name), document(name, json), UPSERT);
    }

    @Override
    public byte[] read(String name) {
        BsonDocument found = documents.find(named(name)).first();
        return found == null ? NONE : found.getString("json").getValue().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void delete(String name) {
        documents.deleteOne(named(name));
    }

    @Override
    public void writeAll(Map<String, byte[]> all) {
        List<ReplaceOneModel<BsonDocument>> requests = new ArrayList<>();
        all.forEach((name, json) -> requests.add(new ReplaceOneModel<>(named(name), document(name, json), UPSERT)));
        documents.bulkWrite(requests, new BulkWriteOptions().ordered(false));
    }

    @Override
    public void discard() {
        try {
            documents.drop();
        } finally {
            link.close();
        }
    }
}
