package io.backtestkit.laboratory.network;

import io.backtestkit.testkit.NetworkFault;
import io.backtestkit.testkit.NetworkProxy;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** What may become of the network. */
enum Fault {
    BLACK_HOLE,
    DROP_REPLIES,
    RESET_REQUESTS,
    CUT_REQUESTS,
    RESET_REPLIES,
    CLOSE_REPLIES,
    CUT_AFTER_BYTES,
    /** Sometimes too long to wait for, sometimes not. */
    DELAY,
    RESET,
    REFUSE,
    /** A request is held back, and what follows it on its connection, and arrives when the fault is over. */
    LATE;

    /** Fails from now on, until it is ended. */
    void begin(NetworkProxy proxy, RandomGenerator random) {
        switch (this) {
            case CUT_AFTER_BYTES -> proxy.cutAfter(1 + random.nextInt(3000));
            case DELAY -> proxy.delay(Duration.ofMillis(random.nextInt(2 * (int) NetworkTrial.TIMEOUT.toMillis())));
            case RESET -> proxy.reset();
            case REFUSE -> proxy.refuse();
            case LATE -> proxy.holdOnce("");
            default -> proxy.fail(NetworkFault.valueOf(name()), random.nextInt(3));
        }
    }

    /** Lets everything pass again; a late request arrives before this returns, if one was held back. */
    void end(NetworkProxy proxy) {
        proxy.pass();
        if (this == LATE) {
            try {
                proxy.deliver();
            } catch (IllegalStateException e) {
                return; // no request came while it lasted
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
