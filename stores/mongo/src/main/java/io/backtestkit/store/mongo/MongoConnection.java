package io.backtestkit.store.mongo;

import com.mongodb.ReadConcern;
import com.mongodb.WriteConcern;
import com.mongodb.client.MongoClient;
import com.mongodb.connection.ClusterConnectionMode;
import com.mongodb.connection.ClusterSettings;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client and what is known of how it connects.
 *
 * @param client the driver's client
 * @param database the database's name
 * @param hosts where it connects to; no secret
 * @param ours whether it was made here, and is closed here
 * @param protection how the connection is protected
 * @param writeConcern what writes wait for
 * @param readConcern what reads see
 * @param options what the user decided
 */
record MongoConnection(
        MongoClient client,
        String database,
        List<String> hosts,
        boolean ours,
        Protection protection,
        WriteConcern writeConcern,
        ReadConcern readConcern,
        MongoOptions options) {

    /** How a connection is protected against listening in and false servers. */
    enum Protection {
        ENCRYPTED,
        HOST_UNCHECKED,
        NONE,
        UNKNOWN
    }

    /** How long a write waits for the majority; below the socket's time-out, so that the answer still comes. */
    static final long MAJORITY_MILLIS = 8_000;

    static final WriteConcern DURABLE =
            WriteConcern.MAJORITY.withJournal(true).withWTimeout(MAJORITY_MILLIS, TimeUnit.MILLISECONDS);

    /** Describes the user's own client: of its settings, the driver tells only the hosts. */
    static MongoConnection ofUser(MongoClient client, String database, MongoOptions options) {
        ClusterSettings cluster = client.getClusterDescription().getClusterSettings();
        @Nullable String srv = cluster.getSrvHost();
        List<String> hosts = srv != null
                ? List.of(srv)
                : cluster.getHosts().stream().map(Object::toString).toList();
        return new MongoConnection(
                client, database, hosts, false, Protection.UNKNOWN, DURABLE, ReadConcern.MAJORITY, options);
    }

    /** Says whether the client keeps to the server it was given, and finds no other that takes its place. */
    boolean keepsToOneServer() {
        return client.getClusterDescription().getConnectionMode() == ClusterConnectionMode.SINGLE;
    }

    String describe() {
        return "mongodb://" + String.join(",", hosts) + "/" + database;
    }

    MongoAccess access() {
        return new MongoAccess(client, database, describe(), ours, writeConcern, readConcern);
    }
}
