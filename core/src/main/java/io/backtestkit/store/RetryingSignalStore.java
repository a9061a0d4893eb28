package io.backtestkit.store;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Tries again when another store is unavailable; the one owner of retries. Every other failure passes through at once.
 *
 * <p>A change that may have happened is never blindly repeated: it is read back first, and repeated only if the store
 * still holds something else. If what follows is refused, the change may have happened all the same, and that is said. An
 * interrupt ends the waiting: the last failure is thrown and the thread stays interrupted. Under a claim a change that may
 * have happened is the caller's to go on with, after claiming anew: see {@link Claims}.
 */
public final class RetryingSignalStore implements SignalStore {

    /** Waits; given from outside so that tests need not. */
    @FunctionalInterface
    public interface Pause {
        /** Waits that long. */
        void of(Duration duration) throws InterruptedException;
    }

    private static final String READ_BACK = "It may have been done all the same: read it back first.";

    private final SignalStore store;
    private final RetryPolicy policy;
    private final RandomGenerator random;
    private final Pause pause;

    /** Retries on that store with real pauses; closing this closes it. */
    public RetryingSignalStore(SignalStore store, RetryPolicy policy) {
        this(store, policy, RandomGenerator.getDefault(), duration -> Thread.sleep(duration.toMillis()));
    }

    /** Retries on that store with jitter and pauses from outside. */
    public RetryingSignalStore(SignalStore store, RetryPolicy policy, RandomGenerator random, Pause pause) {
        this.store = store;
        this.policy = policy;
        this.random = random;
        this.pause = pause;
    }

    @Override
    public void write(SignalKey key, Signal signal) {
        change(() -> store.write(key, signal), () -> store.read(key).equals(Optional.of(signal)));
    }

    @Override
    public Optional<Signal> read(SignalKey key) {
        return retry(() -> store.read(key));
    }

    @Override
    public void delete(SignalKey key) {
        change(() -> store.delete(key), () -> store.read(key).isEmpty());
    }

    @Override
    public void writeAll(Map<SignalKey, Signal> signals) {
        change(() -> store.writeAll(signals), () -> signals.entrySet().stream()
                .allMatch(entry -> store.read(entry.getKey()).equals(Optional.of(entry.getValue()))));
    }

    /** Repeats as a whole, which both of its halves allow. */
    @Override
    public void end(EndedSignal ended) {
        change(() -> store.end(ended), () -> false);
    }

    @Override
    public Set<SignalKey> keys() {
        return retry(store::keys);
    }

    @Override
    public List<StoreFinding> keyless() {
        return retry(store::keyless);
    }

    @Override
    public boolean durable() {
        return store.durable();
    }

    @Override
    public Optional<Duration> expireAbandonedAfter() {
        return store.expireAbandonedAfter();
    }

    @Override
    public void touch(SignalKey key) {
        retry(() -> {
            store.touch(key);
            return true;
        });
    }

    @Override
    public Optional<Claims> claims() {
        return store.claims().map(RetryingClaims::new);
    }

    @Override
    public Optional<TradeLog> tradeLog() {
        return store.tradeLog().map(RetryingLog::new);
    }

    @Override
    public Optional<String> setAside(SignalKey key) {
        return store.setAside(key);
    }

    @Override
    public Optional<String> setAside(SignalKey key, Signal replacement) {
        return store.setAside(key, replacement);
    }

    @Override
    public List<StoreFinding> check() {
        return retry(store::check);
    }

    @Override
    public String describe() {
        return store.describe();
    }

    @Override
    public void close() {
        store.close();
    }

    private <T> T retry(Supplier<T> call) {
        for (int failed = 1; ; failed++) {
            try {
                return call.get();
            } catch (StoreUnavailableException e) {
                waitOrGiveUp(failed, e);
            }
        }
    }

    private void change(Runnable call, Supplier<Boolean> alreadyDone) {
        keepingDoubt(false, sent -> {
            if (!sent || !alreadyDone.get()) {
                call.run();
            }
            return true;
        });
    }

    /**
     * Repeats a call that changes something; it is told whether an earlier attempt may have been carried out.
     *
     * @param owned whether it concerns a claim: then the loss of the slot is all there is to say, while of any other call it
     *     tells nothing of the earlier attempt
     */
    private <T> T keepingDoubt(boolean owned, Function<Boolean, T> call) {
        boolean mayHaveHappened = false;
        for (int failed = 1; ; failed++) {
            try {
                return call.apply(mayHaveHappened);
            } catch (StoreUnavailableException e) {
                mayHaveHappened |= e.mayHaveHappened();
                waitOrGiveUp(failed, mayHaveHappened && !e.mayHaveHappened() ? unknown(e) : e);
            } catch (StoreRefusedException | UnreadableSignalException e) {
                throw mayHaveHappened ? unknown(e) : e;
            } catch (ClaimLostException e) {
                throw mayHaveHappened && !owned ? unknown(e) : e;
            }
        }
    }

    /** Keeps the doubt of an earlier attempt when the last one certainly changed nothing. */
    private static StoreUnavailableException unknown(SignalStoreException last) {
        String found = last.found() + ", and an earlier attempt may have been carried out";
        return StoreUnavailableException.unknown(
                last.key()
                        .map(key -> StoreFailure.of("change signal", key, last.store(), found, READ_BACK))
                        .orElseGet(() -> StoreFailure.of("change", last.store(), found, READ_BACK)),
                last);
    }

    private void waitOrGiveUp(int failed, StoreUnavailableException failure) {
        if (failed >= policy.attempts()) {
            throw failure;
        }
        @Nullable InterruptedException interrupted = null;
        try {
            pause.of(policy.pauseAfter(failed, random));
        } catch (InterruptedException e) {
            interrupted = e;
        }
        if (interrupted != null) {
            Thread.currentThread().interrupt();
            failure.addSuppressed(interrupted);
            throw failure;
        }
    }

    private final class RetryingLog implements TradeLog {

        private final TradeLog log;

        RetryingLog(TradeLog log) {
            this.log = log;
        }

        /** Repeats, which an append allows: it does nothing for a signal the log already has. */
        @Override
        public void append(EndedSignal ended) {
            change(() -> log.append(ended), () -> false);
        }

        @Override
        public List<EndedSignal> trades(SignalKey key, Instant from, Instant to) {
            return retry(() -> log.trades(key, from, to));
        }

        @Override
        public Optional<EndedSignal> last(SignalKey key) {
            return retry(() -> log.last(key));
        }

        @Override
        public List<SignalKey> loggedKeys() {
            return retry(log::loggedKeys);
        }

        @Override
        public void discard(SignalKey key) {
            change(() -> log.discard(key), () -> false);
        }
    }

    /** Repeats the change while it was certainly not made. */
    private void whileNotMade(Runnable call) {
        for (int failed = 1; ; failed++) {
            try {
                call.run();
                return;
            } catch (StoreUnavailableException e) {
                if (e.mayHaveHappened()) {
                    throw e;
                }
                waitOrGiveUp(failed, e);
            }
        }
    }

    /**
     * Repeats claiming as well: an owner that has a slot already is granted it once more. A claimed change that may have been
     * made is not repeated: its request may still be on the way, and only a new claim keeps it from arriving behind what is
     * written next.
     */
    private final class RetryingClaims implements Claims {

        private final Claims claims;

        RetryingClaims(Claims claims) {
            this.claims = claims;
        }

        @Override
        public ClaimAnswer claim(SignalKey key, String owner, Duration lease) {
            return keepingDoubt(true, sent -> claims.claim(key, owner, lease));
        }

        @Override
        public ClaimAnswer takeOver(Claim dead, String owner, Duration lease) {
            return keepingDoubt(true, sent -> claims.takeOver(dead, owner, lease));
        }

        @Override
        public Claim renew(Claim claim, Duration lease) {
            return keepingDoubt(true, sent -> claims.renew(claim, lease));
        }

        @Override
        public void release(Claim claim) {
            change(() -> claims.release(claim), () -> false);
        }

        @Override
        public Optional<Claim> holder(SignalKey key) {
            return retry(() -> claims.holder(key));
        }

        @Override
        public void write(Claim claim, Signal signal) {
            whileNotMade(() -> claims.write(claim, signal));
        }

        @Override
        public void delete(Claim claim) {
            whileNotMade(() -> claims.delete(claim));
        }

        @Override
        public void end(Claim claim, EndedSignal ended) {
            whileNotMade(() -> claims.end(claim, ended));
        }
    }
}
