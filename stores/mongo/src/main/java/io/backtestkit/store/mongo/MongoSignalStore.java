package io.backtestkit.store.mongo;

import com.mongodb.ErrorCategory;
import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoWriteException;
import com.mongodb.bulk.BulkWriteError;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Projections;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalFormatException;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.ClaimLostException;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.StoreFailure;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.store.TradeLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * Keeps signals in a MongoDB database, one document each, in the collection {@code signals}:
 *
 * <pre>
 * {_id: "breakout:BTCUSDT", compositeKey: "breakout:BTCUSDT", strategyName: "breakout", symbol: "BTCUSDT",
 *  format: 1, epoch: NumberLong(0), version: NumberLong(7), updatedAt: ISODate("2024-01-15T09:30:00.123Z"),
 *  signalData: {schema: 1, id: "a1", ..., priceOpen: "50000", ..., memo: [{k: "lastHigh", v: "50777.7"}]}}
 * </pre>
 *
 * <p>{@code _id} is strategy and symbol joined by a colon, {@code %} and {@code :} in them percent-encoded. {@code
 * signalData} is the one truth, made by {@link io.backtestkit.signal.SignalCodec}: prices are text, never doubles; the
 * memo is a list; what no BSON value holds exactly is text in {@code rawFields}. {@code version} counts the writes. What
 * others put beside these fields stays. Indexes: {@code compositeKey} (unique), {@code strategyName + symbol}, and a time
 * to live on {@code updatedAt} only where {@code expireAbandonedAfter} asks for it. The trade log is in {@code trades},
 * documents an operator gave up are in {@code signalsSetAside}.
 *
 * <p>Writes are confirmed by a majority, journal included; reads come from the primary and see confirmed data only. A
 * write is one request that matches the document only if it has the form of a signal and no newer epoch; where it matches
 * none, the store looks closer. A document whose form is right and whose content cannot be (edited by hand) is found by
 * reading it, which an engine does before its first write, not by a write. {@link #writeAll} is one unordered bulk write:
 * each signal is written whole or not at all, in no order, and one that fails keeps none of the others from being written.
 * {@link #end} logs first and deletes second, also where the server has transactions: one order to reason about.
 *
 * <p>This store repeats a request by itself only where two writers met in an upsert or a delete, at most ten times.
 */
public final class MongoSignalStore implements SignalStore {

    static final String SIGNALS = "signals";
    static final String SET_ASIDE = "signalsSetAside";

    private static final int ATTEMPTS = 10;
    private static final long NO_CLAIM = 0;
    private static final UpdateOptions UPSERT = new UpdateOptions().upsert(true);

    private final MongoAccess access;
    private final MongoCollection<BsonDocument> signals;
    private final MongoTradeLog tradeLog;
    private final Preflight preflight;

    MongoSignalStore(MongoAccess access, Preflight preflight) {
        this.access = access;
        this.preflight = preflight;
        signals = access.collection(SIGNALS);
        tradeLog = new MongoTradeLog(access);
    }

    /** Opens a database for trading on the user's own client, which is never closed here, with the standard options. */
    public static MongoSignalStore on(MongoClient client, String database) {
        return on(client, database, MongoStoreOptions.standard());
    }

    /**
     * Opens a database for trading on the user's own client, which is never closed here: makes the indexes and runs the
     * preflight. The client's time-outs are the user's; its concerns and read preference are not used.
     *
     * @throws io.backtestkit.store.StoreRefusedException if the preflight finds a fault; the message names all of them
     * @throws StoreUnavailableException if the server cannot be reached
     */
    public static MongoSignalStore on(MongoClient client, String database, MongoStoreOptions options) {
        return Preflight.opened(MongoConnection.ofUser(client, database, options));
    }

    @Override
    public void write(SignalKey key, Signal signal) {
        signal.requireKey(key);
        BsonDocument filter = SignalDocument.intact(key, NO_CLAIM);
        BsonDocument update = SignalDocument.update(signal, NO_CLAIM);
        repeat(
                "write signal",
                key,
                false,
                () -> access.change("write signal", key, () -> {
                    try {
                        signals.updateOne(filter, update, UPSERT);
                        return true;
                    } catch (MongoWriteException e) {
                        if (e.getError().getCategory() == ErrorCategory.DUPLICATE_KEY) {
                            return false;
                        }
                        throw e;
                    }
                }));
    }

    @Override
    public Optional<Signal> read(SignalKey key) {
        return look("read signal", key).map(SignalDocument.Stored::signal);
    }

    @Override
    public void delete(SignalKey key) {
        BsonDocument filter = SignalDocument.intact(key, NO_CLAIM);
        repeat(
                "delete signal",
                key,
                true,
                () -> access.change(
                        "delete signal", key, () -> signals.deleteOne(filter).getDeletedCount() > 0));
    }

    @Override
    public void touch(SignalKey key) {
        if (expireAbandonedAfter().isPresent()) {
            BsonDocument filter = SignalDocument.intact(key, NO_CLAIM);
            repeat(
                    "touch signal",
                    key,
                    true,
                    () -> access.change(
                            "touch signal",
                            key,
                            () -> signals.updateOne(filter, Updates.currentDate("updatedAt"))
                                            .getMatchedCount()
                                    > 0));
        }
    }

    /** Repeats a change that matched no document while a good one is there: another writer was faster. */
    private void repeat(String act, SignalKey key, boolean freeIsFine, BooleanSupplier change) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            if (change.getAsBoolean()) {
                return;
            }
            Optional<SignalDocument.Stored> found = look(act, key);
            if (found.isEmpty() && freeIsFine) {
                return;
            }
            if (found.isPresent() && found.get().epoch() > NO_CLAIM) {
                throw new ClaimLostException(
                        StoreFailure.of(
                                act,
                                key,
                                describe(),
                                "its epoch was " + found.get().epoch() + ", newer than ours, " + NO_CLAIM,
                                "Another process owns it: stop trading it here."),
                        null);
            }
        }
        throw StoreUnavailableException.notSent(
                StoreFailure.of(
                        act,
                        key,
                        describe(),
                        "other writers changed the document " + ATTEMPTS + " times meanwhile",
                        "Let one process trade one key."),
                null);
    }

    private Optional<SignalDocument.Stored> look(String act, SignalKey key) {
        BsonDocument document = find(act, key);
        if (document == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(readable(key, document));
        } catch (SignalFormatException e) {
            throw access.unreadable(act, key, e);
        }
    }

    /** Looks for the key's document, and where there is none for a foreign one that names the key all the same. */
    private @Nullable BsonDocument find(String act, SignalKey key) {
        String id = SignalDocument.id(key);
        return access.look(act, key, () -> {
            BsonDocument document = signals.find(Filters.eq("_id", id)).first();
            return document != null
                    ? document
                    : signals.find(Filters.eq("compositeKey", id)).first();
        });
    }

    private static SignalDocument.Stored readable(SignalKey key, BsonDocument document) {
        if (!new BsonString(SignalDocument.id(key)).equals(document.get("_id"))) {
            throw new SignalFormatException("its _id is not its compositeKey, so no version of this program wrote it");
        }
        return SignalDocument.read(key, document);
    }

    @Override
    public void writeAll(Map<SignalKey, Signal> all) {
        List<Signal> written = new ArrayList<>();
        List<UpdateOneModel<BsonDocument>> updates = new ArrayList<>();
        all.forEach((key, signal) -> {
            signal.requireKey(key);
            written.add(signal);
            updates.add(new UpdateOneModel<>(
                    SignalDocument.intact(key, NO_CLAIM), SignalDocument.update(signal, NO_CLAIM), UPSERT));
        });
        if (updates.isEmpty()) {
            return;
        }
        List<Integer> again = access.change("write " + updates.size() + " signals to", null, () -> {
            try {
                signals.bulkWrite(updates, new BulkWriteOptions().ordered(false));
                return List.of();
            } catch (MongoBulkWriteException e) {
                return metAnother(e);
            }
        });
        writeOneByOne(again.stream().map(written::get).toList());
    }

    /** Returns the numbers of those that met another document; throws if anything else went wrong. */
    private static List<Integer> metAnother(MongoBulkWriteException e) {
        List<BulkWriteError> errors = e.getWriteErrors();
        if (e.getWriteConcernError() != null
                || errors.stream().anyMatch(error -> error.getCategory() != ErrorCategory.DUPLICATE_KEY)) {
            throw e;
        }
        return errors.stream().map(BulkWriteError::getIndex).toList();
    }

    private void writeOneByOne(List<Signal> again) {
        List<SignalStoreException> failures = new ArrayList<>();
        for (Signal signal : again) {
            try {
                write(signal.key(), signal);
            } catch (SignalStoreException e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            SignalStoreException first = failures.get(0);
            failures.subList(1, failures.size()).forEach(first::addSuppressed);
            throw first;
        }
    }

    @Override
    public Set<SignalKey> keys() {
        Set<SignalKey> keys = new TreeSet<>();
        access.look("list the signals of", null, () -> signals.find()
                        .projection(Projections.include("compositeKey"))
                        .into(new ArrayList<>()))
                .forEach(document -> keyOf(document).ifPresent(keys::add));
        return keys;
    }

    private static Optional<SignalKey> keyOf(BsonDocument document) {
        return SignalDocument.key(document.get("_id")).or(() -> SignalDocument.key(document.get("compositeKey")));
    }

    @Override
    public Optional<Duration> expireAbandonedAfter() {
        return preflight.options().expireAbandonedAfter();
    }

    @Override
    public Optional<TradeLog> tradeLog() {
        return Optional.of(tradeLog);
    }

    @Override
    public Optional<String> setAside(SignalKey key) {
        String act = "set aside signal";
        BsonDocument document = find(act, key);
        if (document == null) {
            return Optional.empty();
        }
        try {
            readable(key, document);
            return Optional.empty();
        } catch (SignalFormatException damaged) {
            return Optional.of(moveAside(act, key, document, String.valueOf(damaged.getMessage())));
        }
    }

    /** Copies first and deletes second, the very document that was copied or none. */
    private String moveAside(String act, SignalKey key, BsonDocument document, String found) {
        ObjectId id = new ObjectId();
        BsonDocument copy = new BsonDocument("_id", new BsonObjectId(id))
                .append("compositeKey", new BsonString(SignalDocument.id(key)))
                .append("found", new BsonString(found))
                .append("document", document);
        BsonDocument unchanged = new BsonDocument("_id", document.get("_id"));
        for (String name : List.of("compositeKey", "signalData", "version", "updatedAt", "epoch", "format")) {
            BsonValue value = document.get(name, BsonNull.VALUE);
            unchanged.append(name, new BsonDocument("$eq", value));
        }
        boolean freed = access.change(act, key, () -> {
            access.collection(SET_ASIDE).insertOne(copy);
            return signals.deleteOne(unchanged).getDeletedCount() > 0;
        });
        if (!freed) {
            throw StoreUnavailableException.notSent(
                    StoreFailure.of(
                            act, key, describe(), "it was changed meanwhile", "Look at it again, then run this again."),
                    null);
        }
        return describe() + " " + SET_ASIDE + " " + id;
    }

    @Override
    public List<StoreFinding> check() {
        List<StoreFinding> findings = new ArrayList<>(preflight.findings(access));
        access.look("check", null, () -> signals.find().into(new ArrayList<>()))
                .forEach(document -> findings.add(examined(document)));
        tradeLog.check(findings);
        long aside =
                access.look("check", null, () -> access.collection(SET_ASIDE).countDocuments());
        if (aside > 0) {
            findings.add(StoreFinding.warning(
                    "collection " + SET_ASIDE,
                    aside + " documents that could not be read",
                    "Once the matter is settled, move them away or delete them."));
        }
        return List.copyOf(findings);
    }

    private StoreFinding examined(BsonDocument document) {
        Optional<SignalKey> key = keyOf(document);
        if (key.isEmpty()) {
            return StoreFinding.damaged(
                    "document " + document.get("_id") + " in " + SIGNALS,
                    "whose it is cannot be told",
                    "Look into it; it is not a signal of this program.");
        }
        try {
            return StoreFinding.ok(
                    "signal " + key.get(),
                    readable(key.get(), document).signal().toString());
        } catch (SignalFormatException e) {
            String found = String.valueOf(e.getMessage());
            return StoreFinding.damaged("signal " + key.get(), found, access.advice(key.get(), found));
        }
    }

    @Override
    public String describe() {
        return access.describe();
    }

    @Override
    public void close() {
        access.close();
    }

    @Override
    public String toString() {
        return describe();
    }
}
