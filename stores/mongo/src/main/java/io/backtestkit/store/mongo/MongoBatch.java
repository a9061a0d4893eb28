package io.backtestkit.store.mongo;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.bulk.BulkWriteError;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.UpdateOneModel;
import io.backtestkit.signal.Signal;
import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.store.mongo.MongoFailures.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.bson.BsonDocument;

/** Signals written together, by one unordered request; what failed for reasons of its own is told, or done, one by one. */
final class MongoBatch {

    static final BulkWriteOptions UNORDERED = new BulkWriteOptions().ordered(false);

    private final MongoAccess access;
    private final MongoCollection<BsonDocument> signals;
    private final Consumer<Signal> alone;

    /** Takes how to write one that met a document of another form: another's claim, damage, or what a claim has left. */
    MongoBatch(MongoAccess access, Consumer<Signal> alone) {
        this.access = access;
        this.alone = alone;
        signals = access.collection(MongoSlots.SIGNALS);
    }

    /**
     * Writes all it can. What the server refuses of one signal is told under its name; of what may pass, nobody knows what
     * else was written, so that fails the whole.
     */
    void write(List<Signal> all) {
        if (all.isEmpty()) {
            return;
        }
        List<UpdateOneModel<BsonDocument>> requests =
                all.stream().map(MongoBatch::request).toList();
        List<SignalStoreException> failures = new ArrayList<>();
        access.changeSeveral("write " + all.size() + " signals to", all.size(), () -> sent(requests))
                .ifPresent(e -> e.getWriteErrors().forEach(error -> settle(all.get(error.getIndex()), error, e)
                        .ifPresent(failures::add)));
        if (!failures.isEmpty()) {
            throw first(failures, failures.size() < all.size());
        }
    }

    static UpdateOneModel<BsonDocument> request(Signal signal) {
        return new UpdateOneModel<>(SlotRequest.unclaimed(signal.key()), SlotRequest.hold(signal), MongoSlots.UPSERT);
    }

    private Optional<MongoBulkWriteException> sent(List<UpdateOneModel<BsonDocument>> requests) {
        try {
            signals.bulkWrite(requests, UNORDERED);
            return Optional.empty();
        } catch (MongoBulkWriteException e) {
            if (isOfSingleSignals(e)) {
                return Optional.of(e);
            }
            throw e;
        }
    }

    /** Says whether each error is one signal's own, and leaves no doubt of the others. */
    private boolean isOfSingleSignals(MongoBulkWriteException e) {
        return e.getWriteConcernError() == null
                && e.getWriteErrors().stream()
                        .allMatch(error -> error.getCode() == ErrorReply.DUPLICATE_KEY
                                || (!access.mayRepeat()
                                        && ErrorReply.of(error).ofChange().outcome() == Outcome.REFUSED));
    }

    /** Writes a signal by itself if that may help; returns why it is not written. */
    private Optional<SignalStoreException> settle(Signal signal, BulkWriteError error, MongoBulkWriteException e) {
        if (error.getCode() != ErrorReply.DUPLICATE_KEY) {
            MongoFailures meaning = ErrorReply.of(error).ofChange();
            return Optional.of(meaning.exception("write signal", signal.key(), access.describe(), e));
        }
        try {
            alone.accept(signal);
            return Optional.empty();
        } catch (SignalStoreException failure) {
            return Optional.of(failure);
        }
    }

    /** Returns one that may pass, if there is one: whoever repeats the whole for it then meets the others. */
    private SignalStoreException first(List<SignalStoreException> failures, boolean someWritten) {
        SignalStoreException first = failures.stream()
                .filter(StoreUnavailableException.class::isInstance)
                .findFirst()
                .orElse(failures.get(0));
        SignalStoreException thrown = first;
        if (someWritten
                && first instanceof StoreUnavailableException
                && first.key().isPresent()) {
            thrown = access.begun("write signal", first.key().get(), first);
        }
        failures.stream().filter(other -> other != first).forEach(thrown::addSuppressed);
        return thrown;
    }
}
