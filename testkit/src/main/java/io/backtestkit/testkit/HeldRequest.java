package io.backtestkit.testkit;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** A request that waits in a {@link NetworkProxy}: the first that holds a text. Any thread may use it. */
final class HeldRequest {

    private static final int LONGEST_WAIT_SECONDS = 60;

    private final String text;
    private final AtomicBoolean taken = new AtomicBoolean();
    private final CountDownLatch delivery = new CountDownLatch(1);
    private final CountDownLatch answer = new CountDownLatch(1);

    HeldRequest(String text) {
        this.text = text;
    }

    /** Says whether these bytes are the request; true at most once. */
    boolean takes(byte[] bytes, int length) {
        return !taken.get()
                && new String(bytes, 0, length, StandardCharsets.ISO_8859_1).contains(text)
                && taken.compareAndSet(false, true);
    }

    /** Says whether it has come. */
    boolean isTaken() {
        return taken.get();
    }

    void awaitDelivery() throws InterruptedException {
        delivery.await();
    }

    /** Lets it go, and says whether it was there and has been answered within a minute. */
    boolean deliver() throws InterruptedException {
        delivery.countDown();
        return taken.get() && answer.await(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS);
    }

    /** Waits until the server has answered it, a minute at most. */
    void awaitAnswer() throws InterruptedException {
        if (!answer.await(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS)) {
            answer.countDown();
        }
    }

    /** Notes that the server replied, or closed the connection; what it said before the request went on does not count. */
    void answered() {
        if (delivery.getCount() == 0) {
            answer.countDown();
        }
    }
}
