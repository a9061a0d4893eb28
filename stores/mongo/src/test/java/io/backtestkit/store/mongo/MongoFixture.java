package io.backtestkit.store.mongo;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.Updates;
import com.mongodb.client.result.UpdateResult;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.testkit.Damage;
import io.backtestkit.testkit.Damager;
import io.backtestkit.testkit.ExpiryFixture;
import io.backtestkit.testkit.OtherProcesses;
import io.backtestkit.testkit.ServerFixture;
import io.backtestkit.testkit.StoreFixture;
import io.backtestkit.testkit.Unproved;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;

/** A database of its own. The server checks its own bytes, so a flipped bit is its affair. */
final class MongoFixture implements StoreFixture, Damager, ServerFixture, ExpiryFixture {

    private final TestServer server;
    private final String database;

    MongoFixture(TestServer server) {
        this.server = server;
        database = server.newDatabase();
    }

    private String patient() {
        return server.location(database, TestServer.PATIENT);
    }

    @Override
    public boolean offersClaims() {
        return true;
    }

    @Override
    public String name() {
        return server.name();
    }

    @Override
    public SignalStore open() {
        return server.open(patient());
    }

    @Override
    public Optional<Damager> damager() {
        return Optional.of(this);
    }

    @Override
    public Set<Damage> possible() {
        return EnumSet.complementOf(EnumSet.of(Damage.FLIPPED_BIT));
    }

    private MongoCollection<BsonDocument> collection(String name) {
        return server.database(database).getCollection(name, BsonDocument.class);
    }

    private MongoCollection<BsonDocument> signals() {
        return collection(MongoSlots.SIGNALS);
    }

    private BsonDocument document(SignalKey key) {
        return Optional.ofNullable(signals()
                        .find(Filters.eq("_id", SignalDocument.id(key)))
                        .first())
                .orElseGet(BsonDocument::new);
    }

    @Override
    public void damage(SignalKey key, Damage how) {
        BsonDocument document = document(key);
        BsonDocument id = new BsonDocument("_id", document.get("_id"));
        BsonDocument data = document.getDocument("signalData");
        switch (how) {
            case TRUNCATED ->
                List.copyOf(data.keySet()).subList(data.size() / 2, data.size()).forEach(data::remove);
            case EMPTIED -> document = id;
            case FOREIGN_TEXT -> document = id.append("greeting", new BsonString("this is no signal"));
            case OTHER_KEY -> data.put("symbol", new BsonString("OTHER-" + key.symbol()));
            case NEWER_VERSION -> data.put("schema", new BsonInt32(1_001));
            case FLIPPED_BIT -> throw new IllegalArgumentException(how + " is not possible");
        }
        signals().replaceOne(new BsonDocument("_id", document.get("_id")), document);
    }

    @Override
    public byte[] bytes(SignalKey key) {
        return document(key).toJson().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean damageClaim(SignalKey key) {
        return changedOne(collection(MongoLeases.CLAIMS)
                .updateOne(Filters.eq("_id", SignalDocument.id(key)), Updates.set("epoch", "damaged")));
    }

    @Override
    public boolean damageTrade(SignalKey key, int number) {
        MongoCollection<BsonDocument> trades = collection(MongoTradeLog.TRADES);
        BsonDocument entry = Objects.requireNonNull(trades.find(Filters.eq("compositeKey", SignalDocument.id(key)))
                .sort(Sorts.ascending("sequence"))
                .skip(number)
                .first());
        return changedOne(trades.updateOne(Filters.eq("_id", entry.get("_id")), Updates.unset("tradeData.signal")));
    }

    @Override
    public boolean damageKey(SignalKey key) {
        BsonDocument document =
                Objects.requireNonNull(signals().findOneAndDelete(Filters.eq("_id", SignalDocument.id(key))));
        document.remove("compositeKey");
        signals().insertOne(document.append("_id", new BsonString("nobody")));
        return true;
    }

    private static boolean changedOne(UpdateResult result) {
        if (result.getModifiedCount() != 1) {
            throw new IllegalStateException("not one document was changed: " + result);
        }
        return true;
    }

    @Override
    public Optional<byte[]> keptBytes(SignalKey key) {
        return Optional.ofNullable(collection(MongoSetAside.SET_ASIDE)
                        .find(Filters.eq("compositeKey", SignalDocument.id(key)))
                        .first())
                .map(kept -> kept.getDocument("document").toJson().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Optional<OtherProcesses> otherProcesses() {
        return Optional.of(OtherProcesses.at(patient()).openedBy(server.opener()));
    }

    @Override
    public Optional<ServerFixture> server() {
        return Optional.of(this);
    }

    @Override
    public String host() {
        return server.host();
    }

    @Override
    public int port() {
        return server.port();
    }

    @Override
    public SignalStore openThrough(String host, int port) {
        return server.open(server.through(port, database));
    }

    @Override
    public SignalStore openPatiently(String host, int port) {
        return server.open(server.patientlyThrough(port, database));
    }

    @Override
    public Duration longestCall() {
        return Duration.ofSeconds(40);
    }

    @Override
    public Optional<ExpiryFixture> expiry() {
        return Optional.of(this);
    }

    @Override
    public Duration after() {
        return Duration.ofSeconds(1);
    }

    @Override
    public SignalStore openExpiring() {
        return server.open(server.location(database, TestServer.PATIENT, "expireAbandonedAfter=1s"));
    }

    /** The server looks for what has expired once a minute. */
    @Override
    public Duration longestWait() {
        return Duration.ofMinutes(3);
    }

    @Override
    public boolean expires() {
        return server.expires();
    }

    @Override
    public Set<Unproved> unproved() {
        Set<Unproved> unproved = EnumSet.of(Unproved.RESTART, Unproved.RIGHTS);
        if (!expires()) {
            unproved.add(Unproved.EXPIRY);
        }
        return unproved;
    }

    @Override
    public void close() {
        server.database(database).drop();
    }
}
