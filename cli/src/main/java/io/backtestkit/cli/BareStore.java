package io.backtestkit.cli;

import io.backtestkit.store.StoreLocation;
import java.util.Map;
import java.util.Optional;

/**
 * The driver below a store, without the store. It keeps bytes by name in a place of its own beside the store's, by the
 * plainest requests that keep them as durably as the store does; and sends the store's own requests, where they are others.
 * Any thread may call.
 */
interface BareStore {

    /** Connects, and makes the place, which takes its name from {@code trial}; empty if nothing is known of such a store. */
    static Optional<BareStore> beside(StoreLocation location, String trial) throws Exception {
        return switch (location.scheme()) {
            case "file" -> Optional.of(new BareFiles(location, trial));
            case "redis", "rediss", "redis-sentinel", "rediss-sentinel", "redis-cluster", "rediss-cluster" ->
                Optional.of(new BareRedis(location, trial));
            case "mongodb", "mongodb+srv" -> Optional.of(new BareMongo(location, trial));
            case "postgresql" -> Optional.of(new BarePostgres(location, trial));
            default -> Optional.empty();
        };
    }

    /** Names the driver. */
    String driver();

    /** Says what the plain requests are, for people. */
    String describe();

    /** Returns the requests of the store, to be sent by the driver; empty if they are the plain ones. */
    default Optional<SameRequests> same() {
        return Optional.empty();
    }

    void write(String name, byte[] json) throws Exception;

    /** Returns the bytes; none if there are none. */
    byte[] read(String name) throws Exception;

    void delete(String name) throws Exception;

    /** Writes all of them in the way that is fastest for this driver. */
    void writeAll(Map<String, byte[]> all) throws Exception;

    /** Removes what a store keeps of a strategy whose signals were all deleted. */
    default void forget(String strategy) throws Exception {}

    /** Removes the place with everything in it, and lets go of the connection. */
    void discard() throws Exception;
}
