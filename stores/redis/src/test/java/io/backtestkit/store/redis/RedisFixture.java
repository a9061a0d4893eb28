package io.backtestkit.store.redis;

import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import io.backtestkit.testkit.Damage;
import io.backtestkit.testkit.Damager;
import io.backtestkit.testkit.StoreFixture;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.TreeMap;

/** An emptied server. */
final class RedisFixture implements StoreFixture {

    private final String location;
    private final RedisNames names;
    private final StatefulRedisConnection<String, byte[]> connection;

    RedisFixture(String location, int port, boolean clustered) {
        this.location = location;
        names = new RedisNames(clustered);
        RedisClient client = Clients.client();
        connection = client.connect(
                RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE), RedisURI.create("127.0.0.1", port));
        connection.sync().flushall();
    }

    @Override
    public String name() {
        return location;
    }

    @Override
    public SignalStore open() {
        return SignalStores.open(location);
    }

    @Override
    public Optional<Damager> damager() {
        return Optional.of(new Damager() {
            @Override
            public void damage(SignalKey key, Damage how) {
                RedisCommands<String, byte[]> redis = connection.sync();
                String record = names.name("signal", key);
                byte[] body = how.of(redis.hget(record, "body"));
                redis.hset(record, "body", body);
                if (how == Damage.NEWER_VERSION) {
                    byte[] schema = "1001".getBytes(StandardCharsets.UTF_8);
                    redis.hset(record, "schema", schema);
                    redis.hset(
                            record,
                            "sum",
                            RedisRecord.sum(
                                    RedisRecord.digest(key, schema, body),
                                    redis.hget(record, "epoch"),
                                    redis.hget(record, "version")));
                }
            }

            @Override
            public byte[] bytes(SignalKey key) {
                StringBuilder fields = new StringBuilder();
                new TreeMap<>(connection.sync().hgetall(names.name("signal", key)))
                        .forEach((name, value) -> fields.append(name)
                                .append('=')
                                .append(new String(value, StandardCharsets.ISO_8859_1))
                                .append('\n'));
                return fields.toString().getBytes(StandardCharsets.ISO_8859_1);
            }
        });
    }

    @Override
    public void close() {
        connection.close();
    }
}
