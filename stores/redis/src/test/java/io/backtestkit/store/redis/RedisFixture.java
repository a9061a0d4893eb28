package io.backtestkit.store.redis;

import io.backtestkit.signal.SignalCodec;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import io.backtestkit.testkit.Damage;
import io.backtestkit.testkit.Damager;
import io.backtestkit.testkit.ExpiryFixture;
import io.backtestkit.testkit.OtherProcesses;
import io.backtestkit.testkit.Patiently;
import io.backtestkit.testkit.ServerFixture;
import io.backtestkit.testkit.StoreFixture;
import io.backtestkit.testkit.Unproved;
import io.lettuce.core.AclCategory;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.protocol.CommandType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/** An emptied server. A cluster's client finds its servers by itself, so no proxy can be put in front of them. */
final class RedisFixture implements StoreFixture, ServerFixture, ExpiryFixture {

    private static final String QUICK = "?commandTimeout=500ms&connectTimeout=500ms&socketTimeout=500ms";

    private final RealRedis redis;
    private final boolean clustered;
    private final String location;
    private final RedisNames names;
    private final StatefulRedisConnection<String, byte[]> connection;

    RedisFixture(RealRedis redis, boolean clustered) {
        this.redis = redis;
        this.clustered = clustered;
        location = (clustered ? "redis-cluster://" : "redis://") + "127.0.0.1:" + redis.port();
        names = new RedisNames(clustered);
        RedisClient client = Clients.client();
        connection = client.connect(
                RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE), RedisURI.create("127.0.0.1", redis.port()));
        connection.sync().flushall();
    }

    private String patient() {
        return location + "?" + RealRedis.PATIENT;
    }

    @Override
    public boolean offersClaims() {
        return true;
    }

    @Override
    public String name() {
        return location;
    }

    @Override
    public SignalStore open() {
        return Patiently.get(() -> SignalStores.open(patient()));
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
                    seal(record, RedisRecord.digest(RedisNames.slot(key), schema, body));
                } else if (how == Damage.OTHER_KEY) {
                    SignalKey other = SignalCodec.decode(new String(body, StandardCharsets.UTF_8))
                            .key();
                    seal(record, RedisRecord.digest(RedisNames.slot(other), RedisRecord.SCHEMA, body));
                }
            }

            private void seal(String record, byte[] digest) {
                RedisCommands<String, byte[]> redis = connection.sync();
                byte[] sum = RedisRecord.sum(digest, redis.hget(record, "epoch"), redis.hget(record, "version"));
                redis.hset(record, "sum", sum);
            }

            @Override
            public byte[] bytes(SignalKey key) {
                return fields(names.name("signal", key));
            }

            @Override
            public Optional<byte[]> keptBytes(SignalKey key) {
                return Optional.of(fields(names.name("damaged", key) + ":1"));
            }

            @Override
            public boolean damageClaim(SignalKey key) {
                if (connection.sync().hdel(names.name("fence", key), "epoch") != 1) {
                    throw new IllegalStateException("there is no epoch of " + key);
                }
                return true;
            }

            @Override
            public boolean damageTrade(SignalKey key, int number) {
                String log = names.name("trades", key);
                byte[] entry = connection.sync().lindex(log, number);
                entry[entry.length / 2] ^= 1;
                connection.sync().lset(log, number, entry); // fails if there is none
                return true;
            }

            private byte[] fields(String record) {
                StringBuilder fields = new StringBuilder();
                new TreeMap<>(connection.sync().hgetall(record)).forEach((name, value) -> fields.append(name)
                        .append('=')
                        .append(new String(value, StandardCharsets.ISO_8859_1))
                        .append('\n'));
                return fields.toString().getBytes(StandardCharsets.ISO_8859_1);
            }
        });
    }

    @Override
    public Optional<OtherProcesses> otherProcesses() {
        return Optional.of(OtherProcesses.at(patient()));
    }

    @Override
    public Optional<ServerFixture> server() {
        return clustered ? Optional.empty() : Optional.of(this);
    }

    /** A key is always told, since it is in the name: what has another name is another program's. */
    @Override
    public Set<Unproved> unproved() {
        return clustered ? Set.of(Unproved.KEYLESS_DAMAGE, Unproved.NETWORK) : Set.of(Unproved.KEYLESS_DAMAGE);
    }

    @Override
    public String host() {
        return "127.0.0.1";
    }

    @Override
    public int port() {
        return redis.port();
    }

    @Override
    public SignalStore openThrough(String host, int port) {
        return SignalStores.open("redis://" + host + ":" + port + QUICK);
    }

    @Override
    public SignalStore openPatiently(String host, int port) {
        return SignalStores.open("redis://" + host + ":" + port + "?" + RealRedis.PATIENT);
    }

    @Override
    public Duration longestCall() {
        return Duration.ofSeconds(40);
    }

    @Override
    public Optional<Runnable> restart() {
        return Optional.of(() -> {
            redis.kill();
            redis.start();
        });
    }

    @Override
    public Optional<ExpiryFixture> expiry() {
        return Optional.of(this);
    }

    @Override
    public Duration after() {
        return Duration.ofSeconds(1);
    }

    @Override
    public SignalStore openExpiring() {
        return SignalStores.open(patient() + "&expireAbandonedAfter=1s");
    }

    /** A user who may ask for everything and change nothing. */
    @Override
    public Optional<Supplier<SignalStore>> forbidden() {
        return Optional.of(() -> {
            connection
                    .sync()
                    .aclSetuser(
                            "reader",
                            AclSetuserArgs.Builder.on()
                                    .addPassword("only-reads")
                                    .allKeys()
                                    .addCategory(AclCategory.READ)
                                    .addCategory(AclCategory.CONNECTION)
                                    .addCategory(AclCategory.SCRIPTING)
                                    .addCommand(CommandType.CONFIG)
                                    .addCommand(CommandType.INFO)
                                    .addCommand(CommandType.CLUSTER));
            return SignalStores.open(patient().replace("//", "//reader:only-reads@"));
        });
    }

    @Override
    public void close() {
        connection.close();
    }
}
