package io.backtestkit.store.mongo;

import com.mongodb.client.MongoCollection;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalFormatException;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimLostException;
import io.backtestkit.store.StoreFailure;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.StoreUnavailableException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonNull;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/** The collection {@code signalsSetAside}: whole documents, of slots and of claims, that an operator gave up. */
final class MongoSetAside {

    static final String SET_ASIDE = "signalsSetAside";

    private static final String ACT = "set aside signal";
    private static final String WAITING = ":replacing"; // no slot is named like that
    private static final String NOBODY = "nobody: the claim was set aside";
    private static final List<String> FIELDS =
            List.of("compositeKey", "format", "version", "epoch", "owner", "leaseMillis", "signalData", "ending");

    private final MongoAccess access;
    private final MongoSlots slots;
    private final MongoLeases leases;

    MongoSetAside(MongoAccess access, MongoSlots slots, MongoLeases leases) {
        this.access = access;
        this.slots = slots;
        this.leases = leases;
    }

    /** Takes the place of what was copied; false if that was changed meanwhile. */
    private interface Successor {
        boolean takesPlace(MongoCollection<BsonDocument> in, BsonDocument unchanged);
    }

    /**
     * Moves what cannot be read, of the slot and of its claims, and leaves the largest epoch that could be read, and the
     * replacement in the place of the signal. Damaged claims leave the next epoch, as that of a claim which nobody has: the
     * slot gets its stamp first, so that a change under an earlier one finds nothing there.
     */
    Optional<String> setAside(SignalKey key, @Nullable Signal replacement) {
        BsonDocument slot = slots.find(ACT, key);
        BsonDocument lease = leases.document(ACT, key);
        Optional<String> slotFault = fault(slot, document -> SignalDocument.read(key, document));
        Optional<String> leaseFault = fault(lease, document -> Lease.read(key, document));
        if (slotFault.isEmpty() && leaseFault.isEmpty()) {
            return Optional.empty();
        }
        if (leaseFault.isEmpty()) {
            leases.running(ACT, key).ifPresent(holder -> {
                throw ClaimLostException.claimed(ACT, holder, access.describe());
            });
        }
        long epoch = leaseFault.isPresent()
                ? Math.max(epoch(slot), epochOrNow(lease)) + 1
                : Math.max(epoch(slot), epoch(lease));
        List<String> kept = new ArrayList<>();
        if (slot != null && slotFault.isPresent()) {
            BsonDocument left = remembering(key, epoch);
            if (leaseFault.isPresent()) {
                left.append("owner", new BsonString(NOBODY));
            }
            setAside(key, slot, slotFault.get(), left, replacement, kept);
        }
        if (lease != null && leaseFault.isPresent()) {
            if (slot != null && slotFault.isEmpty()) {
                slots.stamp(ACT, new Claim(key, NOBODY, epoch, Instant.EPOCH));
            }
            BsonValue renewedAt = lease.get("renewedAt", BsonNull.VALUE);
            BsonDocument left = remembering(key, epoch)
                    .append("renewedAt", renewedAt.isDateTime() ? renewedAt : new BsonDateTime(0));
            move(key, MongoLeases.CLAIMS, lease, leaseFault.get(), remembered(lease, left), kept);
        }
        return Optional.of(String.join(" and ", kept));
    }

    /**
     * Moves the document of a slot, and one that names the slot under another {@code _id}: the slot is not free before both
     * are gone.
     */
    private void setAside(
            SignalKey key,
            BsonDocument slot,
            String found,
            BsonDocument left,
            @Nullable Signal replacement,
            List<String> kept) {
        if (!isOf(slot, left)) {
            if (replacement == null) {
                kept.add(moved(key, MongoSlots.SIGNALS, slot, found, MongoSetAside::removed));
            } else {
                kept.add(replaced(key, slot, found, left, replacement));
            }
            return;
        }
        slots.foreign(ACT, key).ifPresent(foreign -> fault(foreign, document -> SignalDocument.read(key, document))
                .ifPresent(fault -> move(key, MongoSlots.SIGNALS, foreign, fault, MongoSetAside::removed, kept)));
        Successor successor = replacement == null
                ? remembered(slot, left)
                : (in, unchanged) -> in.updateOne(unchanged, SlotRequest.replacing(left, replacement))
                                .getMatchedCount()
                        > 0;
        move(key, MongoSlots.SIGNALS, slot, found, successor, kept);
    }

    /**
     * Replaces a document whose {@code _id} is not the slot's, and cannot become it. The replacement waits beside it, under a
     * name that makes it unreadable as well, so that the slot is free at no moment.
     */
    private String replaced(SignalKey key, BsonDocument foreign, String found, BsonDocument left, Signal replacement) {
        BsonString name = new BsonString(SignalDocument.id(key) + WAITING);
        BsonDocument waiting = new BsonDocument("_id", left.get("_id")).append("compositeKey", name);
        BsonDocument hidden = left.clone().append("compositeKey", name);
        if (!slots.upsert(ACT, key, waiting, SlotRequest.replacing(hidden, replacement))) {
            throw changed(key);
        }
        return access.rest(ACT, key, () -> {
            String kept = moved(key, MongoSlots.SIGNALS, foreign, found, MongoSetAside::removed);
            if (!slots.update(ACT, key, waiting, new BsonDocument("$set", SignalDocument.naming(key)))) {
                throw changed(key);
            }
            return kept;
        });
    }

    private static boolean isOf(BsonDocument document, BsonDocument left) {
        return document.get("_id", BsonNull.VALUE).equals(left.get("_id"));
    }

    private static boolean removed(MongoCollection<BsonDocument> in, BsonDocument unchanged) {
        return in.deleteOne(unchanged).getDeletedCount() > 0;
    }

    /** Leaves what is known of the claims, if anything is. */
    private static Successor remembered(BsonDocument document, BsonDocument left) {
        return epoch(left) > 0 && isOf(document, left)
                ? (in, unchanged) -> in.replaceOne(unchanged, left).getMatchedCount() > 0
                : MongoSetAside::removed;
    }

    /** Returns the epoch of a damaged lease, or the seconds since 1970 if it has none: no slot can have counted up to that. */
    private static long epochOrNow(@Nullable BsonDocument lease) {
        long epoch = epoch(lease);
        return epoch > 0 ? epoch : Instant.now().getEpochSecond();
    }

    private static long epoch(@Nullable BsonDocument document) {
        return document != null && document.isNumber("epoch")
                ? document.getNumber("epoch").longValue()
                : 0;
    }

    private static BsonDocument remembering(SignalKey key, long epoch) {
        return SignalDocument.named(key).append("epoch", new BsonInt64(epoch)).append("version", new BsonInt64(1));
    }

    private static Optional<String> fault(@Nullable BsonDocument document, Consumer<BsonDocument> reading) {
        try {
            if (document != null) {
                reading.accept(document);
            }
            return Optional.empty();
        } catch (SignalFormatException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** Moves a document; once another was moved, no failure means that nothing has happened. */
    private void move(
            SignalKey key,
            String collection,
            BsonDocument document,
            String found,
            Successor successor,
            List<String> kept) {
        Supplier<String> moving = () -> moved(key, collection, document, found, successor);
        kept.add(kept.isEmpty() ? moving.get() : access.rest(ACT, key, moving));
    }

    /** Copies first and changes second, the very document that was copied or none. */
    private String moved(SignalKey key, String collection, BsonDocument document, String found, Successor successor) {
        ObjectId id = new ObjectId();
        BsonDocument copy = new BsonDocument("_id", new BsonObjectId(id))
                .append("compositeKey", new BsonString(SignalDocument.id(key)))
                .append("collection", new BsonString(collection))
                .append("found", new BsonString(found))
                .append("document", document);
        BsonDocument unchanged = new BsonDocument("_id", document.get("_id"));
        FIELDS.forEach(name -> unchanged.append(name, new BsonDocument("$eq", document.get(name, BsonNull.VALUE))));
        boolean moved = access.change(ACT, key, () -> {
            access.collection(SET_ASIDE).insertOne(copy);
            return successor.takesPlace(access.collection(collection), unchanged);
        });
        if (!moved) {
            throw changed(key);
        }
        return access.describe() + " " + SET_ASIDE + " " + id;
    }

    private StoreUnavailableException changed(SignalKey key) {
        return StoreUnavailableException.notSent(
                StoreFailure.of(
                        ACT,
                        key,
                        access.describe(),
                        "it was changed meanwhile",
                        "Look at it again, then run this again."),
                null);
    }

    /** Adds how many there are. */
    void check(List<StoreFinding> findings) {
        long aside =
                access.look("check", null, () -> access.collection(SET_ASIDE).countDocuments());
        if (aside > 0) {
            findings.add(StoreFinding.warning(
                    "collection " + SET_ASIDE,
                    aside + " documents that could not be read",
                    "Once the matter is settled, move them away or delete them."));
        }
    }
}
