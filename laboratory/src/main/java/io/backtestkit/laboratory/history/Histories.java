package io.backtestkit.laboratory.history;

import io.backtestkit.laboratory.Experiment;
import io.backtestkit.laboratory.Tally;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Records what several clients are told while they claim, take over, write, read, delete and end through faults, and checks that
 * each slot's history is linearizable. What is asked, and which faults come, is drawn from the name of the case; how the
 * clients meet is up to the machine.
 */
public final class Histories implements Experiment {

    private static final int CLIENTS = 3;
    private static final int SHORT_LEASE_MILLIS = 40;
    private static final long LONG_LEASE_MILLIS = TimeUnit.HOURS.toMillis(1);
    private static final long LONGEST_SECONDS = 300;

    private static final List<SignalKey> KEYS =
            List.of(new SignalKey("histories", "BTCUSDT"), new SignalKey("histories", "ETHUSDT"));

    private final int size;
    private final Places places;

    /** Makes so many histories, the stores taking turns. */
    public Histories(int size) {
        this(size, UnaryOperator.identity());
    }

    /** As the other, but with stores that were made wrong. */
    Histories(int size, UnaryOperator<SignalStore> planted) {
        this.size = size;
        places = new Places(planted);
    }

    @Override
    public String name() {
        return "histories";
    }

    @Override
    public String unit() {
        return "histories";
    }

    @Override
    public List<String> cases() {
        int stores = Places.STORES.size();
        return IntStream.range(0, size)
                .mapToObj(number -> Places.STORES.get(number % stores) + "/" + number / stores)
                .toList();
    }

    @Override
    public void run(String name, Tally tally) {
        History history = record(name);
        tally.tried();
        history.fault().ifPresent(found -> tally.bad(name, found));
    }

    /** Makes the history of that case. */
    History record(String name) {
        int slash = name.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("There is no history '" + name + "'. Name it STORE/NUMBER.");
        }
        int number = Integer.parseInt(name.substring(slash + 1));
        SplittableRandom random = new SplittableRandom(name.hashCode());
        try (Place place = places.empty(name.substring(0, slash))) {
            return record(place, random, number % 4 == 1, number % 3 == 2);
        }
    }

    /**
     * Lets the clients loose.
     *
     * @param processes whether some of them are in processes of their own
     * @param shortLeases whether leases run out meanwhile; else somebody must take over
     */
    private static History record(Place place, SplittableRandom random, boolean processes, boolean shortLeases) {
        History history = new History(place.endsAtOnce());
        List<Hand> hands = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Client> clients = new ArrayList<>();
            for (int i = 1; i <= CLIENTS; i++) {
                Hand hand = place.hand(random.split(), processes && i > 1);
                hands.add(hand);
                long lease = shortLeases ? SHORT_LEASE_MILLIS : LONG_LEASE_MILLIS;
                clients.add(new Client("c" + i, hand, KEYS, random.split(), lease));
            }
            int calls = 30 + random.nextInt(40);
            List<Future<?>> playing = new ArrayList<>();
            clients.forEach(client -> playing.add(threads.submit(() -> client.play(calls, history::add))));
            playing.forEach(Histories::await);
        } finally {
            threads.shutdownNow();
            hands.forEach(Hand::close);
        }
        return history;
    }

    private static void await(Future<?> playing) {
        try {
            playing.get(LONGEST_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException("A client failed: " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new IllegalStateException("A client had not ended after " + LONGEST_SECONDS + " s.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The run was interrupted.", e);
        }
    }
}
