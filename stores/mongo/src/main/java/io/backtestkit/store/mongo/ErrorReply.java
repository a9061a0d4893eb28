package io.backtestkit.store.mongo;

import com.mongodb.WriteError;
import io.backtestkit.store.mongo.MongoFailures.Outcome;
import java.util.Set;

/**
 * An error that a server answered: what its code tells of what was done. Behind a router the answer may be its own, about a
 * shard that it had sent the change to and did not hear from.
 *
 * @param code the server's number of the error
 * @param message the server's words
 */
record ErrorReply(int code, String message) {

    static final int COMMAND_NOT_FOUND = 59;
    static final int DUPLICATE_KEY = 11000;

    private static final int TOO_MANY_REQUESTS = 462;

    /** No primary here. */
    private static final Set<Integer> NOT_PRIMARY = Set.of(10058, 10107, 13435, 13436);

    private static final Set<Integer> FORBIDDEN = Set.of(11, 13, 18, 31, 33);

    /** Not done, and likely to pass: a lock, a write conflict, the shard of a key has changed, overload. */
    private static final Set<Integer> NOT_DONE =
            Set.of(24, 46, 112, 133, 134, 365, 433, 449, TOO_MANY_REQUESTS, 13388, 16500);

    /** Ended by a step-down, a shutdown, an interruption or a time-out, here or on the way to a shard. */
    private static final Set<Integer> MAY_BE_DONE = Set.of(
            6, 7, 50, 64, 83, 89, 90, 91, 145, 175, 189, 202, 237, 262, 279, 281, 282, 290, 317, 333, 355, 384, 407,
            9001, 11600, 11601, 11602);

    /** Only reads meet these: their cursor, their snapshot or what a router knew of the shards was gone. */
    private static final Set<Integer> READ_AGAIN =
            Set.of(43, 63, 136, 143, 150, 239, 246, 249, 250, 272, 314, 402, 412);

    /** How a router begins what it says of a shard that did not answer, whatever code it puts beside that. */
    private static final String NOT_HEARD_OF = "Write results unavailable";

    /** Returns what a server answered of one change. */
    static ErrorReply of(WriteError error) {
        return new ErrorReply(error.getCode(), error.getMessage());
    }

    /** Says whether, answered of a request as a whole, it is answered before anything of that is done. */
    boolean comesBeforeAnything() {
        return NOT_PRIMARY.contains(code) || FORBIDDEN.contains(code) || code == TOO_MANY_REQUESTS;
    }

    /** Returns what it means to a change of one document. */
    MongoFailures ofChange() {
        if (MAY_BE_DONE.contains(code) || message.startsWith(NOT_HEARD_OF)) {
            return MongoFailures.unknown(found());
        }
        if (isTransient()) {
            return new MongoFailures(Outcome.NOT_SENT, found(), "It may pass; look at the replica set if it does not.");
        }
        return refused("Free space or quota, or mend the setting it names.");
    }

    /** Returns what it means to a request that changes nothing. */
    MongoFailures ofRead() {
        return MAY_BE_DONE.contains(code) || READ_AGAIN.contains(code) || isTransient()
                ? new MongoFailures(Outcome.NOT_SENT, found(), "Read again; look at the servers if it does not pass.")
                : refused("Mend what it names.");
    }

    private boolean isTransient() {
        return NOT_DONE.contains(code) || NOT_PRIMARY.contains(code);
    }

    private MongoFailures refused(String advice) {
        return MongoFailures.refused(
                found(),
                FORBIDDEN.contains(code)
                        ? "Check user, password, authSource and the roles: readWrite on the database."
                        : advice);
    }

    private String found() {
        return "the server answered " + code + ": " + message;
    }
}
