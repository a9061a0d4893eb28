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
import com.mongodb.MongoServerException;
import com.mongodb.MongoServerUnavailableException;
import com.mongodb.MongoSocketException;
import com.mongodb.MongoSocketOpenException;
import com.mongodb.MongoTimeoutException;
import com.mongodb.MongoWriteConcernException;
import com.mongodb.MongoWriteException;
import com.mongodb.bulk.BulkWriteError;
import com.mongodb.bulk.WriteConcernError;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.StoreFailure;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.store.StoreUnavailableException;
import java.net.UnknownHostException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
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

    /** Of so many the driver makes one command, however long each signal is. */
    private static final int IN_ONE_COMMAND = 500;

    private static final String NOTHING_WRITTEN = "NoWritesPerformed";

    private static final String READ_BACK = "The store reads back before it repeats; check the network and the server.";

    /** Returns the exception of ours that says so. */
    SignalStoreException exception(String act, @Nullable SignalKey key, String store, RuntimeException error) {
        StoreFailure failure = new StoreFailure(act, Optional.ofNullable(key), store, found, advice);
        return switch (outcome) {
            case REFUSED -> new StoreRefusedException(failure, error);
            case UNKNOWN -> StoreUnavailableException.unknown(failure, error);
            case NOT_SENT -> StoreUnavailableException.notSent(failure, error);
        };
    }

    /** Returns what an error means to a request that would have changed nothing. */
    static MongoFailures ofRead(RuntimeException error) {
        Optional<ErrorReply> reply = reply(error);
        if (reply.isPresent()) {
            return reply.get().ofRead();
        }
        MongoFailures meaning = ofOther(error);
        return meaning.outcome == Outcome.UNKNOWN ? notSent(meaning.found) : meaning;
    }

    /** Returns what an error means to a change of one document. */
    static MongoFailures ofChange(RuntimeException error) {
        return reply(error).map(ErrorReply::ofChange).orElseGet(() -> ofOther(error));
    }

    /**
     * Returns what an error means to that many changes in one request, none of which waits for another. Where one of them may
     * pass, nothing is known of the rest unless all of them failed.
     */
    static MongoFailures ofSeveral(int number, RuntimeException error) {
        if (error instanceof MongoBulkWriteException several) {
            return ofEach(number, several);
        }
        MongoFailures meaning = ofChange(error);
        boolean stoppedBetween = error instanceof MongoCommandException
                && (number > IN_ONE_COMMAND
                        || reply(error).filter(ErrorReply::comesBeforeAnything).isEmpty());
        return stoppedBetween ? meaning.inDoubt() : meaning;
    }

    private static MongoFailures ofEach(int number, MongoBulkWriteException several) {
        WriteConcernError unconfirmed = several.getWriteConcernError();
        if (unconfirmed != null) {
            return ofUnconfirmed(unconfirmed.getCode(), unconfirmed.getMessage());
        }
        List<BulkWriteError> errors = several.getWriteErrors();
        List<MongoFailures> meanings = errors.stream()
                .filter(error -> error.getCode() != ErrorReply.DUPLICATE_KEY)
                .map(error -> ErrorReply.of(error).ofChange())
                .sorted(Comparator.comparing(meaning -> meaning.outcome == Outcome.REFUSED))
                .toList();
        Optional<MongoFailures> unknown = meanings.stream()
                .filter(meaning -> meaning.outcome == Outcome.UNKNOWN)
                .findFirst();
        MongoFailures first =
                unknown.orElseGet(() -> meanings.isEmpty() ? unknown("the driver failed") : meanings.get(0));
        return first.outcome == Outcome.NOT_SENT && errors.size() < number
                ? unknown(first.found + " (to " + errors.size() + " of " + number + ")")
                : first;
    }

    /**
     * Returns what this means where the driver may have sent the change twice. It shows the answer to the second attempt, and
     * that says nothing of the first, unless the server says that no attempt wrote anything.
     */
    MongoFailures ifSentTwice(RuntimeException error) {
        boolean answered = error instanceof MongoServerException;
        return answered && outcome != Outcome.UNKNOWN && !((MongoException) error).hasErrorLabel(NOTHING_WRITTEN)
                ? inDoubt()
                : this;
    }

    private MongoFailures inDoubt() {
        return new MongoFailures(Outcome.UNKNOWN, found, advice);
    }

    /** Returns the error that the server answered; empty if the error is of another kind. */
    private static Optional<ErrorReply> reply(RuntimeException error) {
        if (error instanceof MongoWriteException refused) {
            return Optional.of(ErrorReply.of(refused.getError()));
        }
        if (error instanceof MongoCommandException refused) {
            return Optional.of(new ErrorReply(refused.getErrorCode(), refused.getErrorMessage()));
        }
        return Optional.empty();
    }

    private static MongoFailures ofOther(RuntimeException error) {
        if (error instanceof MongoWriteConcernException unconfirmed) {
            return ofUnconfirmed(
                    unconfirmed.getCode(), unconfirmed.getWriteConcernError().getMessage());
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

    private static MongoFailures ofClient(MongoException error) {
        if (error instanceof MongoInterruptedException) {
            return unknown("the thread was interrupted");
        }
        if (error instanceof MongoSecurityException) {
            return ofLogin(error);
        }
        if (error instanceof MongoSocketOpenException || error.getCause() instanceof UnknownHostException) {
            return notSent("the server could not be reached");
        }
        if (error instanceof MongoSocketException) {
            return unknown("the connection broke before an answer came");
        }
        if (error instanceof MongoTimeoutException) {
            return NoConnection.of(String.valueOf(error.getMessage())).meaning();
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

    private static MongoFailures ofLogin(MongoException error) {
        if (error.getCause() instanceof MongoSocketException) {
            return notSent("the connection broke while it logged in");
        }
        boolean passes =
                error.getCause() instanceof MongoCommandException reply && ofRead(reply).outcome == Outcome.NOT_SENT;
        return passes
                ? notSent("the server could not log it in now")
                : refused("the server did not accept the credentials", "Check user, password and authSource.");
    }

    static MongoFailures notSent(String found) {
        return new MongoFailures(
                Outcome.NOT_SENT, found, "Check that the server runs and the network lets it through.");
    }

    static MongoFailures unknown(String found) {
        return new MongoFailures(Outcome.UNKNOWN, found, READ_BACK);
    }

    static MongoFailures refused(String found, String advice) {
        return new MongoFailures(Outcome.REFUSED, found, advice);
    }
}
