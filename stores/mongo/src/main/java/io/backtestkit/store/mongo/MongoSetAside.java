package io.backtestkit.store.mongo;

import com.mongodb.client.MongoCollection;
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

    /**
     * Moves what cannot be read, of the slot and of its claims, and leaves the largest epoch that could be read. Damaged
     * claims leave the next one, as that of a claim which nobody has: the slot gets its stamp first, so that a change under an
     * earlier one finds nothing there.
     */
    Optional<String> setAside(SignalKey key) {
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
            kept.add(moved(key, MongoSlots.SIGNALS, slot, slotFault.get(), left));
        }
        if (lease != null && leaseFault.isPresent()) {
            if (slot != null && slotFault.isEmpty()) {
                slots.stamp(ACT, new Claim(key, NOBODY, epoch, Instant.EPOCH));
            }
            BsonValue renewedAt = lease.get("renewedAt", BsonNull.VALUE);
            BsonDocument left = remembering(key, epoch)
                    .append("renewedAt", renewedAt.isDateTime() ? renewedAt : new BsonDateTime(0));
            Supplier<String> moving = () -> moved(key, MongoLeases.CLAIMS, lease, leaseFault.get(), left);
            kept.add(kept.isEmpty() ? moving.get() : access.rest(ACT, key, moving));
        }
        return Optional.of(String.join(" and ", kept));
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

    /** Copies first and takes away second, the very document that was copied or none. */
    private String moved(SignalKey key, String collection, BsonDocument document, String found, BsonDocument left) {
        ObjectId id = new ObjectId();
        BsonDocument copy = new BsonDocument("_id", new BsonObjectId(id))
                .append("compositeKey", new BsonString(SignalDocument.id(key)))
                .append("collection", new BsonString(collection))
                .append("found", new BsonString(found))
                .append("document", document);
        BsonDocument unchanged = new BsonDocument("_id", document.get("_id"));
        FIELDS.forEach(name -> unchanged.append(name, new BsonDocument("$eq", document.get(name, BsonNull.VALUE))));
        boolean remembers =
                epoch(left) > 0 && document.get("_id", BsonNull.VALUE).equals(left.get("_id"));
        MongoCollection<BsonDocument> from = access.collection(collection);
        boolean freed = access.change(ACT, key, () -> {
            access.collection(SET_ASIDE).insertOne(copy);
            return remembers
                    ? from.replaceOne(unchanged, left).getMatchedCount() > 0
                    : from.deleteOne(unchanged).getDeletedCount() > 0;
        });
        if (!freed) {
            throw StoreUnavailableException.notSent(
                    StoreFailure.of(
                            ACT,
                            key,
                            access.describe(),
                            "it was changed meanwhile",
                            "Look at it again, then run this again."),
                    null);
        }
        return access.describe() + " " + SET_ASIDE + " " + id;
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
