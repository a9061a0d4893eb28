package io.backtestkit.event;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Where to listen. Listeners are called one after the other, in the order they were added, on the engine's thread, each event
 * before the next: hand slow work to a thread of your own. One that throws is reported as an {@link Event.Failed} and harms
 * neither the engine nor the other listeners. Any thread may add and remove listeners.
 */
public final class Events {

    private static final System.Logger LOG = System.getLogger(Events.class.getName());

    /** A class, not a record: the same consumer may be added twice, and each is a listener of its own. */
    private static final class Listener<E> {

        private final Class<E> type;
        private final Consumer<? super E> consumer;

        Listener(Class<E> type, Consumer<? super E> consumer) {
            this.type = type;
            this.consumer = consumer;
        }

        void call(Event event) {
            if (type.isInstance(event)) {
                consumer.accept(type.cast(event));
            }
        }
    }

    /** Takes a listener away again when closed. */
    @FunctionalInterface
    public interface Subscription extends AutoCloseable {
        @Override
        void close();
    }

    private final List<Listener<?>> listeners = new CopyOnWriteArrayList<>();
    private final Object delivery = new Object();

    /**
     * Calls the listener with every event of that type: {@code Event.class} for all, {@code Event.Tick.class} for one each
     * tick, {@code Event.Closed.class} for one kind.
     */
    public <E extends Event> Subscription on(Class<E> type, Consumer<? super E> listener) {
        Listener<E> added = new Listener<>(type, listener);
        listeners.add(added);
        return () -> listeners.removeIf(added::equals);
    }

    /** Says whether anybody listens to events of that type or of some of its kinds; if not, none need be made. */
    public boolean listensTo(Class<? extends Event> type) {
        if (listeners.isEmpty()) {
            return false; // asked every tick: not even an iterator
        }
        for (Listener<?> listener : listeners) {
            if (listener.type.isAssignableFrom(type) || type.isAssignableFrom(listener.type)) {
                return true;
            }
        }
        return false;
    }

    /** Delivers an event to every listener of its type before it returns. For the engine. */
    public void emit(Event event) {
        synchronized (delivery) {
            for (Listener<?> listener : listeners) {
                try {
                    listener.call(event);
                } catch (Throwable e) { // an error of a listener is the listener's, too
                    report(event, listener, e);
                }
            }
        }
    }

    /** Says whether this thread is in a listener. For the engine. */
    public boolean isDelivering() {
        return Thread.holdsLock(delivery);
    }

    private void report(Event event, Listener<?> thrower, Throwable failure) {
        Event.Failed failed = new Event.Failed(
                event.key(),
                event.at(),
                "call a listener",
                "Cannot deliver " + event.getClass().getSimpleName() + " of " + event.key()
                        + " to a listener: it threw " + failure
                        + ". The engine and the other listeners went on; mend the listener.",
                failure instanceof Exception exception ? exception : new IllegalStateException(failure));
        LOG.log(Level.WARNING, failed.message());
        for (Listener<?> listener : listeners) {
            if (!listener.equals(thrower)) {
                try {
                    listener.call(failed);
                } catch (Throwable second) {
                    LOG.log(Level.WARNING, "Cannot report a failed listener to another one: it threw " + second + ".");
                }
            }
        }
    }
}
