package io.backtestkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.Claims;
import io.backtestkit.store.StoreUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Where a fixture cannot restart its server, every connection is cut and refused for a while instead. */
@Tag("server-restart")
abstract class ServerRestartContract extends NetworkContract {

    private static final int WRITES_BEFORE = 10;
    private static final Duration LEASE = Duration.ofMinutes(5);

    ServerRestartContract(Supplier<StoreFixture> fixtures) {
        super(fixtures);
    }

    private static void restart(ProxiedStore proxied) {
        proxied.server.restart().ifPresentOrElse(Runnable::run, () -> {
            proxied.proxy.refuse();
            proxied.proxy.pass();
        });
    }

    @Test
    void whatWasAcknowledgedIsThereAndTheSameStoreGoesOn() {
        behindProxy(proxied -> {
            EndedSignal ended = SampleSignals.closed(Change.held(KEY));
            SignalKey freed = new SignalKey("restart", "FREED");
            proxied.soon(() -> proxied.store.write(KEY, Change.held(KEY)));
            proxied.soon(() -> proxied.store.end(ended));
            proxied.soon(() -> proxied.store.write(KEY, Change.next(KEY)));
            proxied.soon(() -> proxied.store.write(freed, Change.held(freed)));
            proxied.soon(() -> proxied.store.delete(freed));
            Runnable owned = owned(proxied);

            restart(proxied);

            assertThat(proxied.readOnceBack(KEY)).contains(Change.next(KEY));
            assertThat(proxied.readSoon(proxied.store, freed)).isEmpty();
            proxied.soon(() -> proxied.store.write(KEY, Change.held(KEY)));
            assertThat(proxied.readSoon(store(), KEY))
                    .as("read by a store that was idle meanwhile")
                    .contains(Change.held(KEY));
            withLog(log -> assertThat(log.trades(KEY)).isEqualTo(List.of(ended)));
            owned.run();
        });
    }

    /** Has an owner claim a slot twice and write; returns the check that all of it is still there. */
    private Runnable owned(ProxiedStore proxied) {
        List<Runnable> checks = new ArrayList<>();
        withClaims(direct -> {
            Claims claims = proxied.store.claims().orElseThrow();
            granted(proxied.soon(() -> claims.claim(OTHER, "owner", LEASE)));
            Claim claim = granted(proxied.soon(() -> claims.claim(OTHER, "owner", LEASE)));
            proxied.soon(() -> claims.write(claim, Change.held(OTHER)));
            checks.add(() -> {
                assertThat(proxied.readSoon(store(), OTHER))
                        .as("what an owner wrote before the restart")
                        .contains(Change.held(OTHER));
                assertThat(direct.holder(OTHER)).as("who has the slot").contains(claim);
                proxied.soon(() -> claims.write(claim, Change.next(OTHER)));
                assertHolds(Change.next(OTHER));
                assertThat(granted(proxied.soon(() -> claims.claim(OTHER, "owner", LEASE)))
                                .epoch())
                        .as("the epoch of the next claim")
                        .isGreaterThan(claim.epoch());
            });
        });
        return () -> checks.forEach(Runnable::run);
    }

    @Test
    void aRestartInTheMiddleOfWritesLosesNoneThatWasAcknowledged() {
        behindProxy(proxied -> {
            AtomicBoolean going = new AtomicBoolean(true);
            AtomicLong begun = new AtomicLong();
            AtomicLong acknowledged = new AtomicLong();
            Attempt.UnderWay writing = Attempt.start(
                    "writing during a restart", proxied.server.longestCall().multipliedBy(4), () -> {
                        while (going.get()) {
                            write(proxied, begun.incrementAndGet(), acknowledged);
                        }
                    });
            awaitWrites(writing, acknowledged, WRITES_BEFORE);

            restart(proxied);
            awaitWrites(writing, acknowledged, begun.get() + WRITES_BEFORE);
            going.set(false);
            writing.end();

            Signal found = proxied.readSoon(store(), KEY).orElseThrow();
            assertThat(MarkedSignals.isWhole(found)).as("%s is whole", found).isTrue();
            assertThat(MarkedSignals.write(found)).isBetween(acknowledged.get(), begun.get());
        });
    }

    private static void write(ProxiedStore proxied, long number, AtomicLong acknowledged) {
        try {
            proxied.store.write(KEY, MarkedSignals.marked(KEY, "restart", number));
            acknowledged.set(number);
        } catch (StoreUnavailableException e) {
            proxied.readSoon(proxied.store, KEY).ifPresent(found -> assertThat(MarkedSignals.write(found))
                    .as("the number of the write that is there, while %d were acknowledged", acknowledged.get())
                    .isGreaterThanOrEqualTo(acknowledged.get()));
        }
    }

    private static void awaitWrites(Attempt.UnderWay writing, AtomicLong acknowledged, long wanted) {
        while (acknowledged.get() < wanted) {
            if (writing.task().isDone()) {
                writing.end();
                throw new AssertionError("the writer stopped after " + acknowledged + " writes");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }
}
