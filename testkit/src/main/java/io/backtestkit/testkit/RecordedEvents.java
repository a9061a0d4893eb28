package io.backtestkit.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A listener that keeps what it hears, in order. Any thread may call any method.
 *
 * @param <E> the kind of event
 */
public final class RecordedEvents<E> implements Consumer<E> {

    private final Object lock = new Object();
    private final List<E> events = new ArrayList<>();

    /** Starts with none. */
    public RecordedEvents() {}

    @Override
    public void accept(E event) {
        synchronized (lock) {
            events.add(event);
            lock.notifyAll();
        }
    }

    /** Returns what was heard so far, oldest first; it does not change any more. */
    public List<E> all() {
        synchronized (lock) {
            return List.copyOf(events);
        }
    }

    /** Returns what was heard so far of one type, oldest first. */
    public <T extends E> List<T> ofType(Class<T> type) {
        return all().stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** Forgets what was heard so far. */
    public void clear() {
        synchronized (lock) {
            events.clear();
        }
    }

    /**
     * Waits until an event that passes the test is or was heard, and returns the first one.
     *
     * @throws TimeoutException if none was heard in that time; it names what was
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    public E await(Predicate<? super E> test, Duration longest) throws InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + longest.toNanos();
        synchronized (lock) {
            int seen = 0;
            while (true) {
                for (; seen < events.size(); seen++) {
                    if (test.test(events.get(seen))) {
                        return events.get(seen);
                    }
                }
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    throw new TimeoutException("Cannot wait longer than " + longest
                            + " for the event: none of these passed the test: " + events + ".");
                }
                TimeUnit.NANOSECONDS.timedWait(lock, left);
                seen = Math.min(seen, events.size());
            }
        }
    }

    /**
     * Waits until an event of that type is or was heard, and returns the first one.
     *
     * @throws TimeoutException if none was heard in that time; it names what was
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    public <T extends E> T await(Class<T> type, Duration longest) throws InterruptedException, TimeoutException {
        return type.cast(await(type::isInstance, longest));
    }
}
