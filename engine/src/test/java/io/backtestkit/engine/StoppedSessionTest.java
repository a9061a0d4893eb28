package io.backtestkit.engine;

import static io.backtestkit.engine.Runs.ALWAYS;
import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.event.Event;
import io.backtestkit.market.Candle;
import io.backtestkit.market.Candles;
import io.backtestkit.store.Claim;
import io.backtestkit.store.StoreFailure;
import io.backtestkit.store.StoreUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of the slot when a session is asked to stop and its feed, clock or listener does not let it. */
class StoppedSessionTest {

    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(150);

    private static final Logger LOG = Logger.getLogger(LiveSession.class.getName());

    private final ClaimedStore store = new ClaimedStore();
    private final List<Trader> traders = new ArrayList<>();
    private final BlockingQueue<String> logged = new LinkedBlockingQueue<>();
    private final Handler log = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            logged.add(entry.getLevel() + " " + entry.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    /** Gives nothing; only an interruption wakes who waits, not that it is closed. */
    private static class StuckFeed implements CandleFeed {

        final CountDownLatch asked = new CountDownLatch(1);
        final CountDownLatch freed = new CountDownLatch(1);

        @Override
        public Candles history() {
            return Minutes.flat(5);
        }

        @Override
        public Optional<Candle> next() throws InterruptedException {
            asked.countDown();
            freed.await();
            return Optional.empty();
        }

        @Override
        public InstantSource clock() {
            return InstantSource.fixed(Instant.ofEpochMilli(Minutes.at(5)));
        }

        @Override
        public void close() {}
    }

    private Trader trader(Duration lease) {
        Trader trader = new Trader(store, lease);
        traders.add(trader);
        return trader;
    }

    @BeforeEach
    void listenToTheLog() {
        LOG.setUseParentHandlers(false);
        LOG.addHandler(log);
    }

    @AfterEach
    void listenNoMore() {
        LOG.removeHandler(log);
        LOG.setUseParentHandlers(true);
    }

    @AfterEach
    void closeKits() {
        store.interfere(call -> {});
        traders.forEach(trader -> trader.kit.close());
    }

    private Optional<Claim> holder() {
        return store.holder(Runs.KEY);
    }

    @Test
    void aClockThatThrowsDoesNotCostTheSlotNorTheWatchOverTheFeed() throws Exception {
        Trader trader = trader(SHORT);
        AtomicBoolean broken = new AtomicBoolean();
        StuckFeed stuck = new StuckFeed() {
            @Override
            public InstantSource clock() {
                return () -> {
                    if (broken.get()) {
                        throw new IllegalStateException("the clock is gone");
                    }
                    return Instant.ofEpochMilli(Minutes.at(5));
                };
            }
        };
        LiveSession session = Runs.live(trader.kit, ALWAYS, stuck)
                .feedSilence(Duration.ofMillis(1))
                .longestStop(Duration.ofMillis(1))
                .start();
        stuck.asked.await();
        broken.set(true);
        BlockingQueue<String> renewed = new LinkedBlockingQueue<>();
        store.interfere(renewed::add);
        for (int i = 0; i < 3; i++) {
            assertThat(renewed.poll(Runs.LONG.toSeconds(), TimeUnit.SECONDS)).isEqualTo("renew");
        }
        trader.events.clear();
        Event told = trader.events.await(Event.Failed.class, Runs.LONG);
        assertThat(told).isInstanceOfSatisfying(Event.Failed.class, failed -> assertThat(failed.message())
                .isEqualTo(
                        "Cannot watch the feed of tested/TEST: java.lang.IllegalStateException: the clock is gone was"
                                + " thrown. It is tried again."));
        session.stop();
        assertThat(session.awaitEnd(Runs.LONG)).isTrue();
    }

    @Test
    void aStoppedSessionWhoseFeedDoesNotComeBackIsInterruptedAndGivesTheSlotBack() throws InterruptedException {
        Trader trader = trader(LEASE);
        StuckFeed stuck = new StuckFeed();
        LiveSession session = trader.startOn(stuck);
        stuck.asked.await();
        session.stop();
        assertThat(session.awaitEnd(Runs.LONG)).isTrue();
        assertThat(holder()).isEmpty();
    }

    @Test
    void aStoppedSessionGivesTheSlotBackAlsoWhileAListenerDoesNotReturn() throws InterruptedException {
        CountDownLatch returning = new CountDownLatch(1);
        LiveSession session = stoppedInAListenerUntil(returning);
        awaitFreeSlot();
        returning.countDown();
        assertThat(session.awaitEnd(Runs.LONG)).isTrue();
    }

    @Test
    void aListenerThatDoesNotReturnIsToldOfInTheLogSinceNoEventReachesAnybody() throws InterruptedException {
        CountDownLatch returning = new CountDownLatch(1);
        LiveSession session = stoppedInAListenerUntil(returning);
        assertThat(logged.poll(Runs.LONG.toSeconds(), TimeUnit.SECONDS))
                .startsWith("WARNING Cannot stop trading tested/TEST: its thread has not come back for 0 s.");
        returning.countDown();
        assertThat(session.awaitEnd(Runs.LONG)).isTrue();
    }

    private LiveSession stoppedInAListenerUntil(CountDownLatch returning) throws InterruptedException {
        Trader trader = trader(LEASE);
        CountDownLatch heard = new CountDownLatch(1);
        trader.kit.events().on(Event.Failed.class, event -> {
            heard.countDown();
            awaitReturn(returning);
        });
        LiveSession session = Runs.live(trader.kit, ALWAYS, new StuckFeed())
                .feedSilence(Duration.ofMillis(1))
                .longestStop(Duration.ofMillis(1))
                .start();
        heard.await();
        session.stop();
        return session;
    }

    private static void awaitReturn(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitFreeSlot() {
        long end = System.nanoTime() + Runs.LONG.toNanos();
        while (holder().isPresent() && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertThat(holder()).isEmpty();
    }

    @Test
    void aStoppedSessionWhoseFeedCannotBeInterruptedKeepsTheSlotNoLonger() throws InterruptedException {
        Trader stopped = trader(SHORT);
        StuckFeed stuck = new StuckFeed() {
            @Override
            public Optional<Candle> next() {
                asked.countDown();
                while (freed.getCount() > 0) {
                    Thread.onSpinWait();
                }
                return Optional.of(Minutes.flatAt(5, 100));
            }
        };
        Set<Thread> before = keepers();
        LiveSession session = stopped.startOn(stuck);
        stuck.asked.await();
        session.stop();
        assertThat(stopped.next()).isEqualTo("Failed");
        assertThat(stopped.events.ofType(Event.Failed.class).get(0).message())
                .startsWith("Cannot stop trading tested/TEST: its thread has not come back for 0 s. It was interrupted,"
                        + " and the slot is claimed no longer");
        awaitEndOfKeeper(before);
        store.pass(SHORT);

        Trader successor = trader(LEASE);
        LiveSession second = successor.start(false);
        assertThat(successor.minuteAt(100)).isEqualTo("Opened");
        Claim claimed = holder().orElseThrow();
        stuck.freed.countDown();
        assertThat(session.awaitEnd(Runs.LONG)).isTrue();
        assertThat(stopped.next()).isEqualTo("Stopped");
        assertThat(holder()).contains(claimed);
        assertThat(second.held()).isEqualTo(store.read(Runs.KEY)).isPresent();
    }

    @Test
    void whatAStoppedSessionStillHasToTellWhenItComesBackIsRefusedIfAnotherHasTheSlot() throws InterruptedException {
        store.interfere(call -> {
            if (call.equals("write")) {
                throw StoreUnavailableException.unknown(
                        StoreFailure.of("use", "claimed:", "the test took it down", "Wait."), null);
            }
        });
        Trader stopped = trader(SHORT);
        StuckFeed stuck = new StuckFeed() {
            private boolean given;

            @Override
            public Optional<Candle> next() {
                if (!given) {
                    given = true;
                    return Optional.of(Minutes.flatAt(5, 100));
                }
                asked.countDown();
                while (freed.getCount() > 0) {
                    Thread.onSpinWait();
                }
                return Optional.empty();
            }

            @Override
            public InstantSource clock() {
                return InstantSource.fixed(Instant.ofEpochMilli(Minutes.at(6)));
            }
        };
        Set<Thread> before = keepers();
        LiveSession session = stopped.startOn(stuck);
        assertThat(stopped.next()).as("the entry in doubt").isEqualTo("Failed");
        assertThat(stopped.next()).isEqualTo("Idle");
        stuck.asked.await();
        session.stop();
        assertThat(stopped.next()).as("the stop").isEqualTo("Failed");
        awaitEndOfKeeper(before);
        store.interfere(call -> {});
        store.pass(SHORT);
        Trader successor = trader(LEASE);
        successor.start(false);
        assertThat(successor.minuteAt(100)).isEqualTo("Opened");
        stuck.freed.countDown();
        assertThat(stopped.next()).isEqualTo("ClaimLost");
        assertThat(stopped.next()).isEqualTo("Stopped");
        assertThat(session.held()).isEmpty();
        assertThat(successor.minuteAt(100)).isEqualTo("Active");
    }

    private static Set<Thread> keepers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("keep " + Runs.KEY))
                .collect(Collectors.toSet());
    }

    /** Waits until whoever began to renew a claim since then does so no more. */
    private static void awaitEndOfKeeper(Set<Thread> before) throws InterruptedException {
        for (Thread keeper : keepers()) {
            if (!before.contains(keeper)) {
                keeper.join(Runs.LONG.toMillis());
                assertThat(keeper.isAlive()).isFalse();
            }
        }
    }
}
