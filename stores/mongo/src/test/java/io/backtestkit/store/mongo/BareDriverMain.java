package io.backtestkit.store.mongo;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.testkit.SampleSignals;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.bson.BsonDocument;

/**
 * Measures the store beside the bare driver that sends the same requests, made beforehand, to the same server in the same
 * run: what signals, keys and checks cost on top. In turns, so that a busy machine is busy for both.
 */
public final class BareDriverMain {

    private static final int SIGNALS = Integer.getInteger("signals", 2_000);
    private static final int ROUNDS = Integer.getInteger("rounds", 7);
    private static final UpdateOptions UPSERT = new UpdateOptions().upsert(true);

    private BareDriverMain() {}

    private record Request(SignalKey key, Signal signal, BsonDocument filter, BsonDocument update) {

        UpdateOneModel<BsonDocument> model() {
            return new UpdateOneModel<>(filter, update, UPSERT);
        }
    }

    /** Runs on the emulator, or on the server whose location is the first argument. */
    public static void main(String[] arguments) {
        Emulator emulator = Emulator.shared();
        String location = arguments.length > 0 ? arguments[0] : emulator.location(emulator.newDatabase());
        List<Request> requests = IntStream.range(0, SIGNALS)
                .mapToObj(i -> new SignalKey("strategy" + i % 10, "SYMBOL" + i))
                .map(key -> {
                    Signal signal = SampleSignals.fullyFilled(key).build();
                    return new Request(key, signal, SlotRequest.unclaimed(key), SlotRequest.hold(signal));
                })
                .toList();
        MongoConnection connection = TestServer.connection(location);
        try (MongoSignalStore store = Unchecked.open(connection)) {
            MongoCollection<BsonDocument> bare = connection.access().collection("bare");
            compare(
                    "write",
                    i -> store.write(requests.get(i).key(), requests.get(i).signal()),
                    i -> bare.updateOne(
                            requests.get(i).filter(), requests.get(i).update(), UPSERT));
            compare("read", i -> store.read(requests.get(i).key()), i -> bare.find(
                            Filters.eq("_id", SignalDocument.id(requests.get(i).key())))
                    .first());
            int batch = 100;
            Map<Integer, Map<SignalKey, Signal>> ours = new LinkedHashMap<>();
            Map<Integer, List<UpdateOneModel<BsonDocument>>> theirs = new LinkedHashMap<>();
            for (int i = 0; i + batch <= SIGNALS; i += batch) {
                Map<SignalKey, Signal> signals = new LinkedHashMap<>();
                requests.subList(i, i + batch).forEach(request -> signals.put(request.key(), request.signal()));
                ours.put(i, signals);
                theirs.put(
                        i,
                        new ArrayList<>(requests.subList(i, i + batch).stream()
                                .map(Request::model)
                                .toList()));
            }
            compare(
                    "bulk of " + batch,
                    i -> {
                        if (ours.containsKey(i)) {
                            store.writeAll(ours.get(i));
                        }
                    },
                    i -> {
                        if (theirs.containsKey(i)) {
                            bare.bulkWrite(theirs.get(i), new BulkWriteOptions().ordered(false));
                        }
                    });
        }
        System.exit(0); // the emulator runs on
    }

    private static void compare(String what, IntConsumer store, IntConsumer bare) {
        long[] ours = new long[ROUNDS];
        long[] theirs = new long[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            theirs[round] = nanos(bare);
            ours[round] = nanos(store);
        }
        java.util.Arrays.sort(ours);
        java.util.Arrays.sort(theirs);
        double mine = ours[ROUNDS / 2] / 1_000.0 / SIGNALS;
        double its = theirs[ROUNDS / 2] / 1_000.0 / SIGNALS;
        System.out.printf(
                Locale.ROOT,
                "%-12s store %8.1f us, bare driver %8.1f us a signal, ratio %.2f (median of %d rounds)%n",
                what,
                mine,
                its,
                mine / its,
                ROUNDS);
    }

    private static long nanos(IntConsumer request) {
        long start = System.nanoTime();
        for (int i = 0; i < SIGNALS; i++) {
            request.accept(i);
        }
        return System.nanoTime() - start;
    }
}
