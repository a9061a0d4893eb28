package io.backtestkit.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.signal.SignalKey;
import io.backtestkit.testkit.RecordedEvents;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.logging.Filter;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventsTest {

    private static final SignalKey KEY = new SignalKey("tested", "TEST");

    private final Events events = new Events();
    private final List<String> heard = new ArrayList<>();
    private final Logger log = Logger.getLogger(Events.class.getName());
    private final Filter quiet = record -> record.getLevel().intValue() > Level.WARNING.intValue();

    @BeforeEach
    void keepTheLogQuiet() {
        log.setFilter(quiet);
    }

    @AfterEach
    void restoreTheLog() {
        log.setFilter(null);
    }

    private static Event.Idle idle(int minute) {
        return new Event.Idle(KEY, Instant.EPOCH.plusSeconds(60L * minute), minute);
    }

    private Consumer<Event> listener(String name) {
        return event -> heard.add(name + " " + event.getClass().getSimpleName()
                + (event instanceof Event.Tick tick ? " " + (int) tick.price() : ""));
    }

    @Test
    void listeners_hear_each_event_in_the_order_they_were_added() {
        events.on(Event.class, listener("a"));
        events.on(Event.class, listener("b"));
        events.emit(idle(1));
        events.emit(idle(2));
        assertThat(heard).containsExactly("a Idle 1", "b Idle 1", "a Idle 2", "b Idle 2");
    }

    @Test
    void a_listener_hears_its_type_only() {
        events.on(Event.Tick.class, listener("ticks"));
        events.on(Event.Recovered.class, listener("good news"));
        events.emit(idle(1));
        events.emit(new Event.Recovered(KEY, Instant.EPOCH, "x"));
        assertThat(heard).containsExactly("ticks Idle 1", "good news Recovered");
    }

    @Test
    void the_same_listener_added_twice_hears_twice_and_each_is_taken_away_alone() {
        Consumer<Event> same = listener("a");
        Events.Subscription first = events.on(Event.class, same);
        events.on(Event.class, same);
        first.close();
        first.close();
        events.emit(idle(1));
        assertThat(heard).containsExactly("a Idle 1");
    }

    @Test
    void a_listener_added_while_an_event_is_delivered_hears_from_the_next_one_on() {
        events.on(Event.class, event -> {
            if (heard.isEmpty()) {
                events.on(Event.class, listener("late"));
            }
            heard.add("first");
        });
        events.emit(idle(1));
        events.emit(idle(2));
        assertThat(heard).containsExactly("first", "first", "late Idle 2");
    }

    @Test
    void a_listener_may_take_itself_away_while_an_event_is_delivered() {
        List<Events.Subscription> own = new ArrayList<>();
        own.add(events.on(Event.class, event -> {
            heard.add("once");
            own.get(0).close();
        }));
        events.on(Event.class, listener("stays"));
        events.emit(idle(1));
        events.emit(idle(2));
        assertThat(heard).containsExactly("once", "stays Idle 1", "stays Idle 2");
        assertThat(events.listensTo(Event.Tick.class)).isTrue();
    }

    @Test
    void it_knows_to_which_events_anybody_listens() {
        assertThat(events.listensTo(Event.Tick.class)).isFalse();
        events.on(Event.Failed.class, failed -> {});
        assertThat(events.listensTo(Event.Tick.class)).isFalse();
        events.on(Event.Closed.class, closed -> {});
        assertThat(events.listensTo(Event.Tick.class)).isTrue();
    }

    @Test
    void a_listener_that_throws_is_reported_to_the_others_and_harms_nobody() {
        RecordedEvents<Event> before = new RecordedEvents<>();
        RecordedEvents<Event> after = new RecordedEvents<>();
        IllegalStateException failure = new IllegalStateException("broken");
        events.on(Event.class, before);
        events.on(Event.Idle.class, event -> {
            throw failure;
        });
        events.on(Event.class, after);
        events.emit(idle(1));
        assertThat(before.all()).hasSize(2);
        assertThat(before.all().get(0)).isEqualTo(idle(1));
        assertThat(before.all().get(1)).isInstanceOfSatisfying(Event.Failed.class, failed -> {
            assertThat(failed.activity()).isEqualTo("call a listener");
            assertThat(failed.cause()).isSameAs(failure);
            assertThat(failed.message()).contains("Idle of tested/TEST").contains("broken");
            assertThat(failed.at()).isEqualTo(idle(1).at());
        });
        assertThat(after.all())
                .as("the report comes at once, before the rest of the delivery")
                .hasSize(2);
        assertThat(after.all().get(1)).isEqualTo(idle(1));
    }

    @Test
    void an_error_of_a_listener_harms_nobody_either() {
        RecordedEvents<Event> after = new RecordedEvents<>();
        events.on(Event.Idle.class, event -> {
            throw new AssertionError("an error");
        });
        events.on(Event.class, after);
        events.emit(idle(1));
        assertThat(after.ofType(Event.Failed.class)).singleElement().satisfies(failed -> assertThat(failed.message())
                .contains("an error"));
        assertThat(after.ofType(Event.Idle.class)).hasSize(1);
    }

    @Test
    void listeners_that_throw_at_every_failure_do_not_loop() {
        events.on(Event.class, event -> {
            heard.add("a " + event.getClass().getSimpleName());
            throw new IllegalStateException("a");
        });
        events.on(Event.Failed.class, event -> {
            heard.add("b " + event.getClass().getSimpleName());
            throw new IllegalStateException("b");
        });
        events.emit(idle(1));
        assertThat(heard).containsExactly("a Idle", "b Failed");
        heard.clear();
        events.emit(new Event.Failed(KEY, Instant.EPOCH, "test", "message", new IllegalStateException("x")));
        assertThat(heard).hasSize(4).startsWith("a Failed").contains("b Failed");
    }

    @Test
    void events_of_several_threads_come_one_at_a_time_and_in_each_threads_order() throws InterruptedException {
        RecordedEvents<Event> all = new RecordedEvents<>();
        List<String> inside = new ArrayList<>();
        events.on(Event.Tick.class, event -> {
            inside.add("in");
            assertThat(inside).hasSize(1);
            inside.remove(0);
        });
        events.on(Event.class, all);
        int threads = 4;
        CountDownLatch start = new CountDownLatch(1);
        List<Thread> running = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            SignalKey key = new SignalKey("strategy " + i, "TEST");
            Thread thread = new Thread(() -> {
                try {
                    start.await();
                } catch (InterruptedException e) {
                    return;
                }
                for (int n = 0; n < 500; n++) {
                    events.emit(new Event.Idle(key, Instant.EPOCH, n));
                }
            });
            thread.start();
            running.add(thread);
        }
        start.countDown();
        for (Thread thread : running) {
            thread.join();
        }
        assertThat(all.ofType(Event.Failed.class)).isEmpty();
        for (int i = 0; i < threads; i++) {
            SignalKey key = new SignalKey("strategy " + i, "TEST");
            assertThat(all.ofType(Event.Idle.class).stream()
                            .filter(event -> event.key().equals(key))
                            .mapToInt(event -> (int) event.price()))
                    .hasSize(500)
                    .isSorted();
        }
    }
}
