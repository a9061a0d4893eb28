package io.backtestkit.store.redis;

import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.StoreFailure;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.store.UnreadableSignalException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns what Redis and its client report into the failures of the store contract. */
final class RedisFailures {

    /** The server's error codes, at the start of its answer or, from a script of Redis 6, further inside. */
    private static final Pattern CODE = Pattern.compile(
            "(?:^|[ -])(LOADING|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY|UNKILLABLE"
                    + "|OOM|READONLY|NOPERM|NOAUTH|WRONGPASS|MISCONF|NOREPLICAS|MOVED|ASK|CROSSSLOT|WRONGTYPE|NOSCRIPT)(?: |$)");

    private static final String MOVING = "The cluster is moving keys.";

    /** What the server says before it does anything, and may no longer say a moment later. */
    private static final Map<String, String> NOT_NOW = Map.of(
            "LOADING", "It reads its data after a start.",
            "MASTERDOWN", "The server is a replica that has lost its master.",
            "CLUSTERDOWN", "The cluster has lost a part of its servers.",
            "TRYAGAIN", MOVING,
            "READONLY", "It has become a replica; if it stays one, name the master, or Sentinel servers that know it.",
            "BUSY", "The server runs a long script.",
            "UNKILLABLE", "The server runs a long script.");

    private static final Map<String, String> ADVICE = Map.of(
            "OOM", "Give the server more memory (maxmemory), or delete other data.",
            "NOPERM", "Grant the user what docs/databases.md lists for Redis.",
            "NOAUTH", "Give a password, best by passwordEnv= or passwordFile=.",
            "WRONGPASS", "Check user name and password.",
            "MISCONF", "The server cannot write to its disk; read its log.",
            "NOREPLICAS", "Bring the replicas back that min-replicas-to-write asks for.");

    /** What a server of a cluster says to whoever takes it for one that has every key, and to its own client meanwhile. */
    private static final Set<String> ELSEWHERE = Set.of("MOVED", "ASK", "CROSSSLOT");

    /** What a script hears at its first change at the latest, and so before it has changed anything. */
    private static final Set<String> BEFORE_A_CHANGE = Set.of("OOM", "MISCONF", "READONLY", "NOREPLICAS");

    private RedisFailures() {}

    /** Returns the exception to throw; a {@link SignalStoreException} is returned as it is. */
    static SignalStoreException of(Request request, String store, Throwable failure) {
        Throwable cause = unwrapped(failure);
        if (cause instanceof SignalStoreException known) {
            return known;
        }
        if (code(cause) != null || cause instanceof RedisCommandExecutionException) {
            return answered(request, store, cause);
        }
        boolean rejected = cause instanceof RedisConnectionException
                || isRejected(cause)
                || String.valueOf(cause.getMessage()).startsWith("Request queue size exceeded");
        if (rejected && !(request.changes() && isSentAgain(store))) {
            return NoConnection.of(request, store, cause);
        }
        String found = cause instanceof TimeoutException || cause instanceof RedisCommandTimeoutException
                ? "the server did not answer in time"
                : rejected ? "the server could not be reached" : "the connection broke before the server answered";
        if (!request.changes()) {
            return StoreUnavailableException.notSent(request.failed(store, found, ""), cause);
        }
        return StoreUnavailableException.unknown(
                request.failed(store, found + ", the change may have been made", "Read it back before trying again."),
                cause);
    }

    /** Says whether the server is none any more that takes changes: another may be, under the same name or by a Sentinel. */
    static boolean isFromReplica(Throwable cause) {
        return "READONLY".equals(code(cause));
    }

    /** Says whether the client sent nothing, or not again, since it has no connection any more. */
    static boolean isRejected(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        return message.startsWith("Currently not connected") || message.startsWith("Connection is closed");
    }

    static UnreadableSignalException unreadable(
            Request request, String store, String found, @Nullable Throwable cause) {
        String keep =
                found.contains("newer version") ? "Read it with the newer version of the program; otherwise no" : "No";
        String advice = keep
                + request.key()
                        .map(key -> " new entry will be taken until you run: " + StoreFailure.resolving(store, key))
                        .orElse(" new entry will be taken until it is resolved.");
        return new UnreadableSignalException(request.failed(store, found, advice), cause);
    }

    /** Describes a trade log that takes nothing, which giving up the signal's record would not mend. */
    static UnreadableSignalException unloggable(
            Request request, String store, String found, @Nullable Throwable cause) {
        String advice =
                "Restore its trades and traded keys from one backup, or rename the wrong one: until then no exit of"
                        + " this slot is logged.";
        return new UnreadableSignalException(request.failed(store, found, advice), cause);
    }

    /** Returns the server's error code; null if the failure is none that is known. */
    static @Nullable String code(Throwable failure) {
        String message = failure.getMessage();
        if (!(failure instanceof RedisException) || message == null) {
            return null;
        }
        if (message.contains("The user executing the script can't") || message.contains("ACL failure in script")) {
            return "NOPERM";
        }
        Matcher matcher = CODE.matcher(message);
        return matcher.find() ? matcher.group(1) : null;
    }

    static Throwable unwrapped(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof ExecutionException || cause instanceof CompletionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** Describes what the server answered instead of doing it, or instead of going on with it. */
    private static SignalStoreException answered(Request request, String store, Throwable cause) {
        if (!request.changes() || !mayHaveBegun(cause)) {
            return unchanged(request, store, cause);
        }
        return StoreUnavailableException.unknown(
                request.failed(
                        store,
                        said(cause) + ", a part of the change may have been made",
                        advice(store, String.valueOf(code(cause)), "Read it back before trying again.")),
                cause);
    }

    /** Says whether something may have been done before the error: the server takes nothing back of what a script did. */
    private static boolean mayHaveBegun(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        String code = code(cause);
        if (message.contains("user_script") || message.contains("Error running script")) {
            return code == null || !BEFORE_A_CHANGE.contains(code);
        }
        return code == null && !isUnknownCommand(cause);
    }

    /** Says whether the server has no such command, or none any more. */
    static boolean isUnknownCommand(Throwable cause) {
        return String.valueOf(cause.getMessage()).startsWith("ERR unknown command");
    }

    /** Describes what the server answered before it did anything. */
    static SignalStoreException unchanged(Request request, String store, Throwable cause) {
        String code = String.valueOf(code(cause));
        String later = ELSEWHERE.contains(code) && isOfCluster(store) ? MOVING : NOT_NOW.get(code);
        if (later != null) {
            return StoreUnavailableException.notSent(request.failed(store, said(cause), later), cause);
        }
        if (code.equals("WRONGTYPE")) {
            return unreadable(request, store, "it is a Redis value of another type", cause);
        }
        return new StoreRefusedException(request.failed(store, said(cause), advice(store, code, "")), cause);
    }

    private static String advice(String store, String code, String other) {
        if (ELSEWHERE.contains(code) && !isOfCluster(store)) {
            return "The server is part of a cluster: write redis-cluster:// instead of redis://.";
        }
        return ADVICE.getOrDefault(code, other);
    }

    /** Says whether the client may send again by itself: then what it rejects may have been sent before. */
    private static boolean isSentAgain(String store) {
        return isOfCluster(store) || store.endsWith("(the client given)");
    }

    static boolean isOfCluster(String store) {
        return store.matches("rediss?[- ]cluster.*");
    }

    private static String said(Throwable cause) {
        return "the server answered '" + oneLine(String.valueOf(cause.getMessage())) + "'";
    }

    static String oneLine(String text) {
        return text.strip().replaceAll("\\s+", " ");
    }
}
