package io.backtestkit.store.mongo;

import io.backtestkit.signal.SignalFormatException;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.Claims;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * What a document of the collection {@code claims} says; {@link MongoClaims} shows one.
 *
 * @param epoch the largest epoch this slot ever had
 * @param owner who has it; empty if it was released
 * @param renewedAt when the server last saw the owner, or the release, by its own clock
 * @param length for how long from then on; zero if it was released
 */
record Lease(SignalKey key, long epoch, Optional<String> owner, Instant renewedAt, Duration length) {

    /**
     * Returns what the document of a key says.
     *
     * @throws SignalFormatException if no version of this program wrote it, or a newer one did
     */
    static Lease read(SignalKey key, BsonDocument document) {
        SignalDocument.checkId(key, document);
        SignalDocument.checkNames(key, document);
        long epoch = SignalDocument.number("epoch", document);
        Optional<String> owner = SignalDocument.owner(document);
        BsonValue renewedAt = document.get("renewedAt");
        if (epoch < 1 || renewedAt == null || !renewedAt.isDateTime()) {
            throw new SignalFormatException("its epoch was " + epoch + ", its renewedAt " + renewedAt
                    + ", so no version of this program wrote it");
        }
        Duration length = Duration.ofMillis(owner.isPresent() ? SignalDocument.number("leaseMillis", document) : 0);
        Lease lease = new Lease(
                key, epoch, owner, Instant.ofEpochMilli(renewedAt.asDateTime().getValue()), length);
        try {
            lease.claim().ifPresent(claim -> Claims.requireLease(key, length));
        } catch (IllegalArgumentException e) {
            throw new SignalFormatException("its content cannot be: " + e.getMessage(), e);
        }
        return lease;
    }

    /** Returns the claim; empty if it was released. */
    Optional<Claim> claim() {
        return owner.map(name -> new Claim(key, name, epoch, renewedAt.plus(length)));
    }

    /** Says whether this is still that claim. */
    boolean is(Claim claim) {
        return epoch == claim.epoch() && owner.equals(Optional.of(claim.owner()));
    }

    /** Returns the filter that finds this document if nobody has claimed, renewed or released since. */
    BsonDocument unchanged() {
        BsonDocument filter = SignalDocument.named(key)
                .append("epoch", new BsonInt64(epoch))
                .append("renewedAt", new BsonDateTime(renewedAt.toEpochMilli()));
        return owner.isPresent()
                ? filter.append("owner", new BsonString(owner.get()))
                : filter.append("owner", new BsonDocument("$exists", BsonBoolean.FALSE));
    }

    /** Returns the update that lets the lease run from now on, by the server's clock. */
    static BsonDocument renewed(Duration length) {
        return new BsonDocument("$set", new BsonDocument("leaseMillis", new BsonInt64(length.toMillis())))
                .append("$currentDate", new BsonDocument("renewedAt", BsonBoolean.TRUE));
    }

    /** Returns the update that gives the slot to an owner. */
    static BsonDocument taken(long epoch, String owner, Duration length) {
        BsonDocument update = renewed(length);
        update.getDocument("$set").append("epoch", new BsonInt64(epoch)).append("owner", new BsonString(owner));
        return update;
    }

    /** Returns the update that gives the slot back and keeps the epoch. */
    static BsonDocument released() {
        BsonString any = new BsonString("");
        return new BsonDocument("$unset", new BsonDocument("owner", any).append("leaseMillis", any))
                .append("$currentDate", new BsonDocument("renewedAt", BsonBoolean.TRUE));
    }
}
