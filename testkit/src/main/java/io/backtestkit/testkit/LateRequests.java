package io.backtestkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.signal.SignalKey;
import java.util.function.Function;

/** Has each request of a call arrive late: held in the network while the slot goes on. */
final class LateRequests {

    private static final int MOST_MESSAGES = 50;
    private static final int MOST_TRIES = 5;

    private LateRequests() {}

    /** What became of one attempt to hold a message of a call. */
    private enum Holding {
        /** It was held until the slot had gone on. */
        LATE,
        /** The call needs no such message. */
        THROUGH,
        /** Something else was held, of a client that looks at its server now and then, or a slow machine made it give up. */
        NOTHING_SHOWN
    }

    /**
     * Holds the first message of the call in the network, then the second, until the call needs no more of them.
     *
     * @param what names the call
     * @param making prepares the call on a slot of its own, and has the store behind the proxy use its connection
     */
    static void holdEach(ProxiedStore proxied, String what, Function<SignalKey, LateCall> making) {
        int passing = 0;
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            Holding holding = hold(proxied, what, making, passing, tries);
            while (holding == Holding.LATE && passing < MOST_MESSAGES) {
                passing++;
                tries = 0;
                holding = hold(proxied, what, making, passing, tries);
            }
            if (holding == Holding.THROUGH) {
                break;
            }
        }
        assertThat(passing)
                .as("messages of a %s that were held; does openThrough use its address?", what)
                .isPositive()
                .isLessThan(MOST_MESSAGES);
    }

    private static Holding hold(
            ProxiedStore proxied, String what, Function<SignalKey, LateCall> making, int passing, int tries) {
        LateCall late = making.apply(new SignalKey("late", what + "-" + passing + "-" + tries));
        proxied.proxy.holdOnce(passing);
        try {
            late.begin();
            late.await(() -> late.isDone() || proxied.proxy.holds());
            if (!proxied.proxy.holds()) {
                return late.wasToldDone() ? Holding.THROUGH : Holding.NOTHING_SHOWN;
            }
            return deliverLate(proxied, late);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting", e);
        } finally {
            proxied.proxy.holdNothing();
        }
    }

    private static Holding deliverLate(ProxiedStore proxied, LateCall late) throws InterruptedException {
        boolean overtaken = late.isOvertakenSoon();
        boolean answeredBefore = late.isDone();
        proxied.proxy.deliver();
        boolean done = late.wasToldDone();
        if (!overtaken) {
            late.overtake();
        }
        late.assertChangedNothing();
        if (done && overtaken && !late.mayBeToldDone() && !answeredBefore) {
            throw new AssertionError("success was told of " + late);
        }
        return done && answeredBefore ? Holding.NOTHING_SHOWN : Holding.LATE;
    }
}
