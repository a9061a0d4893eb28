package io.backtestkit.store.redis;

import io.backtestkit.store.SignalStore;
import io.backtestkit.store.StoreFailure;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.StoreRefusedException;
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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Makes clients and opens stores on them. */
final class RedisOpening {

    private static final System.Logger LOG = System.getLogger(RedisSignalStore.class.getName());

    private RedisOpening() {}

    static RedisSignalStore on(RedisClient client, RedisSettings settings) {
        SharedConnection connection =
                new SharedConnection("redis (the client given)", () -> connecting(client), settings, () -> {});
        return checked(connection, new RedisServers(false, Optional.empty()), settings);
    }

    static RedisSignalStore on(RedisClusterClient client, RedisSettings settings) {
        SharedConnection connection =
                new SharedConnection("redis cluster (the client given)", () -> sessions(client), settings, () -> {});
        return checked(connection, new RedisServers(true, Optional.empty()), settings);
    }

    /** Opens for trading. */
    static SignalStore open(RedisAddress address) {
        return checked(connection(address), servers(address), address.settings());
    }

    /** Connects without a store. */
    static RedisLink link(RedisAddress address) {
        return new RedisLink(connection(address));
    }

    /** Opens for looking at it: what is wrong with the server is shown by checking it. */
    static RedisSignalStore openUnchecked(RedisAddress address) {
        SharedConnection connection = connection(address);
        try {
            connection.session(Request.ofStore("open store"));
            return new RedisSignalStore(connection, servers(address), address.settings());
        } catch (RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private static RedisServers servers(RedisAddress address) {
        return new RedisServers(address.clustered(), address.insecurity());
    }

    private static RedisSignalStore checked(SharedConnection connection, RedisServers servers, RedisSettings settings) {
        try {
            RedisSignalStore store = new RedisSignalStore(connection, servers, settings);
            List<StoreFinding> findings = store.preflight();
            refuseIfAny(
                    store.describe(),
                    findings.stream()
                            .filter(finding -> finding.level() == StoreFinding.Level.REFUSED)
                            .toList());
            findings.stream()
                    .filter(finding -> finding.level() == StoreFinding.Level.WARNING)
                    .forEach(warning -> LOG.log(
                            System.Logger.Level.WARNING,
                            store.describe() + ": " + warning.subject() + ": " + warning.found() + ". "
                                    + warning.advice()));
            return store;
        } catch (RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private static void refuseIfAny(String store, List<StoreFinding> faults) {
        if (!faults.isEmpty()) {
            String found = String.join(
                    "; ",
                    faults.stream().map(f -> f.subject() + ": " + f.found()).toList());
            String advice = String.join(
                    " ", faults.stream().map(StoreFinding::advice).distinct().toList());
            throw new StoreRefusedException(StoreFailure.of("open store", store, found, advice), null);
        }
    }

    private static SharedConnection connection(RedisAddress address) {
        RedisSettings settings = address.settings();
        ClientResources resources = ClientResources.builder()
                .reconnectDelay(
                        Delay.fullJitter(Duration.ofMillis(10), Duration.ofSeconds(2), 2, TimeUnit.MILLISECONDS))
                .build();
        if (address.clustered()) {
            List<RedisURI> seeds = address.hosts().stream()
                    .map(host -> secured(RedisURI.Builder.redis(host.name(), host.port()), address))
                    .toList();
            RedisClusterClient client = RedisClusterClient.create(resources, seeds);
            client.setOptions(clusterOptions(address));
            return new SharedConnection(
                    address.describe(), () -> sessions(client), settings, () -> shutDown(client, null, resources));
        }
        RedisClient client = RedisClient.create(resources);
        client.setOptions(
                options(ClientOptions.builder(), address).autoReconnect(false).build());
        RedisURI uri = uri(address);
        return new SharedConnection(
                address.describe(),
                () -> client.connectAsync(RedisScripts.CODEC, uri).thenApply(RedisOpening::session),
                settings,
                () -> shutDown(null, client, resources));
    }

    private static RedisURI uri(RedisAddress address) {
        if (!address.sentinel()) {
            RedisAddress.Host host = address.hosts().get(0);
            return secured(RedisURI.Builder.redis(host.name(), host.port()).withDatabase(address.database()), address);
        }
        RedisURI.Builder builder = RedisURI.builder()
                .withSentinelMasterId(address.sentinelMasterId())
                .withDatabase(address.database());
        for (RedisAddress.Host host : address.hosts()) {
            RedisURI.Builder sentinel = RedisURI.Builder.redis(host.name(), host.port())
                    .withSsl(address.encrypted())
                    .withVerifyPeer(verification(address));
            if (!address.sentinelPassword().isEmpty()) {
                sentinel.withPassword(address.sentinelPassword().toCharArray());
            }
            builder.withSentinel(sentinel.build());
        }
        return secured(builder, address);
    }

    private static SslVerifyMode verification(RedisAddress address) {
        return address.insecure() ? SslVerifyMode.NONE : SslVerifyMode.FULL;
    }

    private static RedisURI secured(RedisURI.Builder builder, RedisAddress address) {
        builder.withSsl(address.encrypted())
                .withVerifyPeer(verification(address))
                .withTimeout(address.settings().commandTimeout());
        if (!address.user().isEmpty()) {
            builder.withAuthentication(address.user(), address.password().toCharArray());
        } else if (!address.password().isEmpty()) {
            builder.withPassword(address.password().toCharArray());
        }
        return builder.build();
    }

    /** A broken connection fails what it was asked at once; nothing waits in it and nothing is sent again. */
    private static <B extends ClientOptions.Builder> B options(B builder, RedisAddress address) {
        RedisSettings settings = address.settings();
        Duration idle = settings.keepAlive();
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
                        .connectTimeout(settings.connectTimeout())
                        .keepAlive(keepAlive)
                        .build());
        address.caFile()
                .ifPresent(file -> builder.sslOptions(SslOptions.builder()
                        .jdkSslProvider()
                        .trustManager(file.toFile())
                        .build()));
        return builder;
    }

    private static ClusterClientOptions clusterOptions(RedisAddress address) {
        ClusterClientOptions.Builder builder = options(ClusterClientOptions.builder(), address);
        // connections to the nodes are made when first needed, and must take commands meanwhile; a call that gives up
        // takes its command back
        return builder.disconnectedBehavior(ClientOptions.DisconnectedBehavior.ACCEPT_COMMANDS)
                .topologyRefreshOptions(ClusterTopologyRefreshOptions.builder()
                        .enablePeriodicRefresh(Duration.ofSeconds(30))
                        .build())
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

    private static void shutDown(
            @Nullable RedisClusterClient cluster, @Nullable RedisClient client, ClientResources resources) {
        if (cluster != null) {
            cluster.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        }
        if (client != null) {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        }
        Future<Boolean> unused = resources.shutdown(0, 2, TimeUnit.SECONDS);
    }
}
