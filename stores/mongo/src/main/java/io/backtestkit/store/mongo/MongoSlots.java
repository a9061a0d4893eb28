package io.backtestkit.store.mongo;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Projections;
import com.mongodb.client.model.UpdateOptions;
import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.SignalFormatException;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.UnreadableSignalException;
import io.backtestkit.store.mongo.SignalDocument.Stored;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.jspecify.annotations.Nullable;

/** The collection {@code signals}: one document for each slot that is held, or was claimed once. */
final class MongoSlots {

    static final String SIGNALS = "signals";

    static final UpdateOptions UPSERT = new UpdateOptions().upsert(true);

    private static final System.Logger LOG = System.getLogger(MongoSignalStore.class.getName());

    private final MongoAccess access;
    private final MongoTradeLog log;
    private final MongoCollection<BsonDocument> signals;

    MongoSlots(MongoAccess access, MongoTradeLog log) {
        this.access = access;
        this.log = log;
        signals = access.collection(SIGNALS);
    }

    /** Changes the document that the filter finds; false if it finds none. */
    boolean update(String act, SignalKey key, BsonDocument filter, BsonDocument update) {
        return access.change(act, key, () -> signals.updateOne(filter, update).getMatchedCount() > 0);
    }

    /** As {@link #update}, but makes the document if there is none of that key; false if there is one of another form. */
    boolean upsert(String act, SignalKey key, BsonDocument filter, BsonDocument update) {
        return access.changeUnlessMet(
                act, key, () -> signals.updateOne(filter, update, UPSERT).wasAcknowledged());
    }

    /** Removes the document that the filter finds; false if it finds none. */
    boolean remove(String act, SignalKey key, BsonDocument filter) {
        return access.change(act, key, () -> signals.deleteOne(filter).getDeletedCount() > 0);
    }

    /** Returns the key's document, and where there is none a foreign one that names the key all the same. */
    @Nullable
    BsonDocument find(String act, SignalKey key) {
        String id = SignalDocument.id(key);
        return access.look(act, key, () -> {
            BsonDocument document = signals.find(Filters.eq("_id", id)).first();
            return document != null
                    ? document
                    : signals.find(Filters.eq("compositeKey", id)).first();
        });
    }

    /** Returns a document that names the key under another {@code _id}. */
    Optional<BsonDocument> foreign(String act, SignalKey key) {
        String id = SignalDocument.id(key);
        return access.look(
                act,
                key,
                () -> Optional.ofNullable(
                        signals.find(Filters.and(Filters.eq("compositeKey", id), Filters.ne("_id", id)))
                                .first()));
    }

    /** Returns what the slot's document holds; empty if there is none. */
    Optional<Stored> look(String act, SignalKey key) {
        BsonDocument document = find(act, key);
        if (document == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(SignalDocument.read(key, document));
        } catch (SignalFormatException e) {
            throw access.unreadable(act, key, e);
        }
    }

    /** As {@link #look}, but an end that was begun is finished first, and the slot is looked at again. */
    Optional<Stored> settled(String act, SignalKey key) {
        for (int attempt = 0; attempt < MongoAccess.ATTEMPTS; attempt++) {
            Optional<Stored> found = look(act, key);
            Optional<EndedSignal> ending = found.flatMap(Stored::ending);
            if (ending.isEmpty()) {
                return found;
            }
            finish(act, ending.get(), found.get().epoch());
        }
        throw access.contended(act, key);
    }

    /**
     * Logs the signal whose end stands in its slot's document, and then frees the slot. Anybody may do it, and repeat it.
     *
     * @param epoch the document's as far as it is known, else 0: only a slot that was never claimed loses its document
     */
    void finish(String act, EndedSignal ended, long epoch) {
        SignalKey key = ended.signal().key();
        log.append(ended);
        BsonDocument neverClaimed = SlotRequest.ending(ended).append("epoch", new BsonInt64(0));
        if (epoch > 0 || !remove(act, key, neverClaimed)) {
            update(act, key, SlotRequest.ending(ended), SlotRequest.free());
        }
    }

    /** As {@link #finish}, for whoever began the end: from then on no failure means that nothing has happened. */
    void finishBegun(String act, EndedSignal ended, long epoch) {
        access.rest(act, ended.signal().key(), () -> {
            finish(act, ended, epoch);
            return ended;
        });
    }

    /** Finishes every end that was begun and can be read. */
    void finishAll(String act) {
        for (SignalKey key : log.waitingKeys(act)) {
            try {
                settled(act, key);
            } catch (UnreadableSignalException e) {
                LOG.log(System.Logger.Level.WARNING, e::getMessage);
            }
        }
    }

    /**
     * Puts a claim on the slot's document and makes the document if there is none. What is there is left as it is; a
     * document that is no slot of ours needs no claim on it, since no change finds it.
     *
     * @return the epoch that kept it from being done, which is not older; empty if it was done
     */
    OptionalLong stamp(String act, Claim claim) {
        for (int attempt = 0; attempt < MongoAccess.ATTEMPTS; attempt++) {
            if (upsert(act, claim.key(), SlotRequest.olderThan(claim), SlotRequest.stamp(claim))) {
                return OptionalLong.empty();
            }
            BsonDocument document = find(act, claim.key());
            if (document != null && SignalDocument.carries(document, claim)) {
                return OptionalLong.empty();
            }
            if (document != null) {
                boolean newer = document.isNumber("epoch")
                        && document.getNumber("epoch").longValue() >= claim.epoch();
                return newer ? OptionalLong.of(document.getNumber("epoch").longValue()) : OptionalLong.empty();
            }
        }
        throw access.contended(act, claim.key());
    }

    /** Says whether the slot's document has that claim's stamp, or a newer one. */
    boolean carries(String act, Claim claim) {
        BsonDocument document = find(act, claim.key());
        return document != null
                && document.isNumber("epoch")
                && document.getNumber("epoch").longValue() >= claim.epoch();
    }

    /** Says whether the slot's document knows of the epoch of that claim and of no owner. */
    boolean isUnowned(String act, Claim claim) {
        return access.look(act, claim.key(), () -> signals.find(SlotRequest.unowned(claim))
                        .first())
                != null;
    }

    /** Returns the keys of all documents but those of free slots. */
    Set<SignalKey> keys() {
        BsonDocument free = new BsonDocument("format", new BsonInt32(SignalDocument.FORMAT))
                .append("signalData", new BsonDocument("$exists", BsonBoolean.FALSE))
                .append("updatedAt", new BsonDocument("$exists", BsonBoolean.FALSE));
        Set<SignalKey> keys = new TreeSet<>();
        access.look("list the signals of", null, () -> signals.find(Filters.nor(free))
                        .projection(Projections.include("compositeKey"))
                        .into(new ArrayList<>()))
                .forEach(document -> SignalDocument.keyOf(document).ifPresent(keys::add));
        return keys;
    }

    /** Returns the documents whose key cannot be told. */
    List<StoreFinding> keyless() {
        return access
                .look("list the signals of", null, () -> signals.find()
                        .projection(Projections.include("compositeKey"))
                        .into(new ArrayList<>()))
                .stream()
                .filter(document -> SignalDocument.keyOf(document).isEmpty())
                .map(MongoSlots::keyless)
                .toList();
    }

    private static StoreFinding keyless(BsonDocument document) {
        return StoreFinding.damaged(
                "document " + document.get("_id") + " in " + SIGNALS,
                "whose it is cannot be told",
                "Look into it; it is not a signal of this program.");
    }

    /** Reads every document and adds what it finds. */
    void check(List<StoreFinding> findings) {
        access.look("check", null, () -> signals.find().into(new ArrayList<>())).stream()
                .map(this::examined)
                .flatMap(Optional::stream)
                .forEach(findings::add);
    }

    private Optional<StoreFinding> examined(BsonDocument document) {
        Optional<SignalKey> key = SignalDocument.keyOf(document);
        if (key.isEmpty()) {
            return Optional.of(keyless(document));
        }
        String subject = "signal " + key.get();
        try {
            Stored stored = SignalDocument.read(key.get(), document);
            return stored.ending()
                    .map(ended -> StoreFinding.warning(
                            subject,
                            "it has ended, and is not moved to the trade log yet",
                            "Nothing: opening the store for trading moves it."))
                    .or(() -> stored.signal().map(StoreFinding::readable));
        } catch (SignalFormatException e) {
            String found = String.valueOf(e.getMessage());
            return Optional.of(StoreFinding.damaged(subject, found, access.advice(key.get(), found)));
        }
    }
}
