package io.backtestkit.cli;

import io.backtestkit.signal.Entry;
import io.backtestkit.signal.Marks;
import io.backtestkit.signal.Phase;
import io.backtestkit.signal.Position;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalCodec;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.signal.TimeLimit;
import io.backtestkit.store.SignalStore;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

/**
 * Measures a store and, by turns in the same run, the bare driver beside it. A round writes signals, reads them, deletes
 * them, writes them again in batches, and removes them; each request by the store first, then by the driver. The first
 * round, which warms up, is not counted.
 */
final class StoreBench {

    static final int ROUNDS = 40;

    private static final int MOST_TO_WARM_UP = 2_000;

    private static final long LOOK_EVERY_SECONDS = 1;

    /** The shortest request shows most what is not compiled yet. */
    private static final int READS_TO_WARM_UP = 10;

    private static final Instant AT = Instant.parse("2024-01-15T09:30:00.123Z");

    private final String trial;
    private final int count;
    private final int threads;
    private final List<Signal> signals;
    private final Contender ours;
    private final Optional<Contender> bare;
    private final LongAdder made = new LongAdder();
    private volatile boolean stopped;

    /**
     * Prepares the signals.
     *
     * @param trial the strategy they belong to, which no other signal may
     * @param count how many are written, read and deleted in all
     */
    StoreBench(String trial, SignalStore store, Optional<BareStore> driver, int count, int threads) {
        this.trial = trial;
        this.count = count;
        this.threads = threads;
        int most = Math.max(count / ROUNDS + StoreRequest.BATCH, warmUp());
        signals = IntStream.range(0, most).mapToObj(this::signal).toList();
        ours = new Contender.Ours(store, signals);
        bare = driver.map(known -> new Contender.Bare(
                known,
                signals.stream()
                        .map(signal -> SignalCodec.encode(signal).getBytes(StandardCharsets.UTF_8))
                        .toList()));
    }

    private int warmUp() {
        return Math.min(count, MOST_TO_WARM_UP);
    }

    /** Returns an ordinary open signal. */
    private Signal signal(int number) {
        BigDecimal entry = new BigDecimal("50000.25").add(BigDecimal.valueOf(number));
        return Signal.builder(new SignalKey(trial, "S" + number))
                .id(trial + "-" + number)
                .position(Position.LONG)
                .phase(Phase.OPEN)
                .priceOpen(entry)
                .priceTakeProfit(entry.multiply(new BigDecimal("1.02")))
                .priceStopLoss(entry.multiply(new BigDecimal("0.99")))
                .minuteEstimatedTime(TimeLimit.ofMinutes(60))
                .createdAt(AT)
                .openTimestamp(AT)
                .addEntry(new Entry(entry, BigDecimal.valueOf(100), AT))
                .marks(new Marks(1.25, -0.39))
                .build();
    }

    /** What came out: of each request the rounds of the store, and as many of the driver if there is one. */
    record Result(Map<StoreRequest, List<Lap>> ours, Map<StoreRequest, List<Lap>> bare) {

        static Result empty() {
            return new Result(new EnumMap<>(StoreRequest.class), new EnumMap<>(StoreRequest.class));
        }
    }

    /**
     * Measures, on threads of its own.
     *
     * @throws InterruptedException if it was stopped
     * @throws Exception whatever the store or the driver threw first
     */
    Result run(Progress progress) throws Exception {
        Result result = Result.empty();
        ExecutorService workers = Executors.newFixedThreadPool(threads);
        try {
            round(workers, warmUp(), READS_TO_WARM_UP, Result.empty(), progress);
            for (int round = 0; round < ROUNDS; round++) {
                int from = beginning(round);
                int size = beginning(round + 1) - from;
                if (size > 0) {
                    round(workers, size, 1, result, progress);
                }
            }
            return result;
        } finally {
            workers.shutdown();
        }
    }

    /** Returns with which signal a round begins: where there are enough of them, each round has only whole batches. */
    private int beginning(int round) {
        int even = (int) ((long) count * round / ROUNDS);
        return round == ROUNDS || count < ROUNDS * StoreRequest.BATCH ? even : even - even % StoreRequest.BATCH;
    }

    /** Makes every request once for each signal, but reads so many times, and leaves nothing. */
    private void round(ExecutorService workers, int size, int reads, Result result, Progress progress)
            throws Exception {
        for (StoreRequest request : StoreRequest.values()) {
            for (int i = 0; i < (request == StoreRequest.READ ? reads : 1); i++) {
                both(workers, request, size, result, progress);
            }
        }
        both(workers, StoreRequest.DELETE, size, Result.empty(), progress);
    }

    private void both(ExecutorService workers, StoreRequest request, int size, Result result, Progress progress)
            throws Exception {
        add(result.ours(), request, lap(workers, ours, request, size, progress));
        if (bare.isPresent()) {
            add(result.bare(), request, lap(workers, bare.get(), request, size, progress));
        }
    }

    private static void add(Map<StoreRequest, List<Lap>> laps, StoreRequest request, Lap lap) {
        laps.computeIfAbsent(request, absent -> new ArrayList<>()).add(lap);
    }

    /** Makes the request for that many signals, dealt out to the threads in turn. */
    private Lap lap(ExecutorService workers, Contender contender, StoreRequest request, int size, Progress progress)
            throws Exception {
        long[] nanos = new long[(size + request.step() - 1) / request.step()];
        List<Future<?>> working = new ArrayList<>();
        long start = System.nanoTime();
        for (int worker = 0; worker < threads; worker++) {
            int own = worker;
            working.add(workers.submit(() -> {
                for (int i = own; i < nanos.length; i += threads) {
                    if (stopped) {
                        throw new InterruptedException("stopped");
                    }
                    int first = i * request.step();
                    long before = System.nanoTime();
                    int end = Math.min(size, first + request.step());
                    contender.make(request, first, end);
                    nanos[i] = System.nanoTime() - before;
                    made.add(end - first);
                }
                return nanos;
            }));
        }
        awaitAll(working, progress);
        return new Lap(nanos, size, System.nanoTime() - start);
    }

    /** Waits for all of them, then throws the first failure: nothing may be under way any more when it is cleaned up. */
    private void awaitAll(List<Future<?>> working, Progress progress) throws Exception {
        Exception first = null;
        for (Future<?> each : working) {
            try {
                await(each, progress);
            } catch (ExecutionException e) {
                stopped = true;
                Exception cause = e.getCause() instanceof Exception known ? known : e;
                if (first == null || first instanceof InterruptedException) {
                    first = cause;
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }

    private void await(Future<?> work, Progress progress) throws InterruptedException, ExecutionException {
        while (true) {
            progress.at(made.sum(), all());
            try {
                work.get(LOOK_EVERY_SECONDS, TimeUnit.SECONDS);
                return;
            } catch (TimeoutException e) {
                // a slow store: how far it is by now is told above
            }
        }
    }

    /** Returns how many signals all requests of a run concern together. */
    private long all() {
        long requests = StoreRequest.values().length;
        return (bare.isPresent() ? 2 : 1) * (warmUp() * (requests + READS_TO_WARM_UP) + count * (requests + 1));
    }

    /** Ends the run after the requests under way. */
    void stop() {
        stopped = true;
    }

    /** Deletes every signal that is still there. */
    void removeAll(SignalStore store) {
        left(store).forEach(store::delete);
    }

    /** Returns those of ours that the store lists; all that may be there if it lists none. */
    private Collection<SignalKey> left(SignalStore store) {
        try {
            return store.keys().stream()
                    .filter(key -> key.strategy().equals(trial))
                    .toList();
        } catch (UnsupportedOperationException e) {
            return signals.stream().map(Signal::key).toList();
        }
    }
}
