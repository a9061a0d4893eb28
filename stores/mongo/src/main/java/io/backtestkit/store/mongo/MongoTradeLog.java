package io.backtestkit.store.mongo;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Projections;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.result.DeleteResult;
import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.SignalCodec;
import io.backtestkit.signal.SignalFormatException;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.StoreFailure;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.TradeLog;
import io.backtestkit.store.UnreadableSignalException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.bson.BsonArray;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.bson.conversions.Bson;

/**
 * The trade log, one document for each ended signal, in the collection {@code trades}:
 *
 * <pre>
 * {_id: "breakout:BTCUSDT:1705311000123:a1", compositeKey: "breakout:BTCUSDT", strategyName: "breakout",
 *  symbol: "BTCUSDT", format: 1, sequence: NumberLong(12), endedAt: ISODate("2024-01-15T10:30:00.123Z"),
 *  tradeData: {schema: 1, ended: "closed", reason: "take_profit", ..., signal: {...}}}
 * </pre>
 *
 * <p>A signal that has ended and still waits in its slot's document, since a crash came between, is in the log for every
 * reader. {@code _id} adds the time of creation and the id to the key, so that one signal is logged once. {@code sequence}
 * counts the trades of a key in the order they were appended; its unique index with {@code compositeKey} lets one of two
 * writers that count alike win, and the other counts again. No clock is asked.
 */
final class MongoTradeLog implements TradeLog {

    static final String TRADES = "trades";

    private static final String ACT = "read trade log of";
    private static final String LIST = "list the trade logs of";
    private static final int ATTEMPTS = 100;

    private final MongoAccess access;
    private final MongoCollection<BsonDocument> trades;
    private final MongoCollection<BsonDocument> signals;

    MongoTradeLog(MongoAccess access) {
        this.access = access;
        trades = access.collection(TRADES);
        signals = access.collection(MongoSlots.SIGNALS);
    }

    @Override
    public void append(EndedSignal ended) {
        SignalKey key = ended.signal().key();
        String act = "log ended signal";
        BsonDocument entry = entry(ended);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            long next = access.look(act, key, () -> lastSequence(key)) + 1;
            entry.put("sequence", new BsonInt64(next));
            if (access.changeUnlessMet(act, key, () -> trades.insertOne(entry).wasAcknowledged())
                    || isLogged(act, ended)) {
                return;
            }
        }
        throw access.contended(act, key);
    }

    private boolean isLogged(String act, EndedSignal ended) {
        return access.look(act, ended.signal().key(), () -> trades.find(Filters.eq("_id", id(ended)))
                        .first())
                != null;
    }

    private long lastSequence(SignalKey key) {
        BsonDocument last = trades.find(Filters.eq("compositeKey", SignalDocument.id(key)))
                .sort(Sorts.descending("sequence"))
                .first();
        return last != null && last.isNumber("sequence")
                ? last.getNumber("sequence").longValue()
                : 0;
    }

    private static BsonDocument entry(EndedSignal ended) {
        BsonDocument entry = new BsonDocument("_id", new BsonString(id(ended)));
        entry.putAll(SignalDocument.naming(ended.signal().key()));
        return entry.append("endedAt", new BsonDateTime(ended.endedAt().toEpochMilli()))
                .append("tradeData", BsonJson.toBson(SignalCodec.encodeEnded(ended)));
    }

    private static String id(EndedSignal ended) {
        return SignalDocument.id(ended.signal().key()) + ":"
                + ended.signal().createdAt().toEpochMilli() + ":"
                + ended.signal().id();
    }

    @Override
    public List<EndedSignal> trades(SignalKey key, Instant from, Instant to) {
        Optional<EndedSignal> waiting = waiting(key)
                .filter(ended ->
                        !ended.endedAt().isBefore(from) && ended.endedAt().isBefore(to));
        // what has no time of ending is not left out: it is damaged, and reading it says so
        BsonArray outside = new BsonArray(List.of(outside("$lt", millis(from)), outside("$gte", millis(to))));
        BsonDocument filter =
                new BsonDocument("compositeKey", new BsonString(SignalDocument.id(key))).append("$nor", outside);
        List<EndedSignal> found = new ArrayList<>();
        access.look(ACT, key, () -> trades.find(filter)
                        .sort(Sorts.ascending("sequence"))
                        .into(new ArrayList<>()))
                .forEach(document -> found.add(readable(key, document)));
        waiting.filter(ended -> found.stream().noneMatch(logged -> id(logged).equals(id(ended))))
                .ifPresent(found::add);
        return List.copyOf(found);
    }

    /** Returns what waits to be logged. It is looked for before the log is read, or it could move past both looks. */
    private Optional<EndedSignal> waiting(SignalKey key) {
        BsonDocument document =
                access.look(ACT, key, () -> signals.find(ending(key)).first());
        try {
            return Optional.ofNullable(document)
                    .flatMap(found -> SignalDocument.read(key, found).ending());
        } catch (SignalFormatException e) {
            throw access.unreadable(ACT, key, e);
        }
    }

    private static Bson ending(SignalKey key) {
        return Filters.and(Filters.eq("_id", SignalDocument.id(key)), Filters.exists("ending"));
    }

    /** Returns the keys for which something waits to be logged. */
    Set<SignalKey> waitingKeys(String act) {
        Set<SignalKey> keys = new TreeSet<>();
        access.look(act, null, () -> signals.find(Filters.exists("ending"))
                        .projection(Projections.include("compositeKey"))
                        .into(new ArrayList<>()))
                .forEach(document -> SignalDocument.keyOf(document).ifPresent(keys::add));
        return keys;
    }

    private static BsonDocument outside(String operator, BsonDateTime bound) {
        return new BsonDocument("endedAt", new BsonDocument(operator, bound));
    }

    /** Returns the bound, rounded up to the millisecond that the log keeps; the last there is if it lies beyond. */
    private static BsonDateTime millis(Instant bound) {
        try {
            long millis = bound.toEpochMilli();
            return new BsonDateTime(bound.isAfter(Instant.ofEpochMilli(millis)) ? millis + 1 : millis);
        } catch (ArithmeticException e) {
            return new BsonDateTime(bound.isBefore(Instant.EPOCH) ? Long.MIN_VALUE : Long.MAX_VALUE);
        }
    }

    @Override
    public Optional<EndedSignal> last(SignalKey key) {
        Optional<EndedSignal> waiting = waiting(key).filter(ended -> !isLogged(ACT, ended));
        if (waiting.isPresent()) {
            return waiting;
        }
        BsonDocument last = access.look(ACT, key, () -> trades.find(Filters.eq("compositeKey", SignalDocument.id(key)))
                .sort(Sorts.descending("sequence"))
                .first());
        return Optional.ofNullable(last).map(document -> readable(key, document));
    }

    @Override
    public List<SignalKey> loggedKeys() {
        Set<SignalKey> keys = waitingKeys(LIST);
        names().forEach(name -> SignalDocument.key(name).ifPresent(keys::add));
        return List.copyOf(keys);
    }

    /** Returns what the documents name as their key; those that name nothing are left out. */
    private List<BsonValue> names() {
        return access.look(LIST, null, () -> trades.distinct("compositeKey", BsonValue.class)
                .into(new ArrayList<>()));
    }

    /** Returns the documents whose key cannot be told. */
    List<StoreFinding> keyless() {
        List<BsonValue> noKeys = names().stream()
                .filter(name -> SignalDocument.key(name).isEmpty())
                .toList();
        Bson filter = Filters.or(
                Filters.in("compositeKey", noKeys), Filters.not(Filters.type("compositeKey", BsonType.STRING)));
        return access
                .look(LIST, null, () -> trades.find(filter)
                        .projection(Projections.include("_id"))
                        .into(new ArrayList<>()))
                .stream()
                .map(document -> StoreFinding.damaged(
                        "document " + document.get("_id") + " in " + TRADES,
                        "whose it is cannot be told",
                        "Mend or remove it in the collection " + TRADES + "."))
                .toList();
    }

    @Override
    public void discard(SignalKey key) {
        String act = "discard the trades of";
        boolean begun = access.change(
                act,
                key,
                () -> signals.updateOne(ending(key), SlotRequest.free()).getMatchedCount() > 0);
        Supplier<DeleteResult> removing = () ->
                access.change(act, key, () -> trades.deleteMany(Filters.eq("compositeKey", SignalDocument.id(key))));
        DeleteResult unused = begun ? access.rest(act, key, removing) : removing.get();
    }

    private EndedSignal readable(SignalKey key, BsonDocument document) {
        try {
            SignalDocument.checkNames(key, document);
            EndedSignal ended = SignalCodec.decodeEnded(BsonJson.toJson(SignalDocument.part("tradeData", document)));
            if (!new BsonString(id(ended)).equals(document.get("_id"))
                    || !new BsonDateTime(ended.endedAt().toEpochMilli()).equals(document.get("endedAt"))
                    || !document.isNumber("sequence")) {
                throw new SignalFormatException("what it holds is not what its _id, endedAt and sequence say");
            }
            return ended;
        } catch (SignalFormatException e) {
            String found = "the document " + document.get("_id") + " is damaged: " + e.getMessage();
            throw new UnreadableSignalException(
                    StoreFailure.of(
                            ACT, key, access.describe(), found, "Mend or remove it in the collection " + TRADES + "."),
                    e);
        }
    }

    /** Reads every log and adds what it finds. */
    void check(List<StoreFinding> findings) {
        for (SignalKey key : loggedKeys()) {
            try {
                findings.add(StoreFinding.readable(key, trades(key).size()));
            } catch (UnreadableSignalException e) {
                findings.add(StoreFinding.damaged("trades of " + key, e.found(), e.advice()));
            }
        }
        findings.addAll(keyless());
    }
}
