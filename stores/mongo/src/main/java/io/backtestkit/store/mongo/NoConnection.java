package io.backtestkit.store.mongo;

import io.backtestkit.store.mongo.MongoFailures.Outcome;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What keeps every server from being used. It stands only in the text of the driver, which describes the servers it knows:
 *
 * <pre>
 * {type=UNKNOWN, servers=[{address=db1:27017, type=UNKNOWN, state=CONNECTING, exception={com.mongodb.MongoSecurityException:
 *   Exception authenticating ...}, caused by {com.mongodb.MongoCommandException: ... error 18 (AuthenticationFailed): ...}}]}
 * </pre>
 *
 * @param servers what it says of each
 */
record NoConnection(List<String> servers) {

    private static final String BAD_LOGIN = "com.mongodb.MongoSecurityException";
    private static final String BAD_TLS = "javax.net.ssl.";

    /** The codes of a login refused: of the server, and of the service that stands before it. */
    private static final Pattern LOGIN_REFUSED = Pattern.compile("\\berror (?:18|8000)\\b");

    private static final Pattern TLS_REFUSED = Pattern.compile(
            "certificate|PKIX|unknown_ca|certpath|Unsupported or unrecognized SSL message", Pattern.CASE_INSENSITIVE);

    /** Reads the message of a time-out. */
    static NoConnection of(String message) {
        String[] parts = message.split("\\{address=", -1);
        return new NoConnection(
                parts.length == 1 ? List.of(message) : List.of(parts).subList(1, parts.length));
    }

    /** Returns what it means: refused if that holds for each server, and will hold a second later. */
    MongoFailures meaning() {
        if (some(BAD_LOGIN)) {
            return new MongoFailures(
                    refusedIf(server -> server.contains(BAD_LOGIN)
                            && LOGIN_REFUSED.matcher(server).find()),
                    "a server did not accept the credentials",
                    "Check user, password and authSource.");
        }
        if (some(BAD_TLS)) {
            return new MongoFailures(
                    refusedIf(server -> server.contains(BAD_TLS)
                            && TLS_REFUSED.matcher(server).find()),
                    "no trusted connection could be made",
                    "Check that the server speaks TLS and that its certificate names the host.");
        }
        if (some("type=REPLICA_SET_")) {
            return new MongoFailures(
                    Outcome.NOT_SENT,
                    "the servers that were reached have no primary among them",
                    "Look at the replica set: rs.status().");
        }
        if (some("java.net.UnknownHostException")) {
            return new MongoFailures(
                    Outcome.NOT_SENT, "the name of a host could not be looked up", "Check the name and the resolver.");
        }
        if (some("Connection refused")) {
            return MongoFailures.notSent("nothing listens at the port of a host");
        }
        return MongoFailures.notSent(
                some("com.mongodb.MongoSocket")
                        ? "a server could not be reached"
                        : "no primary, or no free connection to it, was found in time");
    }

    private boolean some(String text) {
        return servers.stream().anyMatch(server -> server.contains(text));
    }

    private Outcome refusedIf(Predicate<String> ofEach) {
        return servers.stream().allMatch(ofEach) ? Outcome.REFUSED : Outcome.NOT_SENT;
    }
}
