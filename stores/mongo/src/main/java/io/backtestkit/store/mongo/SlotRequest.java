package io.backtestkit.store.mongo;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalCodec;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.mongo.SignalDocument.Stored;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;

/**
 * What is asked of the document of a slot: filters, which say what it must be for a change, and the changes. A filter that
 * finds nothing is how the server refuses. The server counts versions and sets times.
 */
final class SlotRequest {

    private static final List<String> TEXTS =
            List.of("id", "exchange", "position", "phase", "priceOpen", "priceTakeProfit", "priceStopLoss", "cost");

    private static final BsonDocument ABSENT = new BsonDocument("$exists", BsonBoolean.FALSE);
    private static final BsonString ANY = new BsonString("");

    private SlotRequest() {}

    /** Finds a good slot of which nobody has the claim. */
    static BsonDocument unclaimed(SignalKey key) {
        return good(key).append("epoch", ofType("number")).append("owner", ABSENT);
    }

    /** Finds a good slot of which nobody ever had the claim. */
    static BsonDocument neverClaimed(SignalKey key) {
        return unclaimed(key).append("epoch", new BsonInt64(0));
    }

    /** Finds a good slot under that claim: the fence. */
    static BsonDocument under(Claim claim) {
        return good(claim.key())
                .append("epoch", new BsonInt64(claim.epoch()))
                .append("owner", new BsonString(claim.owner()));
    }

    /** Finds a good slot that nobody has changed since it was looked at. */
    static BsonDocument asSeen(SignalKey key, Stored seen) {
        return good(key)
                .append("epoch", new BsonInt64(seen.epoch()))
                .append(
                        "owner",
                        seen.owner().isPresent() ? new BsonString(seen.owner().get()) : ABSENT)
                .append("version", new BsonInt64(seen.version()));
    }

    /** Narrows a filter to slots that hold no other signal than the ended one. */
    static BsonDocument noOther(EndedSignal ended, BsonDocument filter) {
        BsonDocument id = new BsonDocument("$exists", BsonBoolean.TRUE)
                .append("$ne", new BsonString(ended.signal().id()));
        BsonDocument created = new BsonDocument("$exists", BsonBoolean.TRUE)
                .append("$ne", new BsonInt64(ended.signal().createdAt().toEpochMilli()));
        return filter.append(
                "$nor",
                new BsonArray(List.of(
                        new BsonDocument("signalData.id", id), new BsonDocument("signalData.createdAt", created))));
    }

    /** Finds the slot that an ended signal still has to leave. */
    static BsonDocument ending(EndedSignal ended) {
        return SignalDocument.named(ended.signal().key()).append("ending", trade(ended));
    }

    /** Finds a slot, whatever it holds, whose newest claim is older than that one. */
    static BsonDocument olderThan(Claim claim) {
        return SignalDocument.named(claim.key()).append("epoch", new BsonDocument("$lt", new BsonInt64(claim.epoch())));
    }

    /** Finds a slot, whatever it holds, that knows of the epoch of that claim and of no owner. */
    static BsonDocument unowned(Claim claim) {
        return SignalDocument.named(claim.key())
                .append("epoch", new BsonInt64(claim.epoch()))
                .append("owner", ABSENT);
    }

    /**
     * Finds a slot that holds what has the form of a signal this version reads. What has that form and yet makes no sense,
     * such as a stop loss on the wrong side, only reading can tell.
     */
    static BsonDocument held(SignalKey key) {
        BsonDocument filter = SignalDocument.named(key).append("version", ofType("number"));
        filter.putAll(signal(key));
        return filter;
    }

    private static BsonDocument good(SignalKey key) {
        BsonDocument free = new BsonDocument("signalData", ABSENT).append("updatedAt", ABSENT);
        return SignalDocument.named(key)
                .append("version", ofType("number"))
                .append("ending", ABSENT)
                .append("$or", new BsonArray(List.of(signal(key), free)));
    }

    private static BsonDocument signal(SignalKey key) {
        BsonDocument form = new BsonDocument(
                        "signalData.schema",
                        new BsonDocument("$gte", new BsonInt32(1)).append("$lte", new BsonInt32(SignalCodec.SCHEMA)))
                .append("signalData.strategy", new BsonString(key.strategy()))
                .append("signalData.symbol", new BsonString(key.symbol()))
                .append("signalData.createdAt", ofType("number"))
                .append("signalData.minuteEstimatedTime", new BsonDocument("$exists", BsonBoolean.TRUE));
        TEXTS.forEach(name -> form.append("signalData." + name, ofType("string")));
        return form;
    }

    private static BsonDocument ofType(String type) {
        return new BsonDocument("$type", new BsonString(type));
    }

    /** Stores a signal. An epoch that is there stays. */
    static BsonDocument hold(Signal signal) {
        return inserting(new BsonDocument(
                        "$set", new BsonDocument("signalData", BsonJson.toBson(SignalCodec.encode(signal)))))
                .append("$currentDate", new BsonDocument("updatedAt", BsonBoolean.TRUE));
    }

    /** Puts an ended signal in the place of the one that is held; from then on it has ended. */
    static BsonDocument end(EndedSignal ended) {
        return inserting(new BsonDocument("$set", new BsonDocument("ending", trade(ended))))
                .append("$unset", new BsonDocument("signalData", ANY).append("updatedAt", ANY));
    }

    /**
     * Puts a signal in the place of what a slot's document says, and leaves what others put beside it.
     *
     * @param left what the document says beside the signal
     */
    static BsonDocument replacing(BsonDocument left, Signal signal) {
        BsonDocument stored = left.clone().append("signalData", BsonJson.toBson(SignalCodec.encode(signal)));
        stored.remove("_id");
        BsonDocument gone = new BsonDocument("ending", ANY);
        if (!left.containsKey("owner")) {
            gone.append("owner", ANY);
        }
        return new BsonDocument("$set", stored)
                .append("$unset", gone)
                .append("$currentDate", new BsonDocument("updatedAt", BsonBoolean.TRUE));
    }

    private static BsonDocument inserting(BsonDocument update) {
        return counting(update).append("$setOnInsert", new BsonDocument("epoch", new BsonInt64(0)));
    }

    /** Leaves nothing but what is known of the claims. */
    static BsonDocument free() {
        return counting(new BsonDocument(
                "$unset",
                new BsonDocument("signalData", ANY).append("updatedAt", ANY).append("ending", ANY)));
    }

    /** Puts a claim on a slot. */
    static BsonDocument stamp(Claim claim) {
        return counting(new BsonDocument(
                "$set",
                new BsonDocument("epoch", new BsonInt64(claim.epoch()))
                        .append("owner", new BsonString(claim.owner()))));
    }

    /** Takes the owner off a slot. */
    static BsonDocument unstamp() {
        return counting(new BsonDocument("$unset", new BsonDocument("owner", ANY)));
    }

    /** Changes the version only, so that who has looked before sees that it must look again. */
    static BsonDocument count() {
        return counting(new BsonDocument());
    }

    private static BsonDocument counting(BsonDocument update) {
        return update.append("$inc", new BsonDocument("version", new BsonInt64(1)));
    }

    private static BsonDocument trade(EndedSignal ended) {
        return BsonJson.toBson(SignalCodec.encodeEnded(ended));
    }
}
