package io.backtestkit.store.mongo;

import java.time.Duration;
import java.util.Optional;

/**
 * What the user of a store has decided and the server cannot know.
 *
 * @param singleNode one server is meant, for which no other takes over: a stand-alone one, or one member of a replica set
 * @param insecure a connection without encryption, host check or authentication to another machine is meant
 * @param expireAbandonedAfter after how long without a touch a signal is removed; empty: never
 */
public record MongoOptions(boolean singleNode, boolean insecure, Optional<Duration> expireAbandonedAfter) {

    /**
     * Checks the time to live.
     *
     * @throws IllegalArgumentException if it is not a whole number of seconds from one second to ten years
     */
    public MongoOptions {
        expireAbandonedAfter.ifPresent(after -> {
            if (after.getSeconds() < 1 || after.getNano() != 0 || after.toDays() > 3_650) {
                throw new IllegalArgumentException("Cannot expire abandoned signals after " + after
                        + ": needed is a whole number of seconds, from one second to ten years.");
            }
        });
    }

    /** Returns what is right for trading: a replica set, a secured connection, nothing expires. */
    public static MongoOptions defaults() {
        return new MongoOptions(false, false, Optional.empty());
    }

    /** Returns these options for a stand-alone server, or one member of a replica set. */
    public MongoOptions onSingleNode() {
        return new MongoOptions(true, insecure, expireAbandonedAfter);
    }

    /** Returns these options with signals removed that nobody has touched for that long. */
    public MongoOptions expiringAbandonedAfter(Duration after) {
        return new MongoOptions(singleNode, insecure, Optional.of(after));
    }
}
