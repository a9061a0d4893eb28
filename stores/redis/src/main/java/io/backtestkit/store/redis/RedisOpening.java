package io.backtestkit.store.redis;

import io.backtestkit.store.SignalStore;
import io.backtestkit.store.StoreFinding;
import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Makes clients and opens stores on them. */
final class RedisOpening {

    private static final System.Logger LOG = System.getLogger(RedisSignalStore.class.getName());

    private static final Duration LONGEST_SHUTDOWN = Duration.ofSeconds(2);

    private RedisOpening() {}

    static RedisSignalStore on(RedisClient client, RedisOptions options) {
        SharedConnection connection =
                new SharedConnection("redis (the client given)", () -> connecting(client), options, () -> {});
        return checked(connection, RedisServers.given(false), options);
    }

    static RedisSignalStore on(RedisClusterClient client, RedisOptions options) {
        SharedConnection connection =
                new SharedConnection("redis cluster (the client given)", () -> sessions(client), options, () -> {});
        return checked(connection, RedisServers.given(true), options);
    }

    /** Opens for trading. */
    static SignalStore open(RedisLocation location) {
        return checked(connection(location), servers(location), location.options());
    }

    /** Connects without a store. */
    static RedisLink link(RedisLocation location) {
        return new RedisLink(connection(location), location.clustered(), location.options());
    }

    /** Opens for looking at it: what is wrong with the server is shown by checking it. */
    static RedisSignalStore openUnchecked(RedisLocation location) {
        SharedConnection connection = connection(location);
        try {
            connection.session(Request.ofStore("open store"));
            return new RedisSignalStore(connection, servers(location), location.options());
        } catch (RuntimeException e) {
            throw connection.closedAfter(e);
        }
    }

    private static RedisServers servers(RedisLocation location) {
        return RedisServers.at(location.clustered(), location.insecurity());
    }

    private static RedisSignalStore checked(SharedConnection connection, RedisServers servers, RedisOptions options) {
        try {
            RedisSignalStore store = new RedisSignalStore(connection, servers, options);
            List<StoreFinding> findings = connection.asFirst(store::preflight);
            StoreFinding.requireNoneRefused(store.describe(), findings);
            StoreFinding.logWarnings(store.describe(), findings, LOG);
            return store;
        } catch (RuntimeException e) {
            throw connection.closedAfter(e);
        }
    }

    private static SharedConnection connection(RedisLocation location) {
        RedisOptions options = location.options();
        ClientResources resources = ClientResources.builder()
                .reconnectDelay(
                        Delay.fullJitter(Duration.ofMillis(10), Duration.ofSeconds(2), 2, TimeUnit.MILLISECONDS))
                .build();
        if (location.clustered()) {
            List<RedisURI> seeds = location.hosts().stream()
                    .map(host -> secured(RedisURI.Builder.redis(host.name(), host.port()), location))
                    .toList();
            RedisClusterClient client = RedisClusterClient.create(resources, seeds);
            client.setOptions(clusterOptions(location));
            return new SharedConnection(
                    location.describe(), () -> sessions(client), options, () -> shutDown(client, resources));
        }
        RedisClient client = RedisClient.create(resources);
        client.setOptions(
                options(ClientOptions.builder(), location).autoReconnect(false).build());
        RedisURI uri = uri(location);
        return new SharedConnection(
                location.describe(),
                () -> client.connectAsync(RedisScripts.CODEC, uri).thenApply(RedisOpening::session),
                options,
                () -> shutDown(client, resources));
    }

    private static RedisURI uri(RedisLocation location) {
        if (!location.sentinel()) {
            RedisLocation.Host host = location.hosts().get(0);
            return secured(
                    RedisURI.Builder.redis(host.name(), host.port()).withDatabase(location.database()), location);
        }
        RedisURI.Builder builder = RedisURI.builder()
                .withSentinelMasterId(location.sentinelMasterId())
                .withDatabase(location.database());
        for (RedisLocation.Host host : location.hosts()) {
            RedisURI.Builder sentinel = RedisURI.Builder.redis(host.name(), host.port())
                    .withSsl(location.encrypted())
                    .withVerifyPeer(verification(location));
            if (!location.sentinelPassword().isEmpty()) {
                sentinel.withPassword(location.sentinelPassword().toCharArray());
            }
            builder.withSentinel(sentinel.build());
        }
        return secured(builder, location);
    }

    private static SslVerifyMode verification(RedisLocation location) {
        return location.insecure() ? SslVerifyMode.NONE : SslVerifyMode.FULL;
    }

    private static RedisURI secured(RedisURI.Builder builder, RedisLocation location) {
        builder.withSsl(location.encrypted())
                .withVerifyPeer(verification(location))
                .withTimeout(location.options().commandTimeout());
        if (!location.user().isEmpty()) {
            builder.withAuthentication(location.user(), location.password().toCharArray());
        } else if (!location.password().isEmpty()) {
            builder.withPassword(location.password().toCharArray());
        }
        return builder.build();
    }

    /** A broken connection fails what it was asked at once; nothing waits in it and nothing is sent again. */
    private static <B extends ClientOptions.Builder> B options(B builder, RedisLocation location) {
        RedisOptions options = location.options();
        Duration idle = options.keepAlive();
        Duration between = idle.toSeconds() < 3 ? Duration.ofSeconds(1) : idle.dividedBy(3);
        SocketOptions.KeepAliveOptions keepAlive = SocketOptions.KeepAliveOptions.builder()
                .enable(!idle.isZero())
                .idle(idle.toSeconds() < 1 ? Duration.ofSeconds(1) : idle)
                .interval(between)
                .count(3)
                .build();
        builder.disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .replayFilter(command -> true)
                .timeoutOptions(TimeoutOptions.builder().timeoutCommands(false).build())
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(options.connectTimeout())
                        .keepAlive(keepAlive)
                        .build());
        location.caFile()
                .ifPresent(file -> builder.sslOptions(SslOptions.builder()
                        .jdkSslProvider()
                        .trustManager(file.toFile())
                        .build()));
        return builder;
    }

    private static ClusterClientOptions clusterOptions(RedisLocation location) {
        ClusterClientOptions.Builder builder = options(ClusterClientOptions.builder(), location);
        // connections to the nodes are made when first needed, and must take commands meanwhile; so a command may be
        // sent twice, or after its call has given up, which the scripts are made for
        return builder.disconnectedBehavior(ClientOptions.DisconnectedBehavior.ACCEPT_COMMANDS)
                .topologyRefreshOptions(ClusterTopologyRefreshOptions.builder()
                        .enablePeriodicRefresh(Duration.ofSeconds(30))
                        .build())
                .nodeFilter(node -> !RedisServers.isReplaced(node))
                .build();
    }

    /** Connects to the address the client was made with, which only its blocking methods know. */
    private static CompletableFuture<SharedConnection.Session> connecting(RedisClient client) {
        CompletableFuture<SharedConnection.Session> connecting = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        connecting.complete(session(client.connect(RedisScripts.CODEC)));
                    } catch (RuntimeException e) {
                        connecting.completeExceptionally(e);
                    }
                },
                "backtest-kit redis connect");
        thread.setDaemon(true);
        thread.start();
        return connecting;
    }

    private static SharedConnection.Session session(StatefulRedisConnection<String, byte[]> connection) {
        return new SharedConnection.Session(connection, connection.async());
    }

    private static CompletionStage<SharedConnection.Session> sessions(RedisClusterClient client) {
        return client.refreshPartitionsAsync()
                .thenCompose(refreshed -> client.connectAsync(RedisScripts.CODEC))
                .thenApply(connection -> new SharedConnection.Session(connection, connection.async()));
    }

    /** Gives up everything even if the thread is interrupted, or the client does not end in time. */
    private static void shutDown(AbstractRedisClient client, ClientResources resources) {
        try {
            SharedConnection.awaited(
                    client.shutdownAsync(0, LONGEST_SHUTDOWN.toSeconds(), TimeUnit.SECONDS), LONGEST_SHUTDOWN);
        } catch (TimeoutException | ExecutionException e) {
            LOG.log(System.Logger.Level.DEBUG, "The client did not end in order.", e);
        } finally {
            Future<Boolean> unused = resources.shutdown(0, LONGEST_SHUTDOWN.toSeconds(), TimeUnit.SECONDS);
        }
    }
}
