package io.backtestkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("concurrent-use")
abstract class ConcurrentUseContract extends StoreContract {

    private static final int THREADS = 4;
    private static final int WRITES = 40;
    private static final int ENDS = 5;
    private static final long LONGEST_SECONDS = 60;

    ConcurrentUseContract(Supplier<StoreFixture> fixtures) {
        super(fixtures);
    }

    /** Every part of the record names the write, so that a mixture of two equals none of them. */
    private static Signal marked(SignalKey key, int write) {
        String mark = "write " + write + " ";
        return SampleSignals.fullyFilled(key)
                .id(mark)
                .exchange(mark)
                .note(mark.repeat(100 + write))
                .build();
    }

    private static List<Signal> prepared(SignalKey key) {
        return IntStream.range(0, WRITES).mapToObj(write -> marked(key, write)).toList();
    }

    /** Starts all parts at once and waits for each; a failure in one of them is thrown. */
    private static void together(List<Callable<Boolean>> parts) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(parts.size());
        try {
            CyclicBarrier start = new CyclicBarrier(parts.size());
            List<Future<Boolean>> running = new ArrayList<>();
            for (Callable<Boolean> part : parts) {
                running.add(threads.submit(() -> {
                    start.await(LONGEST_SECONDS, TimeUnit.SECONDS);
                    return part.call();
                }));
            }
            for (Future<Boolean> part : running) {
                part.get(LONGEST_SECONDS, TimeUnit.SECONDS);
            }
        } catch (ExecutionException e) {
            throw new AssertionError("one of " + parts.size() + " threads failed: " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("a thread was still busy after " + LONGEST_SECONDS + " s", e);
        } finally {
            threads.shutdownNow();
        }
    }

    private void assertWhole(Optional<Signal> read, List<Signal> written) {
        read.ifPresent(signal -> assertThat(written)
                .as("what was read among writes from many threads; it must be one of the written records, whole")
                .contains(signal));
    }

    /** Writes from several threads while one more reads without pause. */
    private void writeAndRead(List<Signal> signals, boolean deleting) throws Exception {
        AtomicBoolean writing = new AtomicBoolean(true);
        List<Callable<Boolean>> parts = new ArrayList<>();
        CyclicBarrier finish = new CyclicBarrier(THREADS, () -> writing.set(false));
        for (int t = 0; t < THREADS; t++) {
            int first = t;
            parts.add(() -> {
                try {
                    for (int i = first; i < signals.size(); i += THREADS) {
                        Signal signal = signals.get(i);
                        Patiently.run(() -> store().write(KEY, signal));
                        if (deleting && i % 3 == 0) {
                            Patiently.run(() -> store().delete(KEY));
                        }
                    }
                } catch (RuntimeException e) {
                    writing.set(false);
                    finish.reset();
                    throw e;
                }
                finish.await(LONGEST_SECONDS, TimeUnit.SECONDS);
                return true;
            });
        }
        parts.add(() -> {
            do {
                Optional<Signal> read = Patiently.get(() -> store().read(KEY));
                assertThat(deleting || read.isPresent())
                        .as("a slot that is only ever replaced holds a signal")
                        .isTrue();
                assertWhole(read, signals);
            } while (writing.get());
            return true;
        });
        together(parts);
    }

    @Test
    void aReaderSeesWholeRecordsOnly() throws Exception {
        List<Signal> signals = prepared(KEY);
        store().write(KEY, signals.get(0));

        writeAndRead(signals, false);

        assertThat(store().read(KEY)).as("read after all writes").isPresent();
        assertWhole(store().read(KEY), signals);
        assertLists(List.of(KEY));
    }

    @Test
    void aReaderSeesAWholeRecordOrNoneWhileItIsDeleted() throws Exception {
        List<Signal> signals = prepared(KEY);

        writeAndRead(signals, true);

        assertWhole(store().read(KEY), signals);
        store().delete(KEY);
        assertFree(KEY);
        assertLists(List.of());
    }

    @Test
    void whatManyThreadsLeftIsWholeAfterReopening() throws Exception {
        List<Signal> signals = prepared(KEY);
        store().write(KEY, signals.get(0));
        writeAndRead(signals, false);
        Optional<Signal> left = store().read(KEY);

        closeAndReopen();

        assertThat(store().read(KEY)).isEqualTo(fixture().durable() ? left : Optional.empty());
    }

    @Test
    void noneOfManyKeysWrittenAtOnceIsLost() throws Exception {
        List<SignalKey> keys = IntStream.range(0, THREADS * WRITES / 2)
                .mapToObj(i -> new SignalKey("strategy" + i % 3, "SYMBOL" + i))
                .toList();
        List<Callable<Boolean>> parts = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            int first = t;
            parts.add(() -> {
                for (int i = first; i < keys.size(); i += THREADS) {
                    Signal signal = marked(keys.get(i), i);
                    Patiently.run(() -> store().write(signal.key(), signal));
                }
                return true;
            });
        }

        together(parts);

        for (int i = 0; i < keys.size(); i++) {
            assertHolds(marked(keys.get(i), i));
        }
        assertLists(keys);
    }

    /** Returns what a thread ends in a slot of its own. */
    private static EndedSignal own(int thread, int number) {
        return ended(new SignalKey("thread" + thread, "SYMBOL" + number), "own");
    }

    /** Returns what a thread ends in the slot that all of them use. */
    private static EndedSignal inOneSlot(int thread, int number) {
        return ended(OTHER, "thread " + thread + ", trade " + number);
    }

    /** Returns what all threads end. */
    private static EndedSignal ofAll(int number) {
        return ended(KEY, "trade " + number);
    }

    private static EndedSignal ended(SignalKey key, String id) {
        return SampleSignals.closed(SampleSignals.openLong(key).id(id).build());
    }

    private static List<EndedSignal> all(IntFunction<EndedSignal> ended) {
        return IntStream.range(0, ENDS).mapToObj(ended).toList();
    }

    @Test
    void whatManyThreadsEndAtOnceIsLoggedOnce() throws Exception {
        List<Callable<Boolean>> parts = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            int thread = t;
            parts.add(() -> {
                for (int i = 0; i < ENDS; i++) {
                    int number = i;
                    EndedSignal own = own(thread, number);
                    Patiently.run(() -> store().write(own.signal().key(), own.signal()));
                    Patiently.run(() -> store().end(own));
                    Patiently.run(() -> store().end(inOneSlot(thread, number)));
                    Patiently.run(() -> store().end(ofAll(number)));
                }
                return true;
            });
        }

        together(parts);

        assertLists(List.of());
        withLog(log -> {
            List<SignalKey> logged = new ArrayList<>(List.of(KEY, OTHER));
            assertThat(log.trades(KEY)).as("what all threads ended").isEqualTo(all(ConcurrentUseContract::ofAll));
            List<EndedSignal> oneSlot = log.trades(OTHER);
            assertThat(oneSlot).as("what %d threads ended in one slot", THREADS).hasSize(THREADS * ENDS);
            for (int t = 0; t < THREADS; t++) {
                int thread = t;
                assertThat(oneSlot)
                        .as("what each thread ended there, in its order")
                        .containsSubsequence(all(number -> inOneSlot(thread, number)));
                for (EndedSignal own : all(number -> own(thread, number))) {
                    logged.add(own.signal().key());
                    assertThat(log.trades(own.signal().key())).containsExactly(own);
                }
            }
            assertThat(log.loggedKeys()).containsExactlyInAnyOrderElementsOf(logged);
        });
    }
}
