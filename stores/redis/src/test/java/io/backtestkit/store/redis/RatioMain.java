package io.backtestkit.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalCodec;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import io.backtestkit.testkit.SampleSignals;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * Compares the store with the bare client doing the same requests on the same server in the same run, by turns.
 * Argument: how many requests of each kind, 15000 by default.
 */
final class RatioMain {

    private RatioMain() {}

    /** Prints the median microseconds per request of each, and the ratios. */
    public static void main(String[] args) throws IOException {
        int requests = args.length > 0 ? Integer.parseInt(args[0]) : 15_000;
        try (RealRedis redis = RealRedis.durable();
                SignalStore store = SignalStores.open(redis.location());
                StatefulRedisConnection<String, byte[]> connection =
                        Clients.client().connect(RedisScripts.CODEC, RedisURI.create("127.0.0.1", redis.port()))) {
            SignalKey[] keys = new SignalKey[100];
            Arrays.setAll(keys, i -> new SignalKey("strategy", "SYMBOL" + i));
            Signal[] signals = new Signal[100];
            Arrays.setAll(signals, i -> SampleSignals.openLong(keys[i]).build());
            Bare bare = new Bare(connection.sync(), signals[0]);
            Map<SignalKey, Signal> batch = batch();
            List<IntConsumer> contenders = List.of(
                    i -> store.write(keys[i % 100], signals[i % 100]),
                    bare::write,
                    bare::set,
                    i -> store.read(keys[i % 100]),
                    bare::read);
            double[][] micros = new double[contenders.size() + 1][requests];
            for (int warm = 0; warm < 2; warm++) {
                for (int i = 0; i < requests; i++) {
                    for (int c = 0; c < contenders.size(); c++) {
                        micros[c][i] = micros(contenders.get(c), i);
                    }
                }
            }
            micros[contenders.size()] = new double[20];
            for (int i = 0; i < 20; i++) {
                micros[contenders.size()][i] = micros(n -> store.writeAll(batch), i) / batch.size();
            }
            double[] median = Arrays.stream(micros)
                    .mapToDouble(all -> Arrays.stream(all).sorted().toArray()[all.length / 2])
                    .toArray();
            String[] names = {
                "store write", "bare same script", "bare SET", "store read", "bare HGETALL", "store writeAll"
            };
            for (int i = 0; i < names.length; i++) {
                System.out.printf(Locale.ROOT, "%-18s %8.1f us%n", names[i], median[i]);
            }
            System.out.printf(
                    Locale.ROOT,
                    "write %.2f (SET: %.2f), read %.2f, batched %.1f times unbatched%n",
                    median[0] / median[1],
                    median[0] / median[2],
                    median[3] / median[4],
                    median[0] / median[5]);
        }
    }

    private static Map<SignalKey, Signal> batch() {
        Map<SignalKey, Signal> batch = new LinkedHashMap<>();
        for (int i = 0; i < 1000; i++) {
            SignalKey key = new SignalKey("batch", "SYMBOL" + i);
            batch.put(key, SampleSignals.openLong(key).build());
        }
        return batch;
    }

    private static double micros(IntConsumer request, int number) {
        long start = System.nanoTime();
        request.accept(number);
        return (System.nanoTime() - start) / 1e3;
    }

    /** Sends what the store sends, prepared beforehand. */
    private static final class Bare {

        private final RedisCommands<String, byte[]> redis;
        private final String digest;
        private final byte[] body;
        private final byte[][] arguments;
        private long sequence;

        Bare(RedisCommands<String, byte[]> redis, Signal signal) throws IOException {
            this.redis = redis;
            digest = redis.scriptLoad(resource("slot.lua") + resource("write.lua"));
            body = SignalCodec.encode(signal).getBytes(UTF_8);
            byte[] epoch = "0".getBytes(UTF_8);
            byte[] slot = "bare:S".getBytes(UTF_8);
            byte[] digest = RedisRecord.sum(slot, RedisRecord.SCHEMA, body);
            byte[] writer = "w".getBytes(UTF_8);
            arguments = new byte[][] {RedisRecord.SCHEMA, writer, slot, epoch, epoch, new byte[0], epoch, digest, body};
        }

        void write(int number) {
            arguments[3] = Long.toString(++sequence).getBytes(UTF_8);
            String[] keys = {"signal:bare:S", "fence:bare:S"};
            redis.<byte[]>evalsha(digest, ScriptOutputType.VALUE, keys, arguments);
        }

        void set(int number) {
            redis.set("plain" + number % 100, body);
        }

        void read(int number) {
            redis.hgetall("signal:bare:S");
        }

        private static String resource(String name) throws IOException {
            try (InputStream in = RedisSignalStore.class.getResourceAsStream(name)) {
                return new String(in.readAllBytes(), UTF_8);
            }
        }
    }
}
