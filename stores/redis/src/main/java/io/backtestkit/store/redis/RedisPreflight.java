package io.backtestkit.store.redis;

import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.StoreRefusedException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Examines whether a server keeps what it acknowledges, and lets the store do it. Leaves nothing behind. */
final class RedisPreflight {

    private static final Request REQUEST = Request.ofStore("open store");

    /** One server: its name for messages, and its commands. */
    record Server(String name, RedisClusterAsyncCommands<String, byte[]> commands) {}

    private final SharedConnection connection;
    private final RedisNames names;
    private final RedisKeyspace keyspace;
    private final RedisOptions options;
    private final StoreFinding network;
    private final RedisRights rights;
    private final List<StoreFinding> findings = new ArrayList<>();
    private boolean loading;

    /** {@code network} says what is known of the way to the server. */
    RedisPreflight(
            SharedConnection connection,
            RedisNames names,
            RedisKeyspace keyspace,
            RedisOptions options,
            StoreFinding network) {
        this.connection = connection;
        this.names = names;
        this.keyspace = keyspace;
        this.options = options;
        this.network = network;
        rights = new RedisRights(connection, names, REQUEST);
    }

    List<StoreFinding> findings(List<Server> servers) {
        findings.add(network);
        servers.forEach(this::examine);
        if (!loading && rights.may("scan", "pttl")) {
            examineExpiry();
            examineForeignNames();
        }
        return List.copyOf(findings);
    }

    /** Says, after the findings, whether every record, claim and log can be read. */
    boolean mayRead() {
        return !loading && rights.mayRead();
    }

    private void examine(Server server) {
        Optional<Map<String, String>> told = info(server);
        told.ifPresent(info -> {
            examineRole(server, info);
            examinePersistence(server, info);
            examineFlushing(server, info);
            examineMemory(server, info);
        });
        if (!loading) {
            List<String> denied = told.isPresent() ? List.of() : List.of("info");
            findings.add(rights.examine(server, subject(server, "rights"), denied));
        }
        examineUser(server);
    }

    private static String subject(Server server, String what) {
        return server.name().isEmpty() ? what : what + " of " + server.name();
    }

    private void refuseUnless(boolean right, Server server, String what, String found, String advice) {
        String subject = subject(server, what);
        findings.add(right ? StoreFinding.ok(subject, found) : StoreFinding.refused(subject, found, advice));
    }

    private void examineRole(Server server, Map<String, String> info) {
        String role = info.getOrDefault("role", "unknown");
        refuseUnless(
                role.equals("master"),
                server,
                "role",
                "it was '" + role + "'",
                "Name the master, or Sentinel servers that know it.");
        if (!names.clustered() && number(info, "cluster_enabled") == 1) {
            findings.add(StoreFinding.refused(
                    subject(server, "cluster"),
                    "the server is one of a cluster",
                    "Write redis-cluster:// instead of redis://."));
        }
        int replicas = number(info, "connected_slaves");
        if (replicas > 0) {
            findings.add(StoreFinding.warning(
                    subject(server, "replicas"),
                    replicas + " connected",
                    "A failover to a replica can lose acknowledged writes; look at every position after one."));
        }
    }

    private void examinePersistence(Server server, Map<String, String> info) {
        loading |= number(info, "loading") != 0;
        refuseUnless(
                number(info, "loading") == 0,
                server,
                "loading",
                number(info, "loading") == 0 ? "its data is read" : "it is still reading its data",
                "Open again when it is done.");
        boolean on = number(info, "aof_enabled") == 1;
        refuseUnless(
                on, server, "appendonly", on ? "it was 'yes'" : "it was 'no'", "Set appendonly yes in redis.conf.");
        String last = info.getOrDefault("aof_last_write_status", "ok");
        refuseUnless(
                last.equals("ok"),
                server,
                "last write of the append-only file",
                "it was '" + last + "'",
                "See to the server's disk, then read its log.");
    }

    private void examineFlushing(Server server, Map<String, String> info) {
        @Nullable String fsync = setting(server, "appendfsync");
        @Nullable String duringRewrite = setting(server, "no-appendfsync-on-rewrite");
        String window = options.acceptLossWindow()
                .map(accepted -> "acceptLossWindow=" + text(accepted))
                .orElse("");
        if (fsync == null) {
            if (number(info, "aof_enabled") != 1) {
                return;
            }
            String found = "the server does not show its configuration, so appendfsync cannot be verified";
            findings.add(
                    options.acceptUnverified()
                            ? StoreFinding.warning(
                                    subject(server, "appendfsync"),
                                    found + "; accepted by acceptUnverified=true",
                                    "Ask the provider whether it is 'always'.")
                            : StoreFinding.refused(
                                    subject(server, "appendfsync"),
                                    found,
                                    "Ask the provider whether it is 'always', then open with acceptUnverified=true."));
        } else if (fsync.equals("everysec") && !window.isEmpty()) {
            findings.add(StoreFinding.warning(
                    subject(server, "appendfsync"),
                    "it was 'everysec'; accepted by " + window,
                    "A power cut can lose what was acknowledged in about the last second."));
        } else {
            refuseUnless(
                    fsync.equals("always"),
                    server,
                    "appendfsync",
                    "it was '" + fsync + "'",
                    "Set appendfsync always"
                            + (fsync.equals("everysec")
                                    ? ", or open with acceptLossWindow=1s if losing acknowledged writes is acceptable."
                                    : "."));
            if (!window.isEmpty()) {
                findings.add(StoreFinding.warning(
                        subject(server, "acceptLossWindow"),
                        window + " is set, and would accept appendfsync everysec",
                        "Remove it."));
            }
        }
        if ("yes".equals(duringRewrite)) { // for as long as a rewrite takes nothing is flushed: no window covers that
            findings.add(StoreFinding.refused(
                    subject(server, "no-appendfsync-on-rewrite"), "it was 'yes'", "Set no-appendfsync-on-rewrite no."));
        }
    }

    private void examineMemory(Server server, Map<String, String> info) {
        String limit = info.getOrDefault("maxmemory", "0");
        String policy = info.getOrDefault("maxmemory_policy", "unknown");
        boolean right = limit.equals("0") || policy.equals("noeviction");
        refuseUnless(
                right,
                server,
                "maxmemory-policy",
                "it was '" + policy + "', with maxmemory " + (limit.equals("0") ? "not set" : limit),
                "Set maxmemory-policy noeviction: any other removes open positions.");
    }

    private void examineUser(Server server) {
        try {
            String user = connection.call(REQUEST, redis -> server.commands().aclWhoami());
            findings.add(
                    user.equals("default")
                            ? StoreFinding.warning(
                                    subject(server, "user"),
                                    "it is 'default', which may do everything",
                                    "Make a user with the rights that docs/databases.md lists.")
                            : StoreFinding.ok(subject(server, "user"), "it is '" + user + "'"));
        } catch (StoreRefusedException e) {
            findings.add(StoreFinding.ok(subject(server, "user"), "the server does not say who it is"));
        }
    }

    /** Finds records that would vanish by a time to live that this store did not set. */
    private void examineExpiry() {
        long longest = options.expireAbandonedAfter().map(Duration::toMillis).orElse(-1L);
        List<String> expiring = new ArrayList<>();
        for (String kind : List.of(RedisSignalStore.RECORD, RedisClaims.FENCE, RedisTradeLog.LIST, RedisTradeLog.IDS)) {
            boolean mayExpire = kind.equals(RedisSignalStore.RECORD);
            Map<String, RedisFuture<Long>> left = new LinkedHashMap<>();
            for (String name : keyspace.names(REQUEST, kind)) {
                if (names.key(kind, name).isPresent()) {
                    left.put(name, connection.session(REQUEST).commands().pttl(name));
                }
            }
            left.forEach((name, answer) -> {
                long millis = connection.answer(REQUEST, answer);
                if (millis >= 0 && !(mayExpire && millis <= longest)) {
                    expiring.add(name);
                }
            });
        }
        if (expiring.isEmpty()) {
            findings.add(StoreFinding.ok("time to live", "no record has one that this store did not set"));
        } else {
            findings.add(StoreFinding.refused(
                    "time to live",
                    expiring.size() + " would vanish by one that this store did not set, the first being "
                            + expiring.get(0),
                    "Find out who set it, then run PERSIST on each, or open with the expireAbandonedAfter it was"
                            + " written with."));
        }
    }

    /** Finds slots stored for the other kind of server: here they would be taken for free. */
    private void examineForeignNames() {
        RedisNames other = new RedisNames(!names.clustered());
        TreeSet<SignalKey> hidden = new TreeSet<>(new RedisKeyspace(connection, other).keys(REQUEST, "signal"));
        if (!hidden.isEmpty()) {
            findings.add(StoreFinding.refused(
                    "names",
                    hidden.size() + " signals have the names of a " + (names.clustered() ? "single server" : "cluster")
                            + ", the first being " + other.name("signal", hidden.first()),
                    "Rename them, and their fence, trades and traded keys, to the form used here, "
                            + names.name("signal", hidden.first()) + "."));
        }
    }

    /** Returns what the server tells of itself; empty if it tells this user nothing. */
    private Optional<Map<String, String>> info(Server server) {
        String text;
        try {
            text = connection.call(REQUEST, redis -> server.commands().info());
        } catch (StoreRefusedException e) {
            RedisRights.requireAnswered(e);
            return Optional.empty();
        }
        Map<String, String> info = new TreeMap<>();
        text.lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                info.put(line.substring(0, colon), line.substring(colon + 1));
            }
        });
        return Optional.of(info);
    }

    private static int number(Map<String, String> info, String name) {
        return Integer.parseInt(info.getOrDefault(name, "0"));
    }

    /** Returns a setting of the server; null if it does not show it. */
    private @Nullable String setting(Server server, String name) {
        try {
            return connection
                    .call(REQUEST, redis -> server.commands().configGet(name))
                    .get(name);
        } catch (StoreRefusedException e) {
            RedisRights.requireAnswered(e);
            return null;
        }
    }

    private static String text(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
    }
}
