package io.backtestkit.laboratory.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.laboratory.history.Outcome.Kind;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.InMemorySignalStore;
import io.backtestkit.testkit.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Histories made from calls that were carried out one after the other, with intervals around the moment of each. */
class LinearizabilityTest {

    private static final SignalKey KEY = new SignalKey("made", "UP");
    private static final List<String> NAMES = List.of("c1", "c2", "c3", "c4");
    private static final long LEASE_MILLIS = 400;
    private static final long STEP_MILLIS = 10;

    private final SettableClock clock = new SettableClock(Instant.ofEpochMilli(0));

    /** Makes so many calls; each may seem to have begun so much earlier and returned so much later. */
    private List<Event> made(RandomGenerator random, int calls, long widthMillis, double unknowns) {
        List<Event> events = new ArrayList<>();
        Hand hand = new StoreHand(new InMemorySignalStore(clock), true);
        List<Client> clients = NAMES.stream()
                .map(name -> new Client(name, hand, List.of(KEY), random, LEASE_MILLIS))
                .toList();
        for (int i = 0; i < calls; i++) {
            clock.advance(Duration.ofMillis(STEP_MILLIS));
            clients.get(random.nextInt(clients.size())).play(1, (key, event) -> {
                long at = clock.instant().toEpochMilli();
                long from = at - random.nextLong(widthMillis + 1);
                long to = at + random.nextLong(widthMillis + 1);
                boolean hidden = !event.call().act().looks()
                        && event.outcome().kind() != Kind.LOST
                        && random.nextDouble() < unknowns;
                Outcome told = hidden ? Outcome.of(Kind.UNKNOWN) : event.outcome();
                events.add(new Event(
                        event.client(),
                        event.call(),
                        told,
                        new Event.Span(from * 1_000_000, to * 1_000_000, from, to)));
            });
        }
        return events;
    }

    private static boolean isGood(List<Event> events) {
        History history = new History(true);
        events.forEach(event -> history.add(KEY, event));
        return history.fault().isEmpty();
    }

    private static Event told(Event event, Outcome outcome) {
        return new Event(event.client(), event.call(), outcome, event.span());
    }

    @Test
    void whatWasDoneOneAfterTheOtherIsGoodHoweverTheIntervalsOverlap() {
        for (int seed = 0; seed < 100; seed++) {
            RandomGenerator random = new SplittableRandom(seed);
            List<Event> events = made(random, 60, random.nextInt(60), 0.1);
            assertThat(isGood(events)).as("seed %d", seed).isTrue();
        }
    }

    @Test
    void aLongHistoryIsDecided() {
        List<Event> events = made(new SplittableRandom(7), 400, 25, 0.02);
        assertThat(isGood(events)).isTrue();
        int last = lastRead(events);
        events.set(last, told(events.get(last), Outcome.found(List.of("c1-never"))));
        assertThat(isGood(events)).isFalse();
    }

    private static int lastRead(List<Event> events) {
        for (int i = events.size() - 1; i >= 0; i--) {
            if (events.get(i).call().act() == Act.READ) {
                return i;
            }
        }
        throw new AssertionError("nothing was read");
    }

    /** Without overlaps there is one answer to each question, so every other answer is wrong. */
    @Test
    void everyOtherAnswerIsFound() {
        int found = 0;
        for (int seed = 0; seed < 10; seed++) {
            List<Event> events = made(new SplittableRandom(seed), 60, 0, 0);
            for (int i = 0; i < events.size(); i++) {
                List<Event> changed = new ArrayList<>(events);
                changed.set(i, told(events.get(i), other(events.get(i))));
                assertThat(isGood(changed))
                        .as("seed %d, %s", seed, changed.get(i))
                        .isFalse();
                found++;
            }
        }
        assertThat(found).isEqualTo(600);
    }

    private static Outcome other(Event event) {
        Outcome told = event.outcome();
        return switch (event.call().act()) {
            case READ, TRADES -> Outcome.found(told.ids().isEmpty() ? List.of("c1-9") : List.of());
            case HOLDER -> Outcome.of(Kind.DONE, told.grant().isNone() ? new Grant("c1", 9, 9) : Grant.NONE);
            case CLAIM, TAKE_OVER ->
                told.kind() == Kind.HELD
                        ? Outcome.of(
                                Kind.GRANTED,
                                new Grant(
                                        event.call().asker(),
                                        told.grant().epoch() + 1,
                                        event.span().invokedMillis() + LEASE_MILLIS))
                        : Outcome.of(
                                Kind.GRANTED,
                                new Grant(told.grant().owner(), 0, told.grant().until()));
            case RELEASE -> Outcome.failed(Kind.WRONG, new IllegalStateException());
            default ->
                told.kind() == Kind.LOST ? Outcome.of(Kind.DONE, event.call().grant()) : Outcome.of(Kind.LOST);
        };
    }

    /** A value that is read though its write is said to have failed is found whatever overlaps. */
    @Test
    void aWriteThatIsSaidToHaveFailedIsFound() {
        int found = 0;
        for (int seed = 0; seed < 40; seed++) {
            List<Event> events = made(new SplittableRandom(seed), 60, 30, 0);
            String read = events.get(lastRead(events)).outcome().id();
            for (int i = 0; i < events.size() && !read.isEmpty(); i++) {
                if (events.get(i).call().id().equals(read)
                        && events.get(i).call().act() != Act.END) {
                    events.set(i, told(events.get(i), Outcome.of(Kind.FAILED)));
                    assertThat(isGood(events))
                            .as("seed %d, %s", seed, events.get(i))
                            .isFalse();
                    found++;
                    break;
                }
            }
        }
        assertThat(found).isGreaterThan(8);
    }
}
