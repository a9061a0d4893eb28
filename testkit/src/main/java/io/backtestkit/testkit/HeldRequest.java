package io.backtestkit.testkit;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** A request that waits in a {@link NetworkProxy}: the first that holds a text, or comes after some others. Any thread may use it. */
final class HeldRequest {

    private static final int LONGEST_WAIT_SECONDS = 60;

    private final String text;
    private final AtomicInteger passing;
    private final AtomicBoolean taken = new AtomicBoolean();
    private final CountDownLatch delivery = new CountDownLatch(1);
    private final CountDownLatch answer = new CountDownLatch(1);

    /** Waits for the request that holds that text, after so many others that hold it. */
    HeldRequest(String text, int passing) {
        this.text = text;
        this.passing = new AtomicInteger(passing);
    }

    /** Says whether these bytes are the request; true at most once. */
    boolean takes(byte[] bytes, int length) {
        return !taken.get()
                && new String(bytes, 0, length, StandardCharsets.ISO_8859_1).contains(text)
                && passing.getAndDecrement() <= 0
                && taken.compareAndSet(false, true);
    }

    /** Says whether it has come. */
    boolean isTaken() {
        return taken.get();
    }

    /** Lets it go, or never holds it, and waits for nothing. */
    void release() {
        taken.set(true);
        delivery.countDown();
        answer.countDown();
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

    /** Notes that its connection has ended: it will not be answered, be it delivered or not. */
    void overtaken() {
        answer.countDown();
    }

    /** Notes that the server replied; what it said before the request went on does not count. */
    void answered() {
        if (delivery.getCount() == 0) {
            answer.countDown();
        }
    }
}
