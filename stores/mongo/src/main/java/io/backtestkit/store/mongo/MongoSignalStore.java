package io.backtestkit.store.mongo;

import com.mongodb.client.MongoClient;
import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claims;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.store.TradeLog;
import io.backtestkit.store.mongo.SignalDocument.Stored;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;

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
 * memo is a list; what no BSON value holds exactly is text in {@code rawFields}. {@code version} counts the changes. What
 * others put beside these fields stays. Indexes: {@code compositeKey} (unique), {@code strategyName + symbol}, and a time
 * to live on {@code updatedAt} only where {@code expireAbandonedAfter} asks for it. The trade log is in {@code trades},
 * claims in {@code claims}, documents an operator gave up are in {@code signalsSetAside}.
 *
 * <p>Under a claim the document has its epoch and its {@code owner} too, and every claimed change looks for both: see
 * {@link MongoClaims}. A slot that was ever claimed keeps its document when it is freed, without {@code signalData} and
 * {@code updatedAt}; it is free.
 *
 * <p>Writes are confirmed by a majority, journal included; reads come from the primary and see confirmed data only. A
 * write is one request that matches the document only if it has the form of a signal, or is free, and is not claimed;
 * where it matches none, the store looks closer. A document whose form is right and whose content cannot be (edited by
 * hand) is found by reading it, which an engine does before its first write, not by a write. {@link #writeAll} is one
 * unordered bulk write: each signal is written whole or not at all, in no order; one that is refused, be it for damage, for
 * another's claim or by a rule of the server, keeps none of the others from being written and is named. What may pass, as a
 * step-down in between, leaves all of them unknown.
 *
 * <p>{@link #end} needs no transaction: one update puts the whole ended signal as {@code ending} in the place of {@code
 * signalData}. From then on it has ended for every reader, of the slot and of the log, and does not expire. Then it is
 * logged, then {@code ending} is taken away. Whoever next changes or claims the slot, or opens the store for trading,
 * finishes an end that a crash has left.
 *
 * <p>This store repeats a request by itself only where it met another writer, at most twenty times. A client of the user's
 * own may have {@code retryWrites} on, as is the driver's default: the server tells a repeated write from a new one by its
 * session, and a claimed one that comes late finds nothing. But of two attempts the driver shows only the answer to the
 * second, which tells nothing of the first. So on a client of the user's own every error that the server answers to a
 * change, even that it is forbidden, leaves the change unknown, to be read back; with {@code retryWrites(false)} too, since
 * the driver does not show that setting. A client made for a location never sends a change twice.
 */
public final class MongoSignalStore implements SignalStore {

    private final MongoAccess access;
    private final MongoTradeLog tradeLog;
    private final MongoSlots slots;
    private final MongoLeases leases;
    private final MongoClaims claims;
    private final MongoSetAside setAside;
    private final MongoBatch batch;
    private final MongoPreflight preflight;

    /** Makes a store that may change things. */
    MongoSignalStore(MongoAccess access, MongoPreflight preflight) {
        this(access, preflight, true);
    }

    /** Makes a store; one that may not change anything is still to be wrapped, since it only changes nothing by itself. */
    MongoSignalStore(MongoAccess access, MongoPreflight preflight, boolean mayChange) {
        this.access = access;
        this.preflight = preflight;
        tradeLog = new MongoTradeLog(access);
        slots = new MongoSlots(access, tradeLog);
        leases = new MongoLeases(access);
        claims = new MongoClaims(access, slots, leases, tradeLog, mayChange);
        setAside = new MongoSetAside(access, slots, leases);
        batch = new MongoBatch(access, signal -> write(signal.key(), signal));
    }

    /** Opens a database for trading on the user's own client, which is never closed here, with the standard options. */
    public static MongoSignalStore on(MongoClient client, String database) {
        return on(client, database, MongoOptions.defaults());
    }

    /**
     * Opens a database for trading on the user's own client, which is never closed here: makes the indexes and runs the
     * preflight. The client's time-outs are the user's; its concerns and read preference are not used.
     *
     * @throws io.backtestkit.store.StoreRefusedException if the preflight finds a fault; the message names all of them
     * @throws StoreUnavailableException if the server cannot be reached
     */
    public static MongoSignalStore on(MongoClient client, String database, MongoOptions options) {
        return MongoPreflight.opened(MongoConnection.ofUser(client, database, options));
    }

    @Override
    public void write(SignalKey key, Signal signal) {
        signal.requireKey(key);
        change("write signal", key, SlotRequest.unclaimed(key), SlotRequest.hold(signal), found -> false);
    }

    @Override
    public Optional<Signal> read(SignalKey key) {
        return slots.look("read signal", key).flatMap(Stored::signal);
    }

    @Override
    public void delete(SignalKey key) {
        String act = "delete signal";
        BsonDocument neverClaimed = SlotRequest.neverClaimed(key);
        for (int attempt = 0; attempt < MongoAccess.ATTEMPTS; attempt++) {
            if (slots.remove(act, key, neverClaimed)) {
                return;
            }
            Optional<Stored> found = unclaimed(act, key);
            if (found.flatMap(Stored::signal).isEmpty()
                    || slots.update(act, key, SlotRequest.asSeen(key, found.get()), SlotRequest.free())) {
                return;
            }
        }
        throw access.contended(act, key);
    }

    @Override
    public void end(EndedSignal ended) {
        SignalKey key = ended.signal().key();
        BsonDocument filter = SlotRequest.noOther(ended, SlotRequest.unclaimed(key));
        if (change("end signal", key, filter, SlotRequest.end(ended), found -> found.holdsOtherThan(ended))) {
            slots.finishBegun("end signal", ended, 0);
        } else {
            tradeLog.append(ended);
        }
    }

    /** Changes a slot, unless it holds what is to be spared; says whether it did. */
    private boolean change(
            String act, SignalKey key, BsonDocument filter, BsonDocument update, Predicate<Stored> spared) {
        for (int attempt = 0; attempt < MongoAccess.ATTEMPTS; attempt++) {
            if (slots.upsert(act, key, filter, update)) {
                return true;
            }
            Optional<Stored> found = unclaimed(act, key);
            if (found.filter(spared).isPresent()) {
                return false;
            }
            if (found.isPresent() && slots.update(act, key, SlotRequest.asSeen(key, found.get()), update)) {
                return true;
            }
        }
        throw access.contended(act, key);
    }

    /** Looks at a slot whose document was not the one expected; refuses if the lease of a claim runs. */
    private Optional<Stored> unclaimed(String act, SignalKey key) {
        Optional<Stored> found = slots.settled(act, key);
        if (found.flatMap(Stored::owner).isPresent()) {
            claims.requireUnclaimed(act, key, found.get());
        }
        return found;
    }

    /** Finds any signal, claimed or not: touching is not fenced. */
    @Override
    public void touch(SignalKey key) {
        if (expireAbandonedAfter().isPresent()) {
            BsonDocument touched = new BsonDocument("$currentDate", new BsonDocument("updatedAt", BsonBoolean.TRUE));
            if (!slots.update("touch signal", key, SlotRequest.held(key), touched)) {
                slots.look("touch signal", key); // free, or written this moment, or it cannot be read
            }
        }
    }

    @Override
    public void writeAll(Map<SignalKey, Signal> all) {
        all.forEach((key, signal) -> signal.requireKey(key));
        batch.write(List.copyOf(all.values()));
    }

    @Override
    public Set<SignalKey> keys() {
        return slots.keys();
    }

    @Override
    public List<StoreFinding> keyless() {
        List<StoreFinding> findings = new ArrayList<>(slots.keyless());
        findings.addAll(tradeLog.keyless());
        return List.copyOf(findings);
    }

    @Override
    public Optional<Duration> expireAbandonedAfter() {
        return preflight.options().expireAbandonedAfter();
    }

    @Override
    public Optional<Claims> claims() {
        return Optional.of(claims);
    }

    @Override
    public Optional<TradeLog> tradeLog() {
        return Optional.of(tradeLog);
    }

    @Override
    public Optional<String> setAside(SignalKey key) {
        return setAside.setAside(key, null);
    }

    @Override
    public Optional<String> setAside(SignalKey key, Signal replacement) {
        replacement.requireKey(key);
        return setAside.setAside(key, replacement);
    }

    @Override
    public List<StoreFinding> check() {
        List<StoreFinding> findings = new ArrayList<>(preflight.findings(access));
        slots.check(findings);
        leases.check(findings);
        tradeLog.check(findings);
        setAside.check(findings);
        return List.copyOf(findings);
    }

    /** Finishes what a crash left unfinished. */
    void settle() {
        slots.finishAll("open store");
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
