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
import io.netty.handler.ssl.NotSslRecordException;
import java.security.cert.CertificateExpiredException;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Turns what Redis and its client report into the failures of the store contract. */
final class RedisFailures {

    /** The server's error codes, at the start of its answer or, from a script of Redis 6, further inside. */
    private static final Pattern CODE =
            Pattern.compile("(?:^|[ -])(LOADING|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY|UNKILLABLE"
                    + "|OOM|READONLY|NOPERM|NOAUTH|WRONGPASS|MISCONF|NOREPLICAS|MOVED|ASK|CROSSSLOT|WRONGTYPE)(?: |$)");

    /** What the server says before it does anything, and may no longer say a moment later. */
    private static final Map<String, String> NOT_NOW = Map.of(
            "LOADING", "It reads its data after a start.",
            "MASTERDOWN", "The server is a replica that has lost its master.",
            "CLUSTERDOWN", "The cluster has lost a part of its servers.",
            "TRYAGAIN", "The cluster is moving keys.",
            "BUSY", "The server runs a long script.",
            "UNKILLABLE", "The server runs a long script.");

    private static final Map<String, String> ADVICE = Map.of(
            "OOM", "Give the server more memory (maxmemory), or delete other data.",
            "READONLY", "Name the master: this server is a replica.",
            "NOPERM", "Grant the user what docs/databases.md lists for Redis.",
            "NOAUTH", "Give a password, best by passwordEnv= or passwordFile=.",
            "WRONGPASS", "Check user name and password.",
            "MISCONF", "The server cannot write to its disk; read its log.",
            "NOREPLICAS", "Bring the replicas back that min-replicas-to-write asks for.",
            "MOVED", "The server is part of a cluster: write redis-cluster:// instead of redis://.",
            "ASK", "The server is part of a cluster: write redis-cluster:// instead of redis://.",
            "CROSSSLOT", "The server is part of a cluster: write redis-cluster:// instead of redis://.");

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
        boolean notSent = cause instanceof RedisConnectionException
                || isRejectedUnsent(cause)
                || String.valueOf(cause.getMessage()).startsWith("Request queue size exceeded");
        if (notSent) {
            return notReached(request, store, cause);
        }
        String found = cause instanceof TimeoutException || cause instanceof RedisCommandTimeoutException
                ? "the server did not answer in time"
                : "the connection broke before the server answered";
        if (!request.changes()) {
            return StoreUnavailableException.notSent(request.failed(store, found, ""), cause);
        }
        return StoreUnavailableException.unknown(
                request.failed(store, found + ", the change may have been made", "Read it back before trying again."),
                cause);
    }

    /** Says whether the client sent nothing since it has no connection any more. */
    static boolean isRejectedUnsent(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        return message.startsWith("Currently not connected") || message.startsWith("Connection is closed");
    }

    /** Describes a server that could not be connected to, and so was not asked. */
    static SignalStoreException notReached(Request request, String store, Throwable failure) {
        Throwable cause = unwrapped(failure);
        if (cause instanceof SignalStoreException known) {
            return known;
        }
        if (says(cause, "cluster support disabled")) {
            return new StoreRefusedException(
                    request.failed(
                            store,
                            "the server is not one of a cluster",
                            "Write redis:// instead of redis-cluster://, or name servers of the cluster."),
                    cause);
        }
        boolean encrypted = store.startsWith("rediss");
        for (Throwable e = cause; e != null; e = e.getCause()) {
            if (code(e) != null) {
                return answered(request, store, e);
            }
            if (e instanceof NotSslRecordException) {
                return new StoreRefusedException(
                        request.failed(
                                store,
                                "what answers there does not speak TLS",
                                "Name the port that does, or write redis:// instead of rediss:// if none shall."),
                        cause);
            }
            if (e instanceof SSLException) {
                return new StoreRefusedException(
                        request.failed(
                                store,
                                "no trusted connection could be made (" + innermost(e) + ")",
                                hasExpired(e)
                                        ? "A certificate has expired: let the server show a new one."
                                        : "Check that the certificate names the host, and name its authority by caFile=."),
                        cause);
            }
        }
        String found = cause instanceof TimeoutException
                ? "no connection was made in time"
                : "the server could not be reached (" + innermost(cause) + ")";
        String advice = encrypted ? "Check that it runs, and that this port speaks TLS." : "Check that it runs.";
        return StoreUnavailableException.notSent(request.failed(store, found, advice), cause);
    }

    /** Says whether the failure, or what it came from, has that text. A cluster's client hides it among the suppressed. */
    private static boolean says(@Nullable Throwable failure, String text) {
        for (Throwable e = failure; e != null; e = e.getCause()) {
            if (String.valueOf(e.getMessage()).contains(text)) {
                return true;
            }
            for (Throwable suppressed : e.getSuppressed()) {
                if (says(suppressed, text)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean hasExpired(Throwable failure) {
        for (Throwable e = failure; e != null; e = e.getCause()) {
            if (e instanceof CertificateExpiredException) {
                return true;
            }
        }
        return false;
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

    /** Returns the server's error code; null if the failure is none that is known. */
    static @Nullable String code(Throwable failure) {
        String message = failure.getMessage();
        if (!(failure instanceof RedisException) || message == null) {
            return null;
        }
        if (message.contains("can't run this command")) { // what a script hears for NOPERM
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

    private static SignalStoreException answered(Request request, String store, Throwable cause) {
        String code = code(cause);
        String found = "the server answered '" + cause.getMessage() + "'";
        String later = code == null ? null : NOT_NOW.get(code);
        if (later != null) {
            return StoreUnavailableException.notSent(request.failed(store, found, later), cause);
        }
        if ("WRONGTYPE".equals(code)) {
            return unreadable(request, store, "it is a Redis value of another type", cause);
        }
        String advice = code == null ? "" : ADVICE.getOrDefault(code, "");
        return new StoreRefusedException(request.failed(store, found, advice), cause);
    }

    private static String innermost(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }
}
