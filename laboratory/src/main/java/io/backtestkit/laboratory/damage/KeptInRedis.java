package io.backtestkit.laboratory.damage;

import io.backtestkit.servers.Server;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import io.backtestkit.testkit.Patiently;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A slot of the Redis store, in a database of its own: a part is a field of a hash, or an element of a list. */
final class KeptInRedis implements Kept {

    private static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

    private final RedisClient client;
    private final StatefulRedisConnection<String, byte[]> connection;
    private final RedisCommands<String, byte[]> redis;
    private final SignalStore store;

    KeptInRedis(Server server) {
        String place = server.newPlace();
        client = RedisClient.create(place);
        connection = client.connect(CODEC);
        redis = connection.sync();
        store = Patiently.get(() -> SignalStores.open(place));
    }

    private static String name(Piece piece) {
        SignalKey key = Piece.KEY;
        String slot = key.strategy() + ":" + key.symbol();
        return switch (piece) {
            case RECORD -> "signal:" + slot;
            case CLAIM -> "fence:" + slot;
            case LOG -> "trades:" + slot;
        };
    }

    /** A part is the name of its key, a slash, and the field or the number of the element. */
    @Override
    public List<String> parts(Piece piece) {
        String name = name(piece);
        Stream<String> inIt = piece == Piece.LOG
                ? IntStream.range(0, redis.llen(name).intValue()).mapToObj(String::valueOf)
                : new TreeSet<>(redis.hkeys(name)).stream();
        return inIt.map(part -> name + "/" + part).toList();
    }

    private static boolean isElement(String name) {
        return name.startsWith("trades:");
    }

    @Override
    public byte[] bytes(String part) {
        String name = part.substring(0, part.indexOf('/'));
        String inIt = part.substring(part.indexOf('/') + 1);
        byte[] bytes = isElement(name) ? redis.lindex(name, Long.parseLong(inIt)) : redis.hget(name, inIt);
        return bytes == null ? new byte[0] : bytes;
    }

    @Override
    public void put(String part, byte[] bytes) {
        String name = part.substring(0, part.indexOf('/'));
        String inIt = part.substring(part.indexOf('/') + 1);
        if (isElement(name)) {
            redis.lset(name, Long.parseLong(inIt), bytes);
        } else {
            redis.hset(name, inIt, bytes);
        }
    }

    @Override
    public SignalStore store() {
        return store;
    }

    @Override
    public void close() {
        store.close();
        redis.flushdb();
        connection.close();
        client.shutdown();
    }
}
