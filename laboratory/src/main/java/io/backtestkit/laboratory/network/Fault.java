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
    REFUSE;

    /** Fails from now on, until the proxy is told to pass. */
    void begin(NetworkProxy proxy, RandomGenerator random) {
        switch (this) {
            case CUT_AFTER_BYTES -> proxy.cutAfter(1 + random.nextInt(3000));
            case DELAY -> proxy.delay(Duration.ofMillis(random.nextInt(2 * (int) NetworkTrial.TIMEOUT.toMillis())));
            case RESET -> proxy.reset();
            case REFUSE -> proxy.refuse();
            default -> proxy.fail(NetworkFault.valueOf(name()), random.nextInt(3));
        }
    }
}
