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
import java.util.stream.Stream;

/**
 * Measures a store and, by turns in the same run, the bare driver beside it. A round writes signals, reads them, deletes
 * them, writes them again in batches, and removes them; each request by every {@link Side} in turn. What a side needs to make
 * its requests is prepared before the time is taken. The first round, which warms up, is not counted.
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
    private final List<Signal> signalsOfDriver;
    private final Map<Side, Contender> contenders = new EnumMap<>(Side.class);
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
        signals = signals("S", most);
        signalsOfDriver = signals("D", most);
        contenders.put(Side.STORE, new Contender.Ours(store, signals));
        driver.flatMap(BareStore::same)
                .ifPresent(same -> contenders.put(Side.SAME, new Contender.Same(same, signalsOfDriver)));
        driver.ifPresent(plain -> contenders.put(
                Side.PLAIN,
                new Contender.Plain(
                        plain,
                        signals.stream()
                                .map(signal -> SignalCodec.encode(signal).getBytes(StandardCharsets.UTF_8))
                                .toList())));
    }

    private int warmUp() {
        return Math.min(count, MOST_TO_WARM_UP);
    }

    private List<Signal> signals(String symbols, int number) {
        return IntStream.range(0, number)
                .mapToObj(each -> signal(symbols + each, each))
                .toList();
    }

    /** Returns an ordinary open signal. */
    private Signal signal(String symbol, int number) {
        BigDecimal entry = new BigDecimal("50000.25").add(BigDecimal.valueOf(number));
        return Signal.builder(new SignalKey(trial, symbol))
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

    /** What came out: the rounds of each side that took part, all of them as many, by request. */
    record Result(Map<Side, Map<StoreRequest, List<Lap>>> sides) {

        private Result() {
            this(new EnumMap<>(Side.class));
        }

        /** Returns the rounds of one request; none if the side did not take part. */
        List<Lap> laps(Side side, StoreRequest request) {
            return sides.getOrDefault(side, Map.of()).getOrDefault(request, List.of());
        }

        private void add(Side side, StoreRequest request, Lap lap) {
            sides.computeIfAbsent(side, absent -> new EnumMap<>(StoreRequest.class))
                    .computeIfAbsent(request, absent -> new ArrayList<>())
                    .add(lap);
        }
    }

    /**
     * Measures, on threads of its own.
     *
     * @throws InterruptedException if it was stopped
     * @throws Exception whatever the store or the driver threw first
     */
    Result run(Progress progress) throws Exception {
        Result result = new Result();
        ExecutorService workers = Executors.newFixedThreadPool(threads);
        try {
            round(workers, warmUp(), READS_TO_WARM_UP, new Result(), progress);
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
                all(workers, request, size, result, progress);
            }
        }
        all(workers, StoreRequest.DELETE, size, new Result(), progress);
    }

    private void all(ExecutorService workers, StoreRequest request, int size, Result result, Progress progress)
            throws Exception {
        for (Map.Entry<Side, Contender> each : contenders.entrySet()) {
            result.add(each.getKey(), request, lap(workers, each.getValue(), request, size, progress));
        }
    }

    /** Makes the request for that many signals, dealt out to the threads in turn. */
    private Lap lap(ExecutorService workers, Contender contender, StoreRequest request, int size, Progress progress)
            throws Exception {
        List<Contender.Call> calls = new ArrayList<>();
        for (int first = 0; first < size; first += request.step()) {
            calls.add(contender.prepare(request, first, Math.min(size, first + request.step())));
        }
        long[] nanos = new long[calls.size()];
        List<Future<?>> working = new ArrayList<>();
        long start = System.nanoTime();
        for (int worker = 0; worker < threads; worker++) {
            int own = worker;
            working.add(workers.submit(() -> {
                for (int i = own; i < nanos.length; i += threads) {
                    if (stopped) {
                        throw new InterruptedException("stopped");
                    }
                    long before = System.nanoTime();
                    calls.get(i).make();
                    nanos[i] = System.nanoTime() - before;
                    made.add(Math.min(request.step(), size - i * request.step()));
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
            progress.at(made.sum(), total());
            try {
                work.get(LOOK_EVERY_SECONDS, TimeUnit.SECONDS);
                return;
            } catch (TimeoutException e) {
                // a slow store: how far it is by now is told above
            }
        }
    }

    /** Returns how many signals all requests of a run concern together. */
    private long total() {
        long requests = StoreRequest.values().length;
        return contenders.size() * (warmUp() * (requests + READS_TO_WARM_UP) + count * (requests + 1));
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
            return Stream.concat(signals.stream(), signalsOfDriver.stream())
                    .map(Signal::key)
                    .toList();
        }
    }
}
