package io.backtestkit.laboratory.network;

import io.backtestkit.testkit.NetworkFault;
import io.backtestkit.testkit.NetworkProxy;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;

/** What may become of the network. */
enum Fault {
    BLACK_HOLE(at(NetworkFault.BLACK_HOLE)),
    DROP_REPLIES(at(NetworkFault.DROP_REPLIES)),
    RESET_REQUESTS(at(NetworkFault.RESET_REQUESTS)),
    CUT_REQUESTS(at(NetworkFault.CUT_REQUESTS)),
    RESET_REPLIES(at(NetworkFault.RESET_REPLIES)),
    CLOSE_REPLIES(at(NetworkFault.CLOSE_REPLIES)),
    CUT_AFTER_BYTES((proxy, random) -> proxy.cutAfter(1 + random.nextInt(3000))),
    /** Sometimes too long to wait for, sometimes not. */
    DELAY((proxy, random) -> proxy.delay(Duration.ofMillis(random.nextInt(2 * (int) NetworkTrial.TIMEOUT.toMillis())))),
    RESET((proxy, random) -> proxy.reset()),
    REFUSE((proxy, random) -> proxy.refuse());

    private final BiConsumer<NetworkProxy, RandomGenerator> beginning;

    Fault(BiConsumer<NetworkProxy, RandomGenerator> beginning) {
        this.beginning = beginning;
    }

    private static BiConsumer<NetworkProxy, RandomGenerator> at(NetworkFault fault) {
        return (proxy, random) -> proxy.fail(fault, random.nextInt(3));
    }

    /** Fails from now on, until the proxy is told to pass. */
    void begin(NetworkProxy proxy, RandomGenerator random) {
        beginning.accept(proxy, random);
    }
}
