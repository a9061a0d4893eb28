package io.backtestkit.store.mongo;

import com.mongodb.ErrorCategory;
import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.MongoInterruptedException;
import com.mongodb.MongoWriteException;
import com.mongodb.ReadConcern;
import com.mongodb.ReadPreference;
import com.mongodb.WriteConcern;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import io.backtestkit.signal.SignalFormatException;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.StoreFailure;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.store.UnreadableSignalException;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/** The way to the collections of a store: with the concerns that make it durable, and each failure in our own words. */
final class MongoAccess {

    /** How often a request is made anew after others were faster. */
    static final int ATTEMPTS = 20;

    private final MongoClient client;
    private final MongoDatabase database;
    private final String described;
    private final boolean closesClient;
    private final boolean mayRepeat;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Takes a client. One that is ours is closed here, and sends no change twice; of the user's own that is not known. */
    MongoAccess(
            MongoClient client,
            String database,
            String described,
            boolean ours,
            WriteConcern writeConcern,
            ReadConcern readConcern) {
        this.client = client;
        this.database = client.getDatabase(database)
                .withWriteConcern(writeConcern)
                .withReadConcern(readConcern)
                .withReadPreference(ReadPreference.primary());
        this.described = described;
        closesClient = ours;
        mayRepeat = !ours;
    }

    MongoDatabase database() {
        return database;
    }

    MongoCollection<BsonDocument> collection(String name) {
        return database.getCollection(name, BsonDocument.class);
    }

    String describe() {
        return described;
    }

    /** Asks for something that changes nothing. */
    <T> T look(String act, @Nullable SignalKey key, Supplier<T> request) {
        return call(act, key, MongoFailures::ofRead, request);
    }

    /** Asks for a change. */
    <T> T change(String act, @Nullable SignalKey key, Supplier<T> request) {
        return call(act, key, error -> meaning(error, MongoFailures.ofChange(error)), request);
    }

    /** Asks for that many changes at once. */
    <T> T changeSeveral(String act, int number, Supplier<T> request) {
        return call(act, null, error -> meaning(error, MongoFailures.ofSeveral(number, error)), request);
    }

    private MongoFailures meaning(RuntimeException error, MongoFailures once) {
        return mayRepeat ? once.ifSentTwice(error) : once;
    }

    /** Asks for a change of a kind that no driver sends again once it may have been done. */
    <T> T changeOnce(String act, Supplier<T> request) {
        return call(act, null, MongoFailures::ofChange, request);
    }

    /** Says whether the driver may send a change twice by itself. */
    boolean mayRepeat() {
        return mayRepeat;
    }

    /** Asks for a change; false if it met another document with the same unique field, and so changed nothing. */
    boolean changeUnlessMet(String act, @Nullable SignalKey key, BooleanSupplier request) {
        return change(act, key, () -> {
            try {
                return request.getAsBoolean();
            } catch (MongoWriteException e) {
                if (e.getError().getCategory() == ErrorCategory.DUPLICATE_KEY) {
                    return false;
                }
                throw e;
            } catch (MongoCommandException e) {
                if (e.getErrorCode() == ErrorReply.DUPLICATE_KEY) {
                    return false;
                }
                throw e;
            }
        });
    }

    /** Does the rest of what has changed something: from then on no failure means that nothing has happened. */
    <T> T rest(String act, SignalKey key, Supplier<T> rest) {
        try {
            return rest.get();
        } catch (StoreUnavailableException | StoreRefusedException | UnreadableSignalException e) {
            throw begun(act, key, e);
        }
    }

    /** Says of a failure that something had been changed before it came. */
    StoreUnavailableException begun(String act, SignalKey key, SignalStoreException e) {
        return StoreUnavailableException.unknown(StoreFailure.of(act, key, described, e.found(), e.advice()), e);
    }

    private <T> T call(
            String act,
            @Nullable SignalKey key,
            Function<RuntimeException, MongoFailures> meaning,
            Supplier<T> request) {
        try {
            if (closed.get()) {
                throw new IllegalStateException("closed");
            }
            return request.get();
        } catch (MongoException | IllegalStateException e) { // the second: its client was closed
            if (e instanceof MongoInterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw meaning.apply(e).exception(act, key, described, e);
        }
    }

    /** Says that others kept changing what was to be changed, every time it was looked at. */
    StoreUnavailableException contended(String act, SignalKey key) {
        return StoreUnavailableException.notSent(
                StoreFailure.of(
                        act,
                        key,
                        described,
                        "other writers changed it " + ATTEMPTS + " times meanwhile",
                        "Let one process trade one key."),
                null);
    }

    StoreRefusedException refused(String act, String found, String advice) {
        return new StoreRefusedException(StoreFailure.of(act, described, found, advice), null);
    }

    UnreadableSignalException unreadable(String act, SignalKey key, SignalFormatException fault) {
        String found = String.valueOf(fault.getMessage());
        return new UnreadableSignalException(StoreFailure.of(act, key, described, found, advice(key, found)), fault);
    }

    /** Returns what a person is told to do about a document that cannot be read. */
    String advice(SignalKey key, String found) {
        String newer = found.contains("newer version")
                ? "read it with the newer version of the program; otherwise no new entry"
                : "no new entry";
        return "It is left as it is; " + newer + " will be taken until you run: "
                + StoreFailure.resolving(described, key);
    }

    /** Says whether every host is this machine, as far as the names tell. */
    static boolean isLoopback(Iterable<String> hosts) {
        for (String host : hosts) {
            String name = host.toLowerCase(Locale.ROOT);
            if (!name.matches("(localhost|127\\.[0-9.]+|\\[?::1]?)(:[0-9]+)?|.*\\.sock")) {
                return false;
            }
        }
        return true;
    }

    void close() {
        if (closed.compareAndSet(false, true) && closesClient) {
            client.close();
        }
    }
}
