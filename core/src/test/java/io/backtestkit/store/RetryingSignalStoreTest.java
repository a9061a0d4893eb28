package io.backtestkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RetryingSignalStoreTest {

    private static final SignalKey KEY = TestSignals.KEY;
    private static final Signal A = TestSignals.open("a");
    private static final Signal B = TestSignals.open("b");
    private static final RetryPolicy POLICY = new RetryPolicy(4, Duration.ofMillis(100), Duration.ofMillis(250));

    /** One planned failure of the store beneath; null if it does not fail. */
    private record Fault(@Nullable SignalStoreException failure, boolean carriedOut) {}

    private static StoreFailure failure() {
        return StoreFailure.of("write signal", KEY, "test:", "it did not answer", "Start it.");
    }

    private static final Fault NOT_SENT = new Fault(StoreUnavailableException.notSent(failure(), null), false);
    private static final Fault LOST_REQUEST = new Fault(StoreUnavailableException.unknown(failure(), null), false);
    private static final Fault LOST_REPLY = new Fault(StoreUnavailableException.unknown(failure(), null), true);

    /** This call works. */
    private static final Fault NONE = new Fault(null, true);

    /** Fails as planned, call by call, then works. */
    private static final class FaultyStore implements SignalStore {

        private final InMemorySignalStore memory = new InMemorySignalStore();
        private final Deque<Fault> faults = new ArrayDeque<>();
        private final List<String> calls = new ArrayList<>();

        private void call(String name, Runnable effect) {
            calls.add(name);
            Fault fault = faults.poll();
            if (fault == null || fault.carriedOut()) {
                effect.run();
            }
            if (fault != null && fault.failure() != null) {
                throw fault.failure();
            }
        }

        @Override
        public void write(SignalKey key, Signal signal) {
            call("write " + signal.id(), () -> memory.write(key, signal));
        }

        @Override
        public Optional<Signal> read(SignalKey key) {
            call("read", () -> {});
            return memory.read(key);
        }

        @Override
        public void delete(SignalKey key) {
            call("delete", () -> memory.delete(key));
        }

        @Override
        public Optional<TradeLog> tradeLog() {
            return Optional.of(memory);
        }

        @Override
        public Optional<Claims> claims() {
            Claims claims = memory.claims().orElseThrow();
            return Optional.of((Claims) Proxy.newProxyInstance(
                    Claims.class.getClassLoader(), new Class<?>[] {Claims.class}, (proxy, method, given) -> {
                        AtomicReference<Object> answer = new AtomicReference<>();
                        call(method.getName(), () -> answer.set(answerOf(method, claims, given)));
                        return answer.get();
                    }));
        }

        private static @Nullable Object answerOf(Method method, Claims claims, Object[] given) {
            try {
                return method.invoke(claims, given);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private final FaultyStore faulty = new FaultyStore();
    private final List<Duration> pauses = new ArrayList<>();
    private final SignalStore retrying = new RetryingSignalStore(faulty, POLICY, new SplittableRandom(1), pauses::add);

    private void plan(Fault... faults) {
        faulty.faults.addAll(List.of(faults));
    }

    @Test
    void whatWorksIsCalledOnce() {
        retrying.write(KEY, A);

        assertThat(faulty.calls).containsExactly("write a");
        assertThat(pauses).isEmpty();
    }

    @Test
    void aCallThatWasNotSentIsSimplyRepeated() {
        plan(NOT_SENT, NOT_SENT, NOT_SENT);

        retrying.write(KEY, A);

        assertThat(faulty.calls).containsExactly("write a", "write a", "write a", "write a");
        assertThat(pauses).hasSize(3);
        assertThat(faulty.memory.read(KEY)).contains(A);
    }

    @Test
    void whatMayHaveHappenedStaysInDoubtWhenTryingAgainIsRefused() {
        for (SignalStoreException refusal : List.of(
                new StoreRefusedException(failure(), null),
                new UnreadableSignalException(failure(), null),
                new ClaimLostException(failure(), null))) {
            plan(LOST_REQUEST, NONE, new Fault(refusal, false)); // sent, looked up, sent again

            assertThatExceptionOfType(StoreUnavailableException.class)
                    .isThrownBy(() -> retrying.write(KEY, A))
                    .matches(StoreUnavailableException::mayHaveHappened)
                    .withMessageContaining("it did not answer, and an earlier attempt may have been carried out")
                    .withCause(refusal);
        }
        assertThat(faulty.memory.read(KEY)).isEmpty();
    }

    @Test
    void aRefusalWithoutDoubtStaysOne() {
        plan(NOT_SENT, new Fault(new StoreRefusedException(failure(), null), false));

        assertThatExceptionOfType(StoreRefusedException.class).isThrownBy(() -> retrying.write(KEY, A));
    }

    @Test
    void attemptsAreBounded() {
        plan(NOT_SENT, NOT_SENT, NOT_SENT, NOT_SENT, NOT_SENT);

        assertThatExceptionOfType(StoreUnavailableException.class)
                .isThrownBy(() -> retrying.read(KEY))
                .satisfies(e -> assertThat(e.mayHaveHappened()).isFalse());

        assertThat(faulty.calls).hasSize(4);
        assertThat(pauses).hasSize(3);
    }

    @Test
    void onlyAnUnavailableStoreIsTriedAgain() {
        for (SignalStoreException failure : List.of(
                new StoreRefusedException(failure(), null),
                new UnreadableSignalException(failure(), null),
                new ClaimLostException(failure(), null))) {
            plan(new Fault(failure, false));
            assertThatExceptionOfType(SignalStoreException.class)
                    .isThrownBy(() -> retrying.write(KEY, A))
                    .isSameAs(failure);
        }

        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> retrying.write(new SignalKey("other", "X"), A));
        assertThat(faulty.calls).hasSize(4).doesNotContain("read");
        assertThat(pauses).isEmpty();
    }

    @Test
    void aWriteWhoseReplyWasLostIsReadBackAndNotRepeated() {
        plan(LOST_REPLY);

        retrying.write(KEY, A);

        assertThat(faulty.calls).containsExactly("write a", "read");
        assertThat(faulty.memory.read(KEY)).contains(A);
    }

    @Test
    void aWriteThatWasLostOnTheWayIsRepeatedAfterReadingBack() {
        faulty.memory.write(KEY, B);
        plan(LOST_REQUEST);

        retrying.write(KEY, A);

        assertThat(faulty.calls).containsExactly("write a", "read", "write a");
        assertThat(faulty.memory.read(KEY)).contains(A);
    }

    @Test
    void aDeleteWhoseReplyWasLostIsReadBackAndNotRepeated() {
        faulty.memory.write(KEY, A);
        plan(LOST_REPLY);

        retrying.delete(KEY);

        assertThat(faulty.calls).containsExactly("delete", "read");
        assertThat(faulty.memory.read(KEY)).isEmpty();
    }

    @Test
    void severalWritesAreReadBackTogether() {
        plan(LOST_REPLY);

        retrying.writeAll(Map.of(KEY, A));

        assertThat(faulty.calls).containsExactly("write a", "read");
    }

    @Test
    void doubtIsKeptWhenReadingBackFailsToo() {
        plan(LOST_REPLY, NOT_SENT, NOT_SENT, NOT_SENT);

        assertThatExceptionOfType(StoreUnavailableException.class)
                .isThrownBy(() -> retrying.write(KEY, A))
                .satisfies(e -> assertThat(e.mayHaveHappened()).isTrue())
                .satisfies(e -> assertThat(e.key()).contains(KEY))
                .withMessageContaining("an earlier attempt may have been carried out");

        assertThat(faulty.calls).containsExactly("write a", "read", "read", "read");
    }

    @Test
    void anEndWhoseReplyWasLostIsRepeatedWithoutASecondTrade() {
        faulty.memory.write(KEY, A);
        plan(NONE, LOST_REPLY);

        retrying.end(TestSignals.closed("a"));

        assertThat(faulty.calls).containsExactly("read", "delete", "read", "delete");
        assertThat(faulty.memory.trades(KEY)).containsExactly(TestSignals.closed("a"));
        assertThat(faulty.memory.read(KEY)).isEmpty();
    }

    @Test
    void aClaimedChangeWhoseOutcomeIsUnknownIsNotRepeatedUnderTheSameClaim() {
        Claims claims = retrying.claims().orElseThrow();
        Claim claim = claims.claim(KEY, "me", Duration.ofMinutes(1)).claim();
        faulty.calls.clear();
        List<Runnable> changes = List.of(
                () -> claims.write(claim, A),
                () -> claims.delete(claim),
                () -> claims.end(claim, TestSignals.closed("a")));
        for (Runnable change : changes) {
            plan(NOT_SENT, LOST_REQUEST);
            assertThatExceptionOfType(StoreUnavailableException.class)
                    .isThrownBy(change::run)
                    .matches(StoreUnavailableException::mayHaveHappened);
        }
        assertThat(faulty.calls).containsExactly("write", "write", "delete", "delete", "end", "end");
    }

    @Test
    void aClaimThatMayHaveBeenGivenStaysInDoubt() {
        Claims claims = retrying.claims().orElseThrow();
        plan(LOST_REPLY, NOT_SENT, NOT_SENT, NOT_SENT);

        assertThatExceptionOfType(StoreUnavailableException.class)
                .isThrownBy(() -> claims.claim(KEY, "me", Duration.ofMinutes(1)))
                .matches(StoreUnavailableException::mayHaveHappened)
                .withMessageContaining(
                        "an earlier attempt may have been carried out. It may have been done all the same");
        assertThat(faulty.calls).containsExactly("claim", "claim", "claim", "claim");
        assertThat(faulty.memory.claims().orElseThrow().holder(KEY)).isPresent();
    }

    @Test
    void aClaimThatIsLostIsLostWhateverBecameOfItsEarlierRenewal() {
        Claims claims = retrying.claims().orElseThrow();
        Claim claim = claims.claim(KEY, "me", Duration.ofMinutes(1)).claim();
        ClaimLostException lost = new ClaimLostException(failure(), null);
        plan(LOST_REQUEST, new Fault(lost, false));

        assertThatExceptionOfType(ClaimLostException.class)
                .isThrownBy(() -> claims.renew(claim, Duration.ofMinutes(1)))
                .isSameAs(lost);
    }

    @Test
    void anInterruptEndsTheWaiting() {
        SignalStore interrupted = new RetryingSignalStore(faulty, POLICY, new SplittableRandom(1), duration -> {
            throw new InterruptedException("stop");
        });
        plan(NOT_SENT);

        assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(() -> interrupted.write(KEY, A));

        assertThat(Thread.interrupted()).as("the thread stays interrupted").isTrue();
        assertThat(faulty.calls).containsExactly("write a");
    }

    @Test
    void pausesAreDrawnEvenlyBelowAGrowingCeiling() {
        RandomGenerator random = new SplittableRandom(3);
        long[] ceilings = {100, 200, 250, 250};
        for (int failed = 1; failed <= ceilings.length; failed++) {
            long longest = 0;
            long shortest = Long.MAX_VALUE;
            for (int i = 0; i < 2_000; i++) {
                long millis = POLICY.pauseAfter(failed, random).toMillis();
                longest = Math.max(longest, millis);
                shortest = Math.min(shortest, millis);
            }
            assertThat(longest).isBetween(ceilings[failed - 1] * 9 / 10, ceilings[failed - 1]);
            assertThat(shortest).isBetween(0L, ceilings[failed - 1] / 10);
        }
        assertThat(POLICY.pauseAfter(100, random)).isLessThanOrEqualTo(Duration.ofMillis(250));
    }

    @Test
    void thePausesTakenAreThoseDrawn() {
        RandomGenerator same = new SplittableRandom(1);
        plan(NOT_SENT, NOT_SENT);

        retrying.delete(KEY);

        assertThat(pauses).containsExactly(POLICY.pauseAfter(1, same), POLICY.pauseAfter(2, same));
    }

    @Test
    void aPolicyOutOfRangeIsRefused() {
        Duration second = Duration.ofSeconds(1);
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new RetryPolicy(0, second, second))
                .withMessageContaining("attempts were 0");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new RetryPolicy(101, second, second));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new RetryPolicy(1, Duration.ZERO, second));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new RetryPolicy(1, second, Duration.ofMillis(999)));
    }
}
