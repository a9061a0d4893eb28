package io.backtestkit.store.mongo;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.FindOneAndUpdateOptions;
import com.mongodb.client.model.ReturnDocument;
import com.mongodb.client.model.Updates;
import io.backtestkit.signal.SignalFormatException;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.StoreFinding;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.jspecify.annotations.Nullable;

/** The collection {@code claims}: who may have which slot, and until when. Every change compares and sets one document. */
final class MongoLeases {

    static final String CLAIMS = "claims";

    private static final FindOneAndUpdateOptions CHANGED =
            new FindOneAndUpdateOptions().returnDocument(ReturnDocument.AFTER);
    private static final FindOneAndUpdateOptions CHANGED_OR_MADE =
            new FindOneAndUpdateOptions().returnDocument(ReturnDocument.AFTER).upsert(true);

    private final MongoAccess access;
    private final MongoCollection<BsonDocument> claims;

    MongoLeases(MongoAccess access) {
        this.access = access;
        claims = access.collection(CLAIMS);
    }

    /** Returns what is known of a slot's claims; empty if there never was one. */
    Optional<Lease> find(String act, SignalKey key) {
        return Optional.ofNullable(document(act, key)).map(document -> readable(act, key, document));
    }

    @Nullable
    BsonDocument document(String act, SignalKey key) {
        return access.look(act, key, () -> claims.find(Filters.eq("_id", SignalDocument.id(key)))
                .first());
    }

    private Lease readable(String act, SignalKey key, BsonDocument document) {
        try {
            return Lease.read(key, document);
        } catch (SignalFormatException e) {
            throw access.unreadable(
                    act,
                    key,
                    new SignalFormatException("what is kept about its claims is damaged: " + e.getMessage(), e));
        }
    }

    /** Returns the time of the server that keeps this lease; empty if it was changed since it was looked at. */
    Optional<Instant> now(String act, Lease seen) {
        BsonDocument asked = access.look(
                act,
                seen.key(),
                () -> claims.findOneAndUpdate(seen.unchanged(), Updates.currentDate("askedAt"), CHANGED));
        return Optional.ofNullable(asked)
                .map(document ->
                        Instant.ofEpochMilli(document.getDateTime("askedAt").getValue()));
    }

    /** Returns the claim whose lease runs now, if there is one. */
    Optional<Claim> running(String act, SignalKey key) {
        for (int attempt = 0; attempt < MongoAccess.ATTEMPTS; attempt++) {
            Optional<Lease> seen = find(act, key);
            Optional<Claim> claim = seen.flatMap(Lease::claim);
            if (claim.isEmpty()) {
                return claim;
            }
            Optional<Instant> now = now(act, seen.get());
            if (now.isPresent()) {
                return claim.filter(held -> now.get().isBefore(held.until()));
            }
        }
        throw access.contended(act, key);
    }

    /** Gives a slot to an owner; empty if what is known of its claims is no longer what was seen. */
    Optional<Claim> take(String act, SignalKey key, Optional<Lease> seen, long epoch, String owner, Duration length) {
        BsonDocument unchanged = seen.map(Lease::unchanged)
                .orElseGet(() -> SignalDocument.named(key).append("epoch", new BsonDocument("$lt", new BsonInt64(1))));
        AtomicReference<@Nullable BsonDocument> taken = new AtomicReference<>();
        boolean done = access.changeUnlessMet(act, key, () -> {
            taken.set(claims.findOneAndUpdate(
                    unchanged, Lease.taken(epoch, owner, length), seen.isPresent() ? CHANGED : CHANGED_OR_MADE));
            return taken.get() != null;
        });
        return Optional.ofNullable(done ? taken.get() : null)
                .flatMap(document -> readable(act, key, document).claim());
    }

    /** Lets the lease run from now on; empty if it is no longer that claim. */
    Optional<Claim> renew(String act, Claim claim, Duration length) {
        BsonDocument renewed = access.change(
                act,
                claim.key(),
                () -> claims.findOneAndUpdate(SignalDocument.carrying(claim), Lease.renewed(length), CHANGED));
        return Optional.ofNullable(renewed)
                .flatMap(document -> readable(act, claim.key(), document).claim());
    }

    /** Gives the slot back and remembers the epoch; does nothing if it is no longer that claim. */
    void release(String act, Claim claim) {
        access.change(act, claim.key(), () -> claims.updateOne(SignalDocument.carrying(claim), Lease.released())
                .wasAcknowledged());
    }

    /** Reads every document and adds what it finds: who has which slot, and what is damaged. */
    void check(List<StoreFinding> findings) {
        for (BsonDocument document :
                access.look("check", null, () -> claims.find().into(new ArrayList<>()))) {
            Optional<SignalKey> key = SignalDocument.keyOf(document);
            if (key.isEmpty()) {
                findings.add(StoreFinding.damaged(
                        "document " + document.get("_id") + " in " + CLAIMS,
                        "whose it is cannot be told",
                        "Look into it; it is not a claim of this program."));
                continue;
            }
            String subject = "claim " + key.get();
            try {
                Lease.read(key.get(), document)
                        .claim()
                        .ifPresent(claim -> findings.add(StoreFinding.ok(
                                subject,
                                "epoch " + claim.epoch() + ", held by " + claim.owner() + " until " + claim.until())));
            } catch (SignalFormatException e) {
                String found = String.valueOf(e.getMessage());
                findings.add(StoreFinding.damaged(subject, found, access.advice(key.get(), found)));
            }
        }
    }
}
