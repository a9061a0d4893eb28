package io.backtestkit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.InMemorySignalStore;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.StoreFailure;
import io.backtestkit.store.StoreRefusedException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StoreBenchTest {

    private static final String TRIAL = "bench-00c0ffee";

    private final Counting store = new Counting();
    private final InMemoryBare bare = new InMemoryBare();

    private static Progress progress() {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        return new Progress(Terminal.plain(nowhere, nowhere), "Measuring");
    }

    private StoreBench bench(int signals, int threads) {
        return new StoreBench(TRIAL, store, Optional.of(bare), signals, threads);
    }

    private static List<Integer> signals(Map<StoreRequest, List<Lap>> laps, StoreRequest request) {
        return laps.getOrDefault(request, List.of()).stream().map(Lap::signals).toList();
    }

    @Test
    void everySignalIsCountedOnceForEachRequestAndSide() throws Exception {
        StoreBench.Result result = bench(1_234, 3).run(progress());

        for (StoreRequest request : StoreRequest.values()) {
            assertThat(Lap.together(result.ours().getOrDefault(request, List.of()))
                            .signals())
                    .isEqualTo(1_234);
            assertThat(signals(result.bare(), request))
                    .hasSize(StoreBench.ROUNDS)
                    .isEqualTo(signals(result.ours(), request));
        }
    }

    @Test
    void theWarmUpIsDoneAndNotCounted() throws Exception {
        bench(50, 1).run(progress());

        assertThat(store.writes.get()).isEqualTo(50 + 50);
        assertThat(bare.writes.get()).isEqualTo(50 + 50);
    }

    @Test
    void fewerSignalsThanRoundsAreEnough() throws Exception {
        StoreBench.Result result = bench(3, 4).run(progress());

        assertThat(signals(result.ours(), StoreRequest.BATCHED_WRITE)).containsExactly(1, 1, 1);
    }

    @Test
    void nothingIsLeftAfterARun() throws Exception {
        bench(25, 2).run(progress());

        assertThat(store.keys()).isEmpty();
        assertThat(bare.content).isEmpty();
    }

    @Test
    void theFirstFailureEndsTheRunAndWhatWasWrittenCanBeRemoved() {
        StoreBench bench = bench(2_000, 2);
        store.failAtWrite = 700;

        assertThatExceptionOfType(StoreRefusedException.class).isThrownBy(() -> bench.run(progress()));

        assertThat(store.keys()).isNotEmpty();
        bench.removeAll(store);
        assertThat(store.keys()).isEmpty();
    }

    @Test
    void aStoppedRunEnds() {
        StoreBench bench = bench(2_000, 2);
        bench.stop();

        assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> bench.run(progress()));
        assertThat(store.writes.get()).isZero();
    }

    @Test
    void aStoreThatForgetsIsNoticed() {
        store.forgetful = true;

        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> bench(10, 1).run(progress()))
                .withMessageContaining("was written and is not there");
    }

    private static final class Counting implements SignalStore {

        private final InMemorySignalStore content = new InMemorySignalStore();
        private final AtomicInteger writes = new AtomicInteger();
        private int failAtWrite = Integer.MAX_VALUE;
        private boolean forgetful;

        @Override
        public void write(SignalKey key, Signal signal) {
            if (writes.incrementAndGet() == failAtWrite) {
                throw new StoreRefusedException(
                        StoreFailure.of("write signal", key, "here", "the disk was full", "Empty it."), null);
            }
            if (!forgetful) {
                content.write(key, signal);
            }
        }

        @Override
        public Optional<Signal> read(SignalKey key) {
            return content.read(key);
        }

        @Override
        public void delete(SignalKey key) {
            content.delete(key);
        }

        @Override
        public void writeAll(Map<SignalKey, Signal> signals) {
            content.writeAll(signals);
        }

        @Override
        public Set<SignalKey> keys() {
            return content.keys();
        }
    }

    private static final class InMemoryBare implements BareStore {

        private final Map<String, byte[]> content = new ConcurrentHashMap<>();
        private final AtomicInteger writes = new AtomicInteger();

        @Override
        public String describe() {
            return "a map";
        }

        @Override
        public void write(String name, byte[] json) {
            writes.incrementAndGet();
            content.put(name, json);
        }

        @Override
        public byte[] read(String name) {
            return content.getOrDefault(name, new byte[0]);
        }

        @Override
        public void delete(String name) {
            content.remove(name);
        }

        @Override
        public void writeAll(Map<String, byte[]> all) {
            content.putAll(all);
        }

        @Override
        public void discard() {
            content.clear();
        }
    }
}
