package io.backtestkit.laboratory.history;

import io.backtestkit.signal.SignalKey;
import io.backtestkit.testkit.NetworkFault;
import io.backtestkit.testkit.NetworkProxy;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** Makes its calls through a network that fails now and then, each time in one of the ways of a {@link NetworkProxy}. */
final class TroubledHand implements Hand {

    private static final double TROUBLES = 0.15;

    private final Hand hand;
    private final NetworkProxy proxy;
    private final RandomGenerator random;

    TroubledHand(Hand hand, NetworkProxy proxy, RandomGenerator random) {
        this.hand = hand;
        this.proxy = proxy;
        this.random = random;
    }

    @Override
    public void prepare() {
        hand.prepare();
    }

    @Override
    public Outcome make(SignalKey key, Call call) {
        if (random.nextDouble() >= TROUBLES) {
            return hand.make(key, call);
        }
        int drawn = random.nextInt(12);
        if (drawn == 0 && call.act() == Act.WRITE) {
            return held(key, call);
        }
        trouble(drawn);
        Outcome outcome = hand.make(key, call);
        proxy.pass();
        return outcome;
    }

    /** The request waits until its client has given up, and arrives then, after whatever others have done meanwhile. */
    private Outcome held(SignalKey key, Call call) {
        proxy.holdOnce(call.id().replace('-', ' '));
        Outcome outcome = hand.make(key, call);
        try {
            proxy.deliver();
        } catch (IllegalStateException e) {
            return outcome; // it was refused before it came to that request
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return outcome;
    }

    private void trouble(int drawn) {
        int passing = random.nextInt(3);
        switch (drawn) {
            case 0 -> proxy.failOnce(NetworkFault.BLACK_HOLE, passing);
            case 1 -> proxy.failOnce(NetworkFault.DROP_REPLIES, passing);
            case 2 -> proxy.refuse();
            case 3, 4 -> proxy.cutAfter(1 + random.nextInt(3_000));
            case 5, 6 -> proxy.delay(Duration.ofMillis(1 + random.nextInt(40)));
            case 7, 8 -> proxy.failOnce(NetworkFault.RESET_REPLIES, passing);
            case 9 -> proxy.failOnce(NetworkFault.CLOSE_REPLIES, passing);
            case 10 -> proxy.failOnce(NetworkFault.CUT_REQUESTS, passing);
            default -> proxy.failOnce(NetworkFault.RESET_REQUESTS, passing);
        }
    }

    @Override
    public void close() {
        proxy.pass();
        proxy.reset(); // a call that hangs must not keep the store from closing
        try (proxy) {
            hand.close();
        }
    }
}
