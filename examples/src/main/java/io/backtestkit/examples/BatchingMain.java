package io.backtestkit.examples;

import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.BatchingSignalStore;
import io.backtestkit.store.BatchingSignalStore.Batching;
import io.backtestkit.store.SignalStores;

/** Writes many signals in batches. Argument: the location of the store. */
public final class BatchingMain {

    private static final int SIGNALS = 1_000;

    private BatchingMain() {}

    /** Runs it. */
    public static void main(String[] args) {
        // tag::batching[]
        try (BatchingSignalStore store = BatchingSignalStore.over(
                SignalStores.open(args[0]), Batching.standard(), failure -> System.err.println(failure.getMessage()))) {
            for (int i = 1; i <= SIGNALS; i++) {
                SignalKey key = new SignalKey("sweep-" + i, "BTCUSD");
                store.write(key, ScheduledSignals.of(key)); // may still be in the queue
            }
            store.flush(); // what was written before is durable now
            System.out.println(store.keys().size() + " signals in " + store.describe());
        }
        // end::batching[]
    }
}
