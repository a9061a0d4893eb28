package io.backtestkit.laboratory.kill;

import io.backtestkit.servers.Server;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/** A server of its own, killed again and again while several owners write; they go on when it is back, or are succeeded. */
final class ServerKills implements Trials {

    private static final int WRITERS = 3;
    private static final int MOST_STEPS = 120;
    private static final long MOST_NANOS = 4_000_000;
    private static final long LONGEST_WAIT_NANOS = Duration.ofSeconds(60).toNanos();

    private final SplittableRandom random;
    private final Server server;
    private final Place place;
    private final SignalStore store;
    private final List<Writer> writers;

    ServerKills(Places places, StoreKind kind, SplittableRandom random) {
        this.random = random;
        server = kind.server().start();
        place = places.on(server, kind);
        store = place.open();
        writers = IntStream.range(0, WRITERS)
                .mapToObj(number ->
                        new Writer(store, new SignalKey("killed", "S" + number), new Ledger(kind.endsInOneStep())))
                .toList();
    }

    @Override
    public void next() {
        long enough = acknowledged() + WRITERS + random.nextInt(MOST_STEPS);
        long nanos = random.nextLong(MOST_NANOS);
        List<Thread> threads = writers.stream()
                .map(writer -> new Thread(() -> writer.work(store), "writer"))
                .toList();
        threads.forEach(Thread::start);
        awaitAcknowledged(enough, threads);
        Moment.pass(nanos);
        server.kill();
        server.start();
        writers.forEach(Writer::stop);
        threads.forEach(ServerKills::join);

        Moment.await("the server is reached again", () -> Optional.of(store.keys()));
        writers.forEach(writer -> writer.examine(store));
        if (random.nextInt(3) == 0) {
            try (SignalStore again = place.open()) {
                writers.forEach(writer -> writer.giveWay(again));
            }
        }
    }

    private long acknowledged() {
        return writers.stream().mapToLong(Writer::acknowledged).sum();
    }

    private void awaitAcknowledged(long enough, List<Thread> threads) {
        long end = System.nanoTime() + LONGEST_WAIT_NANOS;
        while (acknowledged() < enough && threads.stream().anyMatch(Thread::isAlive)) {
            Succession.require(System.nanoTime() - end < 0, "the writers stand still");
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(50));
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join(TimeUnit.NANOSECONDS.toMillis(LONGEST_WAIT_NANOS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The experiment was interrupted.", e);
        }
        Succession.require(!thread.isAlive(), "a writer hangs although the server is back");
    }

    @Override
    public void close() {
        store.close();
        server.close();
    }
}
