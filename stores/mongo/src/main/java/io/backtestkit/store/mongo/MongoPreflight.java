package io.backtestkit.store.mongo;

import com.mongodb.WriteConcern;
import io.backtestkit.store.StoreFinding;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;

/** Whether a server and our collections on it can keep the promise. */
final class MongoPreflight {

    /** The wire version of MongoDB 5.0. */
    private static final int OLDEST_WIRE_VERSION = 13;

    private static final Duration LARGEST_CLOCK_DIFFERENCE = Duration.ofSeconds(1);
    private static final System.Logger LOG = System.getLogger(MongoSignalStore.class.getName());

    private final MongoConnection connection;

    MongoPreflight(MongoConnection connection) {
        this.connection = connection;
    }

    /** Opens a store for trading; if that fails, closes the client if it is ours. */
    static MongoSignalStore opened(MongoConnection connection) {
        MongoAccess access = connection.access();
        MongoPreflight preflight = new MongoPreflight(connection);
        boolean open = false;
        try {
            preflight.pass(access);
            new OwnCollections(preflight.options()).make(access);
            MongoSignalStore store = new MongoSignalStore(access, preflight);
            store.settle();
            open = true;
            return store;
        } finally {
            if (!open) {
                access.close();
            }
        }
    }

    MongoOptions options() {
        return connection.options();
    }

    /** Asks the server and returns what was found. Changes nothing. */
    List<StoreFinding> findings(MongoAccess access) {
        return findings(access.look("check", null, () -> ServerReplies.of(access.database(), Instant::now)));
    }

    private void pass(MongoAccess access) {
        List<StoreFinding> findings =
                findings(access.look("open store", null, () -> ServerReplies.of(access.database(), Instant::now)));
        StoreFinding.requireNoneRefused(access.describe(), findings);
        StoreFinding.logWarnings(access.describe(), findings, LOG);
    }

    /** Judges what a server said. */
    List<StoreFinding> findings(ServerReplies replies) {
        List<StoreFinding> findings = new ArrayList<>();
        checkServer(replies.hello(), findings);
        checkWriteConcern(findings);
        findings.addAll(new OwnCollections(options()).findings(replies));
        checkProtection(findings);
        checkAuthentication(replies.connectionStatus(), findings);
        checkClock(replies, findings);
        return findings;
    }

    private void checkServer(BsonDocument hello, List<StoreFinding> findings) {
        int wireVersion = hello.getInt32("maxWireVersion", new BsonInt32(0)).getValue();
        if (wireVersion < OLDEST_WIRE_VERSION) {
            findings.add(StoreFinding.refused(
                    "server version",
                    hello.isEmpty()
                            ? "it does not know the command hello"
                            : "it speaks up to wire version " + wireVersion + ", MongoDB 5.0 speaks "
                                    + OLDEST_WIRE_VERSION,
                    "Run MongoDB 5.0 or newer."));
        } else {
            findings.add(StoreFinding.ok("server version", "it speaks wire version " + wireVersion));
        }
        if (hello.isEmpty()) {
            return;
        }
        if (!hello.getBoolean("isWritablePrimary", BsonBoolean.FALSE).getValue()) {
            findings.add(StoreFinding.refused(
                    "server",
                    "it is not a writable primary",
                    "Name every member of the replica set and leave out directConnection."));
        }
        boolean router = new BsonString("isdbgrid").equals(hello.get("msg"));
        if (hello.containsKey("setName")) {
            checkMembers(hello, findings);
            checkArbiters(hello, findings);
        } else if (router) {
            findings.add(StoreFinding.ok("server", "a router of a sharded cluster"));
        } else if (options().singleNode()) {
            findings.add(StoreFinding.ok("server", "stand-alone, as singleNode=true says it is meant"));
        } else {
            findings.add(StoreFinding.refused(
                    "server",
                    "it stands alone, so nothing takes over if its disk is lost",
                    "Use a replica set, or say singleNode=true if this is meant."));
        }
    }

    /** A client that keeps to one of several members finds no other primary, and goes on reading when it is none any more. */
    private void checkMembers(BsonDocument hello, List<StoreFinding> findings) {
        String subject = "server";
        String set = "replica set " + hello.getString("setName").getValue();
        int members = hello.getArray("hosts", new BsonArray()).size();
        if (members < 2 || !connection.keepsToOneServer()) {
            findings.add(StoreFinding.ok(subject, set));
            return;
        }
        String found = "the client keeps to one of " + members + " members of " + set
                + ": once another is primary, nothing can be written here and reads may be old";
        String advice = "Say replicaSet=" + hello.getString("setName").getValue()
                + " or name every member, and leave out directConnection";
        findings.add(
                options().singleNode()
                        ? StoreFinding.warning(subject, found, advice + ".")
                        : StoreFinding.refused(
                                subject, found, advice + "; or say singleNode=true if this one member is meant."));
    }

    private static void checkArbiters(BsonDocument hello, List<StoreFinding> findings) {
        if (hello.isArray("arbiters") && !hello.getArray("arbiters").isEmpty()) {
            findings.add(StoreFinding.warning(
                    "replica set",
                    "it has " + hello.getArray("arbiters").size()
                            + " arbiter, which holds no data: with one member down, no write is confirmed",
                    "Replace the arbiter by a member that holds data."));
        }
    }

    private void checkWriteConcern(List<StoreFinding> findings) {
        WriteConcern concern = connection.writeConcern();
        boolean durable = "majority".equals(concern.getWObject()) && !Boolean.FALSE.equals(concern.getJournal());
        findings.add(
                durable
                        ? StoreFinding.ok("write concern", "majority, with journal")
                        : StoreFinding.refused(
                                "write concern",
                                "it was w=" + concern.getWObject()
                                        + (Boolean.FALSE.equals(concern.getJournal()) ? " without journal" : "")
                                        + ", below majority with journal",
                                "Leave w and journal out of the location, or say w=majority."));
    }

    private boolean isFar() {
        return !MongoAccess.isLoopback(connection.hosts());
    }

    private void checkProtection(List<StoreFinding> findings) {
        String subject = "encryption";
        boolean meant = options().insecure();
        switch (connection.protection()) {
            case ENCRYPTED -> findings.add(StoreFinding.ok(subject, "TLS, with the host checked"));
            case UNKNOWN ->
                findings.add(StoreFinding.ok(subject, "the user's own client, whose settings are not seen"));
            case HOST_UNCHECKED ->
                findings.add(
                        !isFar() || meant
                                ? StoreFinding.warning(
                                        subject, "TLS without checking the host", "Leave out tlsInsecure.")
                                : StoreFinding.refused(
                                        subject,
                                        "TLS without checking the host, so anybody can stand in for it",
                                        "Leave out tlsInsecure and tlsAllowInvalidHostnames, or say insecure=true."));
            case NONE ->
                findings.add(
                        !isFar() || meant
                                ? StoreFinding.ok(
                                        subject, isFar() ? "none, as insecure=true says" : "none, on this machine")
                                : StoreFinding.warning(
                                        subject,
                                        "none, on the way to another machine",
                                        "Add tls=true, or say insecure=true if the network is yours."));
        }
    }

    private void checkAuthentication(BsonDocument status, List<StoreFinding> findings) {
        BsonDocument info = status.getDocument("authInfo", new BsonDocument());
        boolean known = info.isArray("authenticatedUsers");
        if (known && !info.getArray("authenticatedUsers").isEmpty()) {
            findings.add(StoreFinding.ok("authentication", "logged in"));
        } else if (!isFar() || options().insecure()) {
            findings.add(StoreFinding.ok("authentication", "none"));
        } else {
            findings.add(StoreFinding.warning(
                    "authentication",
                    "none, on another machine",
                    "Switch authorization on and give the store a user of its own with readWrite."));
        }
    }

    private static void checkClock(ServerReplies replies, List<StoreFinding> findings) {
        if (!replies.hello().isDateTime("localTime")) {
            return;
        }
        Instant server = replies.now();
        Instant earliest = replies.asked().minus(LARGEST_CLOCK_DIFFERENCE);
        Instant latest = replies.answered().plus(LARGEST_CLOCK_DIFFERENCE);
        findings.add(
                server.isBefore(earliest) || server.isAfter(latest)
                        ? StoreFinding.warning(
                                "clock",
                                "the server's was " + server + ", ours was "
                                        + replies.answered().truncatedTo(ChronoUnit.MILLIS),
                                "Let both follow a time server.")
                        : StoreFinding.ok("clock", "the server's agrees with ours to about a second"));
    }

    /** Reaches the server and leaves everything as it is: for looking on. */
    static MongoSignalStore lookingOn(MongoConnection connection) {
        MongoAccess access = connection.access();
        boolean open = false;
        try {
            access.look(
                    "open store", null, () -> access.database().runCommand(new BsonDocument("ping", new BsonInt32(1))));
            open = true;
            return new MongoSignalStore(access, new MongoPreflight(connection), false);
        } finally {
            if (!open) {
                access.close();
            }
        }
    }
}
