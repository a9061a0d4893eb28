package io.backtestkit.store.mongo;

import io.backtestkit.signal.SignalFormatException;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.Claims;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.bson.BsonBoolean;
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
 * @param version how often it was claimed, renewed and released
 */
record Lease(SignalKey key, long epoch, Optional<String> owner, Instant renewedAt, Duration length, long version) {

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
        Instant since = Instant.ofEpochMilli(renewedAt.asDateTime().getValue());
        Lease lease = new Lease(key, epoch, owner, since, length, SignalDocument.number("version", document));
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
        return SignalDocument.named(key).append("version", new BsonInt64(version));
    }

    /** Returns the update that lets the lease run from now on, by the server's clock. */
    static BsonDocument renewed(Duration length) {
        return timed("$set", new BsonDocument("leaseMillis", new BsonInt64(length.toMillis())));
    }

    /** Returns the update that gives the slot to an owner. */
    static BsonDocument taken(long epoch, String owner, Duration length) {
        BsonDocument fields = new BsonDocument("epoch", new BsonInt64(epoch))
                .append("owner", new BsonString(owner))
                .append("leaseMillis", new BsonInt64(length.toMillis()));
        return timed("$set", fields);
    }

    /** Returns the update that gives the slot back and keeps the epoch. */
    static BsonDocument released() {
        BsonString any = new BsonString("");
        return timed("$unset", new BsonDocument("owner", any).append("leaseMillis", any));
    }

    private static BsonDocument timed(String operator, BsonDocument fields) {
        return new BsonDocument(operator, fields)
                .append("$inc", new BsonDocument("version", new BsonInt64(1)))
                .append("$currentDate", new BsonDocument("renewedAt", BsonBoolean.TRUE));
    }
}
