package io.backtestkit.store.mongo;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoClientException;
import com.mongodb.MongoCommandException;
import com.mongodb.MongoConfigurationException;
import com.mongodb.MongoConnectionPoolClearedException;
import com.mongodb.MongoException;
import com.mongodb.MongoExecutionTimeoutException;
import com.mongodb.MongoIncompatibleDriverException;
import com.mongodb.MongoInterruptedException;
import com.mongodb.MongoOperationTimeoutException;
import com.mongodb.MongoSecurityException;
import com.mongodb.MongoServerUnavailableException;
import com.mongodb.MongoSocketException;
import com.mongodb.MongoSocketOpenException;
import com.mongodb.MongoTimeoutException;
import com.mongodb.MongoWriteConcernException;
import com.mongodb.MongoWriteException;
import com.mongodb.WriteError;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.StoreFailure;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.store.StoreUnavailableException;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an error of the driver means to us: nothing was changed and it may work later, or nobody knows, or it was refused.
 * What is not known to be harmless counts as unknown if it came from the network, as refused if the server said it.
 */
record MongoFailures(Outcome outcome, String found, String advice) {

    /** What became of the change. */
    enum Outcome {
        NOT_SENT,
        UNKNOWN,
        REFUSED
    }

    static final int COMMAND_NOT_FOUND = 59;
    static final int DUPLICATE_KEY = 11000;

    private static final String READ_BACK = "The store reads back before it repeats; check the network and the server.";

    /** Refused before anything was done, and likely to pass: no primary here, a lock or a write conflict, overload. */
    private static final Set<Integer> NOT_DONE =
            Set.of(6, 7, 24, 46, 112, 133, 134, 202, 462, 10058, 10107, 13388, 13435, 13436);

    /** Ended by a step-down, a shutdown or a time-out, at a moment nobody knows. */
    private static final Set<Integer> MAY_BE_DONE =
            Set.of(50, 64, 89, 91, 175, 189, 262, 290, 9001, 11600, 11601, 11602);

    private static final Set<Integer> FORBIDDEN = Set.of(11, 13, 18, 31, 33);

    /** Turns an error of the driver into one of ours. {@code changes}: the request would have changed something. */
    static SignalStoreException of(
            String act, @Nullable SignalKey key, String store, boolean changes, RuntimeException error) {
        MongoFailures meaning = of(error);
        StoreFailure failure = new StoreFailure(act, Optional.ofNullable(key), store, meaning.found, meaning.advice);
        return switch (meaning.outcome) {
            case REFUSED -> new StoreRefusedException(failure, error);
            case UNKNOWN ->
                changes
                        ? StoreUnavailableException.unknown(failure, error)
                        : StoreUnavailableException.notSent(failure, error);
            case NOT_SENT -> StoreUnavailableException.notSent(failure, error);
        };
    }

    static MongoFailures of(RuntimeException error) {
        if (error instanceof MongoWriteConcernException unconfirmed) {
            return ofUnconfirmed(
                    unconfirmed.getCode(), unconfirmed.getWriteConcernError().getMessage());
        }
        if (error instanceof MongoWriteException refused) {
            return ofReply(refused.getCode(), refused.getError().getMessage());
        }
        if (error instanceof MongoBulkWriteException several) {
            if (several.getWriteConcernError() != null) {
                return ofUnconfirmed(
                        several.getWriteConcernError().getCode(),
                        several.getWriteConcernError().getMessage());
            }
            WriteError first = several.getWriteErrors().get(0);
            return ofReply(first.getCode(), first.getMessage());
        }
        if (error instanceof MongoCommandException refused) {
            return ofReply(refused.getErrorCode(), refused.getErrorMessage());
        }
        if (error instanceof MongoExecutionTimeoutException || error instanceof MongoOperationTimeoutException) {
            return unknown("the server did not finish in time");
        }
        return error instanceof MongoException inside
                ? ofClient(inside)
                : refused("the client was closed", "Open it again.");
    }

    /** The primary has made the change; whether it survives a failover is open. */
    private static MongoFailures ofUnconfirmed(int code, String message) {
        return unknown("a majority did not confirm it (" + code + ": " + message + ")");
    }

    private static MongoFailures ofReply(int code, String message) {
        String found = "the server answered " + code + ": " + message;
        if (NOT_DONE.contains(code)) {
            return new MongoFailures(Outcome.NOT_SENT, found, "It may pass; look at the replica set if it does not.");
        }
        if (MAY_BE_DONE.contains(code)) {
            return unknown(found);
        }
        if (FORBIDDEN.contains(code)) {
            return refused(found, "Check user, password, authSource and the roles: readWrite on the database.");
        }
        return refused(found, "Free space or quota, or mend the setting it names.");
    }

    private static MongoFailures ofClient(MongoException error) {
        if (error instanceof MongoInterruptedException) {
            return unknown("the thread was interrupted");
        }
        if (error instanceof MongoSecurityException) {
            return error.getCause() instanceof MongoSocketException
                    ? notSent("the connection broke while it logged in")
                    : refused("the server did not accept the credentials", "Check user, password and authSource.");
        }
        if (error instanceof MongoSocketOpenException || error.getCause() instanceof UnknownHostException) {
            return notSent("the server could not be reached");
        }
        if (error instanceof MongoSocketException) {
            return unknown("the connection broke before an answer came");
        }
        if (error instanceof MongoTimeoutException) {
            return ofNoServer(String.valueOf(error.getMessage()));
        }
        if (error instanceof MongoConnectionPoolClearedException || error instanceof MongoServerUnavailableException) {
            return notSent("no primary, or no free connection to it, was found in time");
        }
        if (error instanceof MongoIncompatibleDriverException) {
            return refused("the server is of a version this driver does not speak to", "Run MongoDB 5.0 or newer.");
        }
        if (error instanceof MongoConfigurationException) {
            return refused("the driver could not use its settings", "Mend the location; the cause says what is wrong.");
        }
        return error instanceof MongoClientException
                ? refused("the driver would not send it", "The cause says why.")
                : unknown("the driver failed");
    }

    /** What keeps every server from being used stands only in the text of the driver, among the servers it describes. */
    private static MongoFailures ofNoServer(String message) {
        if (message.contains("type=REPLICA_SET_")) {
            return new MongoFailures(
                    Outcome.NOT_SENT,
                    "the servers that were reached have no primary among them",
                    "Look at the replica set: rs.status().");
        }
        if (message.contains("java.net.UnknownHostException")) {
            return new MongoFailures(
                    Outcome.NOT_SENT, "the name of a host could not be looked up", "Check the name and the resolver.");
        }
        if (message.contains("com.mongodb.MongoSecurityException")) {
            return new MongoFailures(
                    Outcome.NOT_SENT,
                    "a server did not accept the credentials",
                    "Check user, password and authSource.");
        }
        if (message.contains("javax.net.ssl.")) {
            return new MongoFailures(
                    Outcome.NOT_SENT,
                    "no trusted connection could be made",
                    "Check that the server speaks TLS and that its certificate names the host.");
        }
        if (message.contains("Connection refused")) {
            return notSent("nothing listens at the port of a host");
        }
        if (message.contains("com.mongodb.MongoSocket")) {
            return notSent("a server could not be reached");
        }
        return notSent("no primary, or no free connection to it, was found in time");
    }

    private static MongoFailures notSent(String found) {
        return new MongoFailures(
                Outcome.NOT_SENT, found, "Check that the server runs and the network lets it through.");
    }

    private static MongoFailures unknown(String found) {
        return new MongoFailures(Outcome.UNKNOWN, found, READ_BACK);
    }

    private static MongoFailures refused(String found, String advice) {
        return new MongoFailures(Outcome.REFUSED, found, advice);
    }
}
