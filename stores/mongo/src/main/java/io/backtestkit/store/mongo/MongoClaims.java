package io.backtestkit.store.mongo;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimAnswer;
import io.backtestkit.store.ClaimLostException;
import io.backtestkit.store.Claims;
import io.backtestkit.store.StoreFailure;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.store.UnreadableSignalException;
import io.backtestkit.store.mongo.SignalDocument.Stored;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * The claims, one document for each slot that ever was claimed, in the collection {@code claims}:
 *
 * <pre>
 * {_id: "breakout:BTCUSDT", compositeKey: "breakout:BTCUSDT", strategyName: "breakout", symbol: "BTCUSDT", format: 1,
 *  epoch: NumberLong(3), owner: "process 4711 on trader-1, ...", leaseMillis: NumberLong(30000), version: NumberLong(8),
 *  renewedAt: ISODate("2026-01-15T09:30:00.123Z"), askedAt: ISODate("2026-01-15T09:30:07.456Z")}
 * </pre>
 *
 * <p>This document says who has the slot; a release takes {@code owner} and {@code leaseMillis} away and leaves the epoch,
 * for ever. The server sets {@code renewedAt}; who must know whether the lease of another still runs lets it set {@code
 * askedAt}, so both times are of the one clock. No transaction is needed: claiming changes this document first, if it is
 * still the one that was looked at, and then <b>stamps</b> the slot's document in {@code signals} with epoch and owner,
 * never over a newer epoch; only then is it granted. Whoever tells of a claim, as held by another or as the reason of a
 * refusal, makes sure first that it is stamped: what one has seen holds for all. Only a store
 * opened for looking changes nothing, and may tell of a claim a moment early. A claimed change is one update that finds
 * the slot's document by that stamp and makes none. So it cannot take effect once a successor has stamped, whenever it
 * arrives, and after a crash between the two the next one who looks stamps.
 *
 * <p>Where a claimed change finds nothing, the document here decides: the claim is lost, or the slot's document has expired
 * or was set aside for its damage, and is stamped again. Where an unclaimed change finds a stamp, it asks here whether the
 * lease runs. Two things are weaker where {@code expireAbandonedAfter} has removed the document of a claimed slot: until its
 * owner writes again, an unclaimed write is not refused, and starts with epoch 0.
 *
 * <p>Two things are weaker by the steps between the documents. Ending a signal that the slot no longer holds only logs it,
 * after the look at the claim: a successor may have claimed, and read the log, before the entry is there. And a release that
 * was cut off after its first step, its outcome unknown, leaves the stamp: the former owner's changes are taken until the
 * next claim or unclaimed change, though it can renew no more.
 *
 * <p>A member of the replica set that becomes primary goes by its own clock: let all members follow a time server.
 */
final class MongoClaims implements Claims {

    private static final String CLAIM = "claim signal";
    private static final System.Logger LOG = System.getLogger(MongoSignalStore.class.getName());

    private final MongoAccess access;
    private final MongoSlots slots;
    private final MongoLeases leases;
    private final MongoTradeLog log;
    private final boolean mayChange;

    MongoClaims(MongoAccess access, MongoSlots slots, MongoLeases leases, MongoTradeLog log, boolean mayChange) {
        this.access = access;
        this.slots = slots;
        this.leases = leases;
        this.log = log;
        this.mayChange = mayChange;
    }

    @Override
    public ClaimAnswer claim(SignalKey key, String owner, Duration lease) {
        return claim(key, null, owner, lease);
    }

    @Override
    public ClaimAnswer takeOver(Claim dead, String owner, Duration lease) {
        return claim(dead.key(), dead, owner, lease);
    }

    private ClaimAnswer claim(SignalKey key, @Nullable Claim dead, String owner, Duration length) {
        Claim.requireOwner(key, owner);
        Claims.requireLease(key, length);
        Predicate<Lease> ours = lease -> lease.owner().equals(Optional.of(owner)) || (dead != null && lease.is(dead));
        AtomicLong remembered = new AtomicLong(); // more than 0 once something was changed
        for (int attempt = 0; attempt < MongoAccess.ATTEMPTS; attempt++) {
            Supplier<Optional<ClaimAnswer>> asking = () -> asked(key, ours, owner, length, remembered);
            Optional<ClaimAnswer> answer = remembered.get() == 0 ? asking.get() : access.rest(CLAIM, key, asking);
            if (answer.isPresent()) {
                return answer.get();
            }
        }
        StoreUnavailableException contended = access.contended(CLAIM, key);
        throw remembered.get() == 0 ? contended : access.begun(CLAIM, key, contended);
    }

    /** Asks once; empty if others were faster, or the slot's document goes by claims that are no longer known. */
    private Optional<ClaimAnswer> asked(
            SignalKey key, Predicate<Lease> ours, String owner, Duration length, AtomicLong remembered) {
        Optional<Lease> seen = leases.find(CLAIM, key);
        Optional<Claim> other = seen.filter(ours.negate()).flatMap(Lease::claim);
        if (other.isPresent()) {
            Optional<Instant> now = leases.now(CLAIM, seen.get());
            if (now.isEmpty()) {
                return Optional.empty();
            }
            if (now.get().isBefore(other.get().until())) {
                slots.stamp(CLAIM, other.get());
                return Optional.of(new ClaimAnswer.Held(other.get()));
            }
        }
        long epoch = Math.max(remembered.get(), seen.map(Lease::epoch).orElse(0L)) + 1;
        Optional<Claim> taken = leases.take(CLAIM, key, seen, epoch, owner, length);
        if (taken.isEmpty()) {
            return Optional.empty();
        }
        OptionalLong newer = access.rest(CLAIM, key, () -> stamp(taken.get()));
        newer.ifPresent(remembered::set);
        return newer.isPresent() ? Optional.empty() : Optional.of(new ClaimAnswer.Granted(taken.get()));
    }

    /**
     * Stamps the slot, and finishes an end that its last owner had begun: after the stamp, none can begin under an older
     * claim. A claim that is older already is granted all the same, and refused at its first change: others may have been
     * told of it.
     *
     * @return empty if it is granted; else the epoch of the slot's document, which goes by claims that are no longer known
     */
    private OptionalLong stamp(Claim claim) {
        OptionalLong newer = slots.stamp(CLAIM, claim);
        if (newer.isEmpty()) {
            finishEnding(claim.key());
            return newer;
        }
        boolean newest =
                leases.find(CLAIM, claim.key()).filter(lease -> lease.is(claim)).isPresent();
        return newest ? newer : OptionalLong.empty();
    }

    private void finishEnding(SignalKey key) {
        try {
            slots.settled(CLAIM, key);
        } catch (UnreadableSignalException e) {
            LOG.log(System.Logger.Level.WARNING, e::getMessage); // the claim is good; whoever reads the slot is refused
        }
    }

    @Override
    public Claim renew(Claim claim, Duration lease) {
        String act = "renew the claim of signal";
        Claims.requireLease(claim.key(), lease);
        Optional<Claim> renewed = leases.renew(act, claim, lease);
        if (renewed.isEmpty()) {
            requireNewest(act, claim);
            throw access.contended(act, claim.key());
        }
        boolean hadRunOut = !renewed.get().until().minusMillis(lease.toMillis()).isBefore(claim.until());
        if (hadRunOut) { // an unclaimed change may have been let in, and must not come after this
            access.rest(
                    act,
                    claim.key(),
                    () -> slots.update(act, claim.key(), SignalDocument.carrying(claim), SlotRequest.count())
                            || restamped(act, claim));
        }
        return renewed.get();
    }

    @Override
    public void release(Claim claim) {
        String act = "release signal";
        leases.release(act, claim);
        access.rest(
                act,
                claim.key(),
                () -> slots.update(act, claim.key(), SignalDocument.carrying(claim), SlotRequest.unstamp()));
    }

    @Override
    public Optional<Claim> holder(SignalKey key) {
        String act = "read the claim of signal";
        Optional<Claim> holder = leases.find(act, key).flatMap(Lease::claim);
        if (mayChange && holder.isPresent() && !slots.carries(act, holder.get())) {
            slots.stamp(act, holder.get());
        }
        return holder;
    }

    @Override
    public void write(Claim claim, Signal signal) {
        signal.requireKey(claim.key());
        change("write signal", claim, SlotRequest.under(claim), SlotRequest.hold(signal), found -> false);
    }

    @Override
    public void delete(Claim claim) {
        change("delete signal", claim, SlotRequest.under(claim), SlotRequest.free(), found -> false);
    }

    @Override
    public void end(Claim claim, EndedSignal ended) {
        ended.signal().requireKey(claim.key());
        BsonDocument filter = SlotRequest.noOther(ended, SlotRequest.under(claim));
        if (change("end signal", claim, filter, SlotRequest.end(ended), found -> found.holdsOtherThan(ended))) {
            slots.finishBegun("end signal", ended, claim.epoch());
        } else {
            log.append(ended);
        }
    }

    /** Changes a slot, unless it holds what is to be spared; says whether it did. */
    private boolean change(
            String act, Claim claim, BsonDocument filter, BsonDocument update, Predicate<Stored> spared) {
        for (int attempt = 0; attempt < MongoAccess.ATTEMPTS; attempt++) {
            if (slots.update(act, claim.key(), filter, update)) {
                return true;
            }
            requireNewest(act, claim);
            Optional<Stored> found = slots.settled(act, claim.key());
            if (found.filter(stored -> stored.epoch() == claim.epoch())
                    .filter(spared)
                    .isPresent()) {
                return false;
            }
            if (found.isEmpty() || found.get().epoch() < claim.epoch()) {
                slots.stamp(act, claim);
                requireNewest(act, claim);
            } else if (found.get().epoch() > claim.epoch()) {
                throw lost(act, claim, found.get().epoch());
            } else if (found.get().owner().isEmpty()) {
                restamped(act, claim);
            }
        }
        throw access.contended(act, claim.key());
    }

    /**
     * Puts the stamp back on a slot whose document was set aside after the lease had run out; says whether it did. The slot
     * is looked at before the lease: a successor that is not known by then finds a document it can stamp, and stamps it.
     */
    private boolean restamped(String act, Claim claim) {
        if (!slots.isUnowned(act, claim)) {
            return false;
        }
        requireNewest(act, claim);
        boolean done = slots.update(act, claim.key(), SlotRequest.unowned(claim), SlotRequest.stamp(claim));
        requireNewest(act, claim); // it may have been released meanwhile
        return done;
    }

    private void requireNewest(String act, Claim claim) {
        Optional<Lease> newest = leases.find(act, claim.key());
        if (newest.filter(lease -> lease.is(claim)).isEmpty()) {
            newest.flatMap(Lease::claim).ifPresent(successor -> slots.stamp(act, successor));
            throw ClaimLostException.lost(act, claim, newest.flatMap(Lease::claim), access.describe());
        }
    }

    private ClaimLostException lost(String act, Claim claim, long epoch) {
        return new ClaimLostException(
                StoreFailure.of(
                        act,
                        claim.key(),
                        access.describe(),
                        "its document had epoch " + epoch + "; this claim had epoch " + claim.epoch(),
                        "Stop trading it here at once."),
                null);
    }

    /**
     * Refuses a change without a claim to a slot that has an owner, while the lease runs. Where the claim was released and
     * the stamp was left behind, takes it off.
     */
    void requireUnclaimed(String act, SignalKey key, Stored seen) {
        Optional<Claim> running = leases.running(act, key);
        if (running.isPresent()) {
            slots.stamp(act, running.get());
            throw ClaimLostException.claimed(act, running.get(), access.describe());
        }
        if (leases.find(act, key).flatMap(Lease::claim).isEmpty()) {
            slots.update(act, key, SlotRequest.asSeen(key, seen), SlotRequest.unstamp());
        }
    }
}
