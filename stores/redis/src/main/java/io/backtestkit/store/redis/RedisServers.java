package io.backtestkit.store.redis;

import io.backtestkit.store.StoreFinding;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.models.role.RedisInstance;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What kind of servers there are behind a connection.
 *
 * @param clustered whether the keys are spread over a Redis Cluster
 * @param network what is known of the way to the servers
 */
record RedisServers(boolean clustered, StoreFinding network) {

    private static final String NETWORK = "network";

    /** Returns the servers of a client whose settings are not shown. */
    static RedisServers given(boolean clustered) {
        return new RedisServers(
                clustered, StoreFinding.ok(NETWORK, "the user's own client, whose settings are not seen"));
    }

    /**
     * Returns the servers of a location.
     *
     * @param insecurity what can be overheard or forged on the way to the hosts that it names; empty if nothing
     */
    static RedisServers at(boolean clustered, Optional<String> insecurity) {
        return new RedisServers(
                clustered,
                insecurity
                        .map(found -> StoreFinding.warning(
                                NETWORK, found, "Use rediss:// with a certificate that names the host, or a tunnel."))
                        .orElseGet(() -> StoreFinding.ok(
                                NETWORK, "the named hosts are this machine, or TLS with the host checked")));
    }

    /** Says whether the server of a cluster failed and has no slots any more: another has taken them. */
    static boolean isReplaced(RedisClusterNode node) {
        return node.is(RedisClusterNode.NodeFlag.FAIL) && node.hasNoSlots();
    }

    /** Returns the one server, or every master of the cluster. */
    List<RedisPreflight.Server> all(SharedConnection connection) {
        Request request = Request.ofStore("open store");
        SharedConnection.Session session = connection.session(request);
        if (!(session.connection() instanceof StatefulRedisClusterConnection<String, byte[]> cluster)) {
            return List.of(new RedisPreflight.Server("", session.commands()));
        }
        List<RedisPreflight.Server> masters = new ArrayList<>();
        for (RedisClusterNode node : cluster.getPartitions()) {
            if (node.getRole() == RedisInstance.Role.UPSTREAM && !isReplaced(node)) {
                String name = node.getUri().getHost() + ":" + node.getUri().getPort();
                masters.add(new RedisPreflight.Server(
                        name,
                        connection
                                .answer(request, cluster.getConnectionAsync(node.getNodeId()))
                                .async()));
            }
        }
        return masters;
    }

    /** Returns the time of a server. */
    Instant now(SharedConnection connection) {
        List<byte[]> time = connection.call(Request.ofStore("check"), redis -> redis.time());
        return Instant.ofEpochSecond(number(time.get(0)), 1000 * number(time.get(1)));
    }

    private static long number(byte[] digits) {
        return Long.parseLong(new String(digits, StandardCharsets.US_ASCII));
    }
}
