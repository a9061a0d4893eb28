package io.backtestkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.backtestkit.signal.ClosedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.ClaimedSignalStore;
import io.backtestkit.store.RetryPolicy;
import io.backtestkit.store.RetryingSignalStore;
import io.backtestkit.store.SignalStore;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("disconnection")
abstract class DisconnectionContract extends NetworkContract {

    private static final int MOST_MESSAGES = 50;
    private static final int MOST_MISSED = 20;
    private static final long MORE_BYTES = 100;
    private static final Duration LEASE = Duration.ofMinutes(5);
    private static final long LONGEST_STALL_NANOS = TimeUnit.SECONDS.toNanos(30);

    DisconnectionContract(Supplier<StoreFixture> fixtures) {
        super(fixtures);
    }

    static Stream<Arguments> cuts() {
        return Stream.concat(
                Stream.of(Change.values()).map(change -> arguments(NetworkFault.RESET_REPLIES, change)),
                Stream.of(
                        arguments(NetworkFault.RESET_REQUESTS, Change.REPLACE),
                        arguments(NetworkFault.CUT_REQUESTS, Change.REPLACE),
                        arguments(NetworkFault.CLOSE_REPLIES, Change.REPLACE)));
    }

    /** Cuts the connection at the first message, then at the second, until the change gets through. */
    @ParameterizedTest
    @MethodSource("cuts")
    void aConnectionCutAtAnyMessageIsToldTruly(NetworkFault fault, Change change) {
        behindProxy(proxied -> lastFailing(proxied, fault, change));
    }

    /** The same for an owner of the slot. */
    @ParameterizedTest
    @EnumSource(names = {"REPLACE", "DELETE", "END"})
    void aConnectionCutAtAnyMessageOfAClaimedChangeIsToldTruly(Change change) {
        withClaims(claims -> behindProxy(proxied -> lastFailing(
                proxied,
                NetworkFault.RESET_REPLIES,
                change,
                key -> new ClaimedSignalStore(proxied.store, granted(claims.claim(key, "owner", LEASE))))));
    }

    private int lastFailing(ProxiedStore proxied, NetworkFault fault, Change change) {
        return lastFailing(proxied, fault, change, key -> proxied.store);
    }

    /**
     * Returns how many messages passed before the last one that was harmed: the change needs no more than one after them.
     *
     * @param ready returns what to make the change with, once its slot is prepared
     */
    private int lastFailing(
            ProxiedStore proxied, NetworkFault fault, Change change, Function<SignalKey, SignalStore> ready) {
        int last = -1;
        int passing = 0;
        for (int time = 0; time < MOST_MESSAGES; time++) {
            SignalKey key = key(change, time);
            proxied.prepare(change, key);
            SignalStore store = ready.apply(key);
            proxied.proxy.fail(fault, passing);

            Attempt attempt = proxied.attempt(change, key, store);

            boolean harmed = proxied.proxy.struckMessages() > 0;
            proxied.assertToldTruly(change, key, attempt);
            assertEndsOnce(proxied, store, change, key);
            if (attempt.succeeded() && !harmed) {
                assertThat(last)
                        .as("a %s sent nothing through the proxy; does openThrough use its address?", change)
                        .isNotNegative();
                return last;
            }
            if (harmed) {
                last = passing;
                passing++;
            } // else the machine was too slow: it gave up before the message that was to be harmed
        }
        throw new AssertionError(
                change + " failed " + MOST_MESSAGES + " times, with " + passing + " messages passed before the cut");
    }

    /** An end that was cut may be half made, if logged; made again, it is whole and in the history once. */
    private void assertEndsOnce(ProxiedStore proxied, SignalStore store, Change change, SignalKey key) {
        if (change == Change.END) {
            ClosedSignal ended = SampleSignals.closed(Change.held(key));
            if (proxied.direct.read(key).isEmpty()) {
                withLog(log -> assertThat(log.trades(key))
                        .as("the log of a slot that an END freed before it was cut")
                        .containsExactly(ended));
            }
            proxied.soon(() -> store.end(ended));
            assertFree(key);
            withLog(log -> assertThat(log.trades(key)).containsExactly(ended));
        }
    }

    @Test
    void aRequestOfWhichSomeBytesArriveIsNotTakenForWhole() {
        behindProxy(proxied -> {
            for (long bytes = 1; ; bytes *= MORE_BYTES) {
                SignalKey key = new SignalKey("network", "BYTES-" + bytes);
                proxied.prepare(Change.REPLACE, key);
                proxied.proxy.cutAfter(bytes);

                Attempt attempt = proxied.attempt(Change.REPLACE, key);

                proxied.assertToldTruly(Change.REPLACE, key, attempt);
                if (attempt.succeeded()) {
                    assertThat(bytes).as("bytes of a write").isGreaterThan(1);
                    return;
                }
            }
        });
    }

    @Test
    void aChangeWhoseReplyIsLostMayHaveHappenedAndReadingBackTells() {
        behindProxy(proxied -> {
            Attempt attempt;
            int passing = lastFailing(proxied, NetworkFault.RESET_REPLIES, Change.REPLACE);
            do {
                assertThat(passing)
                        .as("replies without which a write still succeeds")
                        .isNotNegative();
                proxied.prepare(Change.REPLACE, KEY);
                proxied.proxy.fail(NetworkFault.DROP_REPLIES, passing);

                attempt = proxied.attempt(Change.REPLACE, KEY);

                proxied.assertToldTruly(Change.REPLACE, KEY, attempt);
                passing--; // a connection of a pool may need one reply more than another
            } while (attempt.succeeded());
        });
    }

    @Test
    void aSilentNetworkIsGivenUpInTime() {
        behindProxy(proxied -> {
            proxied.prepare(Change.REPLACE, KEY);
            proxied.proxy.fail(NetworkFault.BLACK_HOLE);

            Attempt write = proxied.attempt(Change.REPLACE, KEY);
            Attempt read = proxied.attempt("read", () -> proxied.store.read(KEY));
            awaitStrike(proxied.proxy); // else the write might come to it only when it passes again

            assertThat(write.succeeded())
                    .as("success of a write that never arrived")
                    .isFalse();
            assertThat(read.succeeded())
                    .as("success of a read that never arrived")
                    .isFalse();
            boolean made = proxied.assertToldTruly(Change.REPLACE, KEY, write);
            assertThat(made).as("a write that never arrived was made").isFalse();
        });
    }

    /** Waits until a message was harmed, but not for ever for one that never comes. */
    private static void awaitStrike(NetworkProxy proxy) {
        long end = System.nanoTime() + LONGEST_STALL_NANOS;
        while (proxy.struckMessages() == 0 && System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    @Test
    void aServerThatIsGoneIsUnavailableAndTheSameStoreGoesOnWhenItIsBack() {
        behindProxy(proxied -> {
            proxied.prepare(Change.REPLACE, KEY);
            proxied.proxy.refuse();

            for (int i = 0; i < 3; i++) {
                Attempt write = proxied.attempt(Change.REPLACE, KEY);
                assertThat(write.succeeded()).as("success without a server").isFalse();
            }
            Attempt read = proxied.attempt("read", () -> proxied.store.read(KEY));

            assertThat(read.succeeded()).as("read without a server").isFalse();
            assertThat(proxied.readOnceBack(KEY)).contains(Change.held(KEY));
            proxied.soon(() -> proxied.store.write(KEY, Change.next(KEY)));
            assertHolds(Change.next(KEY));
        });
    }

    @Test
    void openingWithoutAServerIsUnavailableInTime() {
        behindProxy(proxied -> {
            proxied.proxy.refuse();
            assertCannotOpen(proxied, "opening where nobody listens");
            proxied.proxy.pass();
            proxied.proxy.fail(NetworkFault.BLACK_HOLE);
            assertCannotOpen(proxied, "opening where nobody answers");
        });
    }

    private static void assertCannotOpen(ProxiedStore proxied, String what) {
        Attempt opening = proxied.attempt(what, () -> proxied.server
                .openThrough(proxied.proxy.host(), proxied.proxy.port())
                .close());
        assertThat(opening.succeeded()).as("success of %s", what).isFalse();
    }

    @Test
    void aChangeWhoseReplyIsLostIsNotSentAgain() {
        behindProxy(proxied -> {
            int passing = lastFailing(proxied, NetworkFault.RESET_REPLIES, Change.REPLACE);
            int missed = 0;
            Meeting meeting = Meeting.MISSED;
            for (int time = 1; meeting != Meeting.OVERTAKEN; time++) {
                // a slot of its own: a write that was given up may still be on its way
                meeting = meetSuccessor(proxied, key(Change.REPLACE, MOST_MESSAGES + time), passing);
                // a new connection of a pool needs more replies than one that was used before
                switch (meeting) {
                    case LOST_TOO_EARLY -> passing++;
                    case NOT_LOST -> passing--;
                    case MISSED, OVERTAKEN -> {}
                }
                missed += meeting == Meeting.NOT_LOST ? 0 : 1;
                assertThat(passing).as("replies without which a write is made").isNotNegative();
                assertThat(missed)
                        .as("writes that were over before a successor could write, or never made")
                        .isLessThan(MOST_MISSED);
            }
        });
    }

    /** What became of a write whose successor waited for it. */
    private enum Meeting {
        /** It was made, its reply was lost, and the successor wrote. */
        OVERTAKEN,
        /** A reply was lost before it was made: its connection needed more of them first. */
        LOST_TOO_EARLY,
        /** All its replies came: its connection needed fewer. */
        NOT_LOST,
        /** The machine was too slow: it had given up before its reply was lost, or before the successor wrote. */
        MISSED
    }

    /** Writes, and while the reply is missing, a successor writes: a store that just sends again would overwrite it. */
    private static Meeting meetSuccessor(ProxiedStore proxied, SignalKey key, int passing) {
        Signal successors = SampleSignals.openLong(key).id("of the successor").build();
        proxied.prepare(Change.REPLACE, key);
        proxied.proxy.failOnce(NetworkFault.DROP_REPLIES, passing);
        Attempt.UnderWay write = proxied.start("REPLACE", () -> proxied.store.write(key, Change.next(key)));
        boolean made = isMade(proxied, key);
        while (!made && !write.task().isDone()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            made = isMade(proxied, key);
        }
        boolean late = write.task().isDone();
        if (made) {
            proxied.direct.write(key, successors);
        }
        Attempt attempt = write.end();
        boolean lost = proxied.proxy.struckMessages() > 0;
        if (!made) {
            boolean tooSlow = isMade(proxied, key) || (!lost && !attempt.succeeded());
            return tooSlow ? Meeting.MISSED : lost ? Meeting.LOST_TOO_EARLY : Meeting.NOT_LOST;
        }
        assertThat(proxied.readOnceBack(key))
                .as("what a successor wrote while the reply was missing")
                .contains(successors);
        if (!lost && attempt.succeeded()) {
            return Meeting.NOT_LOST;
        }
        return late ? Meeting.MISSED : Meeting.OVERTAKEN;
    }

    private static boolean isMade(ProxiedStore proxied, SignalKey key) {
        return proxied.direct.read(key).equals(Change.REPLACE.after(key));
    }

    @Test
    void theRetryingStoreGetsThroughALostReply() {
        behindProxy(proxied -> {
            SignalStore retrying = new RetryingSignalStore(proxied.store, RetryPolicy.standard());
            proxied.prepare(Change.REPLACE, KEY);
            proxied.proxy.failOnce(NetworkFault.RESET_REPLIES, 0);

            retrying.write(KEY, Change.next(KEY));

            assertHolds(Change.next(KEY));
            assertThat(retrying.read(KEY)).contains(Change.next(KEY));
        });
    }
}
