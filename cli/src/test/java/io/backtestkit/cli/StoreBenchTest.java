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
import java.util.concurrent.Callable;
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

    private static List<Integer> signals(StoreBench.Result result, Side side, StoreRequest request) {
        return result.laps(side, request).stream().map(Lap::signals).toList();
    }

    @Test
    void everySignalIsCountedOnceForEachRequestAndSide() throws Exception {
        StoreBench.Result result = bench(1_234, 3).run(progress());

        for (StoreRequest request : StoreRequest.values()) {
            for (Side side : Side.values()) {
                assertThat(Lap.together(result.laps(side, request)).signals()).isEqualTo(1_234);
                assertThat(signals(result, side, request))
                        .hasSize(StoreBench.ROUNDS)
                        .isEqualTo(signals(result, Side.STORE, request));
            }
        }
    }

    @Test
    void theWarmUpIsDoneAndNotCounted() throws Exception {
        bench(50, 1).run(progress());

        assertThat(store.writes.get()).isEqualTo(50 + 50);
        assertThat(bare.writes.get()).isEqualTo(50 + 50);
        assertThat(bare.sameWrites.get()).isEqualTo(50 + 50);
    }

    @Test
    void theDriverSendsTheRequestsOfTheStoreForSlotsOfItsOwn() throws Exception {
        bench(25, 1).run(progress());

        assertThat(bare.slots)
                .hasSize(25)
                .allMatch(key -> key.strategy().equals(TRIAL))
                .doesNotContainAnyElementsOf(store.slots);
    }

    @Test
    void aDriverWithoutRequestsOfTheStoreTakesPartWithPlainOnes() throws Exception {
        bare.offersSame = false;

        StoreBench.Result result = bench(25, 1).run(progress());

        assertThat(result.sides()).containsOnlyKeys(Side.STORE, Side.PLAIN);
    }

    @Test
    void aRequestOfTheStoreThatTheServerRefusesIsNoticed() {
        bare.refuses = true;

        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> bench(10, 1).run(progress()))
                .withMessageContaining("the server did not carry out the write of signal " + TRIAL + "/D0");
    }

    @Test
    void nothingIsPreparedWhileTheTimeIsTaken() throws Exception {
        bench(25, 1).run(progress());

        assertThat(bare.preparedBetweenCalls.get()).isZero();
    }

    @Test
    void fewerSignalsThanRoundsAreEnough() throws Exception {
        StoreBench.Result result = bench(3, 4).run(progress());

        assertThat(signals(result, Side.STORE, StoreRequest.BATCHED_WRITE)).containsExactly(1, 1, 1);
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
        private final Set<SignalKey> slots = ConcurrentHashMap.newKeySet();
        private int failAtWrite = Integer.MAX_VALUE;
        private boolean forgetful;

        @Override
        public void write(SignalKey key, Signal signal) {
            slots.add(key);
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
        private final AtomicInteger sameWrites = new AtomicInteger();
        private final Set<SignalKey> slots = ConcurrentHashMap.newKeySet();
        private final AtomicInteger outstanding = new AtomicInteger();
        private final AtomicInteger preparedBetweenCalls = new AtomicInteger();
        private volatile boolean calling;
        private boolean offersSame = true;
        private boolean refuses;

        @Override
        public String driver() {
            return "java.util";
        }

        @Override
        public String describe() {
            return "a map";
        }

        @Override
        public Optional<SameRequests> same() {
            return offersSame
                    ? Optional.of(new SameRequests(
                            signal -> prepared(sameWrites, List.of(signal.key())),
                            key -> prepared(new AtomicInteger(), List.of(key)),
                            key -> prepared(new AtomicInteger(), List.of(key)),
                            signals -> prepared(
                                    new AtomicInteger(),
                                    signals.stream().map(Signal::key).toList())))
                    : Optional.empty();
        }

        /** Counts as wrong what is prepared after the first call of a lap and before its last. */
        private Callable<Boolean> prepared(AtomicInteger made, List<SignalKey> keys) {
            if (calling) {
                preparedBetweenCalls.incrementAndGet();
            }
            outstanding.incrementAndGet();
            slots.addAll(keys);
            return () -> {
                made.incrementAndGet();
                calling = outstanding.decrementAndGet() > 0;
                return !refuses;
            };
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
