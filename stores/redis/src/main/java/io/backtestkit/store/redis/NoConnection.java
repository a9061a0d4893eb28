package io.backtestkit.store.redis;

import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.store.StoreUnavailableException;
import io.lettuce.core.RedisCommandExecutionException;
import io.netty.handler.ssl.NotSslRecordException;
import java.net.UnknownHostException;
import java.security.cert.CertificateExpiredException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Describes a server that could not be connected to, and so was not asked. */
final class NoConnection {

    /** The name in what Netty says of it, or Java. */
    private static final Pattern HOST = Pattern.compile("^(?:[^']*')?([A-Za-z0-9._-]+)(?:['.: ].*)?$");

    private NoConnection() {}

    static SignalStoreException of(Request request, String store, Throwable failure) {
        Throwable cause = RedisFailures.unwrapped(failure);
        if (cause instanceof SignalStoreException known) {
            return known;
        }
        List<Throwable> all = all(cause);
        Collections.reverse(all); // what came first says it without what others say about it
        for (Throwable e : all) {
            @Nullable SignalStoreException answer = answered(request, store, e);
            if (answer != null) {
                return answer;
            }
        }
        @Nullable SignalStoreException untrusted = untrusted(request, store, cause, all);
        return untrusted != null ? untrusted : notReached(request, store, cause, all);
    }

    /** Describes what the server answered when it was connected to; null if the failure is no answer. */
    private static @Nullable SignalStoreException answered(Request request, String store, Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        boolean answer = failure instanceof RedisCommandExecutionException || RedisFailures.code(failure) != null;
        if (!answer) {
            return null;
        }
        if (message.contains("max number of clients")) {
            return StoreUnavailableException.notSent(
                    request.failed(
                            store,
                            "the server has as many clients as its setting maxclients allows",
                            "End what needs no connection, or allow more."),
                    failure);
        }
        if (message.contains("cluster support disabled")) {
            return new StoreRefusedException(
                    request.failed(
                            store,
                            "the server is not one of a cluster",
                            "Write redis:// instead of redis-cluster://, or name servers of the cluster."),
                    failure);
        }
        if (message.contains("DB index") || message.contains("SELECT is not allowed")) {
            return new StoreRefusedException(
                    request.failed(
                            store,
                            "the server answered '" + RedisFailures.oneLine(message)
                                    + "' to the number of the database",
                            "Write a number below the server's setting databases, 16 if it is not set; a server of a"
                                    + " cluster has only 0."),
                    failure);
        }
        return RedisFailures.unchanged(request, store, failure);
    }

    /** Describes a server whose TLS is not right; null if that is not why. */
    private static @Nullable SignalStoreException untrusted(
            Request request, String store, Throwable cause, List<Throwable> all) {
        if (all.stream().anyMatch(NotSslRecordException.class::isInstance)) {
            return new StoreRefusedException(
                    request.failed(
                            store,
                            "what answers there does not speak TLS",
                            "Name the port that does, or write redis:// instead of rediss:// if none shall."),
                    cause);
        }
        @Nullable Throwable tls = first(all, SSLException.class::isInstance);
        if (tls == null) {
            return null;
        }
        boolean expired = all.stream().anyMatch(CertificateExpiredException.class::isInstance);
        return new StoreRefusedException(
                request.failed(
                        store,
                        "no trusted connection could be made (" + innermost(tls) + ")",
                        expired
                                ? "A certificate has expired: let the server show a new one."
                                : "Check that the certificate names the host, and name its authority by caFile=."),
                cause);
    }

    private static SignalStoreException notReached(
            Request request, String store, Throwable cause, List<Throwable> all) {
        @Nullable Throwable unknown = first(all, UnknownHostException.class::isInstance);
        if (unknown != null) {
            Matcher host = HOST.matcher(String.valueOf(unknown.getMessage()));
            return StoreUnavailableException.notSent(
                    request.failed(
                            store,
                            "the host name" + (host.find() ? " '" + host.group(1) + "'" : "")
                                    + " could not be looked up",
                            "Check how it is written, and that this machine's name service runs."),
                    cause);
        }
        String found = cause instanceof TimeoutException
                ? "no connection was made in time"
                : "the server could not be reached (" + innermost(all.get(0)) + ")";
        String advice = store.startsWith("rediss")
                ? "Check that it runs, and that this port speaks TLS."
                : "Check that it runs.";
        return StoreUnavailableException.notSent(request.failed(store, found, advice), cause);
    }

    /** Returns the failure and what it came from; a cluster's client hides that among the suppressed. */
    private static List<Throwable> all(Throwable failure) {
        List<Throwable> all = new ArrayList<>();
        for (Throwable e = failure; e != null; e = e.getCause()) {
            all.add(e);
            for (Throwable suppressed : e.getSuppressed()) {
                all.addAll(all(suppressed));
            }
        }
        return all;
    }

    private static @Nullable Throwable first(List<Throwable> all, Predicate<Throwable> kind) {
        return all.stream().filter(kind).findFirst().orElse(null);
    }

    private static String innermost(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return RedisFailures.oneLine(String.valueOf(cause.getMessage()));
    }
}
