package io.backtestkit.store;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalCodec;
import io.backtestkit.signal.SignalKey;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Collects writes and hands them to another store many at a time: for high-frequency work whose last moments may be lost. A
 * returned write is <b>not</b> durable, so live trading refuses this store.
 *
 * <p>A batch goes out when it is full, when its oldest write is old enough, at {@link #flush} and at {@link #close}. The last
 * write of a key wins. Reads see what is queued. Deleting, ending and setting aside take a queued write of that key away and
 * go to the store at once. A batch that the store did not take is kept, reported, and goes out again with the next one; when
 * the queue is full as well, writing throws.
 *
 * <p>Any thread may call; while a batch is on its way the others wait.
 */
public final class BatchingSignalStore implements SignalStore {

    /**
     * How writes are collected.
     *
     * @param items a batch of this many keys goes out at once; at least 1
     * @param age a write waits no longer than this; above zero
     * @param bound the most keys queued, failed batches included; at least {@code items}
     */
    public record Batching(int items, Duration age, int bound) {

        /** Checks all three. @throws IllegalArgumentException if one is out of range */
        public Batching {
            if (items < 1 || age.toNanos() < 1 || bound < items) {
                throw new IllegalArgumentException(
                        "Cannot batch like that: items were " + items + ", age " + age + ", bound " + bound
                                + ". Needed: items of at least 1, an age above 0, a bound not below items.");
            }
        }

        /** Returns 100 items, 100 milliseconds, at most 10,000 queued. */
        public static Batching standard() {
            return new Batching(100, Duration.ofMillis(100), 10_000);
        }
    }

    /** Runs something a little later, on another thread; given from outside so that tests need not wait. */
    @FunctionalInterface
    public interface Later {
        /** Runs the task once, that long from now. */
        void run(Duration delay, Runnable task);
    }

    private final SignalStore store;
    private final Batching batching;
    private final Consumer<SignalStoreException> failures;
    private final Later later;
    private final Runnable stopTimer;
    private final Map<SignalKey, Signal> queue = new LinkedHashMap<>();
    private boolean flushComing;
    private boolean closed;

    /**
     * Batches writes to that store, on a timer thread of its own; closing this closes both.
     *
     * @param failures is told of every batch the store did not take; called by the thread that flushed
     */
    public static BatchingSignalStore over(
            SignalStore store, Batching batching, Consumer<SignalStoreException> failures) {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "batch for " + store.describe());
            thread.setDaemon(true);
            return thread;
        });
        return new BatchingSignalStore(
                store,
                batching,
                failures,
                (delay, task) -> {
                    var unused = timer.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
                },
                timer::shutdown);
    }

    /** Batches writes to that store, with a timer from outside. */
    public BatchingSignalStore(
            SignalStore store, Batching batching, Consumer<SignalStoreException> failures, Later later) {
        this(store, batching, failures, later, () -> {});
    }

    private BatchingSignalStore(
            SignalStore store,
            Batching batching,
            Consumer<SignalStoreException> failures,
            Later later,
            Runnable stopTimer) {
        this.store = store;
        this.batching = batching;
        this.failures = failures;
        this.later = later;
        this.stopTimer = stopTimer;
    }

    @Override
    public synchronized void write(SignalKey key, Signal signal) {
        signal.requireKey(key);
        String unused = SignalCodec.encode(signal); // what no store can take must not get into the queue
        requireOpen("write signal", key);
        if (!queue.containsKey(key) && queue.size() >= batching.bound()) {
            flush(); // throws if the store still does not take it: then this write is not taken either
        }
        queue.put(key, signal);
        if (queue.size() >= batching.items()) {
            tryFlush();
        } else {
            flushLater();
        }
    }

    @Override
    public synchronized void writeAll(Map<SignalKey, Signal> signals) {
        signals.forEach((key, signal) -> signal.requireKey(key));
        signals.forEach(this::write);
    }

    @Override
    public synchronized Optional<Signal> read(SignalKey key) {
        Signal queued = queue.get(key);
        return queued != null ? Optional.of(queued) : store.read(key);
    }

    @Override
    public synchronized void delete(SignalKey key) {
        requireOpen("delete signal", key);
        store.delete(key);
        queue.remove(key); // not before: what fails must leave what is read as it was
    }

    @Override
    public synchronized void end(EndedSignal ended) {
        SignalKey key = ended.signal().key();
        requireOpen("end signal", key);
        Signal queued = queue.get(key);
        if (queued == null || !ended.isOf(queued)) {
            store.end(ended);
            return;
        }
        if (store.read(key).filter(held -> !ended.isOf(held)).isPresent()) {
            store.write(key, queued); // so that what it replaced is not there again when it is gone
        }
        store.end(ended);
        queue.remove(key);
    }

    @Override
    public synchronized Set<SignalKey> keys() {
        Set<SignalKey> keys = new TreeSet<>(store.keys());
        keys.addAll(queue.keySet());
        return keys;
    }

    @Override
    public List<StoreFinding> keyless() {
        return store.keyless();
    }

    /** Returns false: a returned write may still be in the queue. */
    @Override
    public boolean durable() {
        return false;
    }

    @Override
    public Optional<Duration> expireAbandonedAfter() {
        return store.expireAbandonedAfter();
    }

    @Override
    public synchronized void touch(SignalKey key) {
        if (!queue.containsKey(key)) {
            store.touch(key);
        }
    }

    @Override
    public Optional<TradeLog> tradeLog() {
        return store.tradeLog();
    }

    @Override
    public synchronized Optional<String> setAside(SignalKey key) {
        return settingAside(key, () -> store.setAside(key));
    }

    @Override
    public synchronized Optional<String> setAside(SignalKey key, Signal replacement) {
        return settingAside(key, () -> store.setAside(key, replacement));
    }

    /** What is queued goes with a damaged record, and stays beside one that stays. */
    private Optional<String> settingAside(SignalKey key, Supplier<Optional<String>> call) {
        boolean damaged = false;
        try {
            var unused = store.read(key);
        } catch (UnreadableSignalException e) {
            damaged = true;
        }
        Optional<String> kept = call.get();
        if (damaged) {
            queue.remove(key);
        }
        return kept;
    }

    @Override
    public List<StoreFinding> check() {
        return store.check();
    }

    @Override
    public String describe() {
        return store.describe() + " (batched)";
    }

    /**
     * Hands over everything queued, now.
     *
     * @throws SignalStoreException if the store did not take all of it; what it did not take stays queued
     */
    public synchronized void flush() {
        if (queue.isEmpty()) {
            return;
        }
        try {
            store.writeAll(Map.copyOf(queue));
            queue.clear();
        } catch (UnreadableSignalException | ClaimLostException e) {
            writeOneByOne();
            failures.accept(e);
            throw e;
        } catch (SignalStoreException e) {
            failures.accept(e);
            throw e;
        }
    }

    /** One slot that is damaged or another's must not keep the others waiting. */
    private void writeOneByOne() {
        for (Map.Entry<SignalKey, Signal> entry : Map.copyOf(queue).entrySet()) {
            try {
                store.write(entry.getKey(), entry.getValue());
                queue.remove(entry.getKey());
            } catch (UnreadableSignalException | ClaimLostException e) {
                // it stays queued; the batch's failure is told
            } catch (SignalStoreException e) {
                return; // nothing more goes through now
            }
        }
    }

    /**
     * Flushes, then closes the other store.
     *
     * @throws SignalStoreException if the last batch was not taken; then nothing is closed, and closing may be tried again
     */
    @Override
    public synchronized void close() {
        if (!closed) {
            flush();
            closed = true;
            stopTimer.run();
            store.close();
        }
    }

    private void requireOpen(String act, SignalKey key) {
        if (closed) {
            throw new StoreRefusedException(
                    StoreFailure.of(act, key, describe(), "the store was closed", "Open it again."), null);
        }
    }

    private synchronized void flushByTimer() {
        flushComing = false;
        if (!closed) {
            tryFlush();
        }
    }

    /** Sets the timer, unless it is set. */
    private void flushLater() {
        if (!flushComing) {
            flushComing = true;
            later.run(batching.age(), this::flushByTimer);
        }
    }

    /** Flushes without throwing what the store throws: it was reported, and the batch goes out again later. */
    private void tryFlush() {
        try {
            flush();
        } catch (SignalStoreException e) {
            flushLater();
        } catch (RuntimeException e) { // of a store or a listener that throws what it may not
            flushLater();
            throw e;
        }
    }
}
