package io.backtestkit.engine;

import io.backtestkit.market.MarketView;
import io.backtestkit.strategy.Bracket;
import io.backtestkit.strategy.Strategy;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Asks a strategy. */
interface StrategyCaller extends AutoCloseable {

    /** Returns the strategy's answer. @throws Exception whatever went wrong, or an error; it counts as no proposal */
    Optional<Bracket> ask(MarketView market) throws Exception;

    @Override
    default void close() {}

    /** Asks on the caller's own thread, for as long as it takes. */
    static StrategyCaller direct(Strategy strategy) {
        return strategy::decide;
    }

    /** Asks on a thread of its own and waits for a limited time. */
    static StrategyCaller timed(Strategy strategy, Duration timeout, String name) {
        return new Timed(strategy, timeout, name);
    }

    /** One thread; a strategy that did not come back from the last question is not asked another one. */
    final class Timed implements StrategyCaller {

        private final Strategy strategy;
        private final Duration timeout;
        private final ExecutorService thread;
        private @Nullable Future<Optional<Bracket>> late;

        private Timed(Strategy strategy, Duration timeout, String name) {
            this.strategy = strategy;
            this.timeout = timeout;
            this.thread = Executors.newSingleThreadExecutor(task -> {
                Thread created = new Thread(task, name);
                created.setDaemon(true);
                return created;
            });
        }

        @Override
        public Optional<Bracket> ask(MarketView market) throws Exception {
            if (late != null && !late.isDone()) {
                throw new TimeoutException("it has not come back from an earlier question");
            }
            Future<Optional<Bracket>> answer = thread.submit(() -> strategy.decide(market));
            try {
                return answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                late = answer;
                // not cancelled through the future: only the end of the call itself says that the thread is free again
                throw new TimeoutException("it did not answer within " + timeout.toMillis() + " ms");
            } catch (ExecutionException e) {
                if (e.getCause() instanceof InterruptedException cause) {
                    throw new IllegalStateException("it was interrupted, by itself", cause); // nobody asked us to stop
                }
                if (e.getCause() instanceof Exception cause) {
                    throw cause;
                }
                if (e.getCause() instanceof Error cause && !(cause instanceof OutOfMemoryError)) {
                    throw cause;
                }
                throw e; // too little memory for the strategy may be enough to go on managing a position
            }
        }

        @Override
        public void close() {
            thread.shutdownNow();
        }
    }
}
