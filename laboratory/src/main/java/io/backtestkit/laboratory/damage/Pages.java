package io.backtestkit.laboratory.damage;

import io.backtestkit.laboratory.Tally;
import io.backtestkit.servers.PostgresServer;
import io.backtestkit.signal.Signal;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.SignalStores;
import io.backtestkit.testkit.SampleSignals;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A bit of a page of PostgreSQL's table changed on the disk, while the server is down. The server's own checksums of pages
 * must notice, and the store must say so: it relies on them, and warns of a server that has none.
 */
final class Pages {

    private static final int PLACES = 40;

    private Pages() {}

    static void run(String name, long seed, Tally tally) {
        Signal signal = SampleSignals.fullyFilled(Piece.KEY).build();
        SplittableRandom random = new SplittableRandom(seed);
        try (PostgresServer server = new PostgresServer(Map.of())) {
            List<String> places = new ArrayList<>();
            for (int i = 0; i < PLACES; i++) {
                String place = server.newPlace();
                try (SignalStore store = SignalStores.open(place)) {
                    store.write(Piece.KEY, signal);
                }
                places.add(place);
            }
            List<Path> tables = places.stream()
                    .map(place -> server.file(place.substring(place.indexOf('=') + 1) + ".signals"))
                    .toList();
            server.execute("checkpoint");
            server.kill();
            for (Path table : tables) {
                flip(table, random);
            }
            server.start();
            for (int i = 0; i < PLACES; i++) {
                tally.tried();
                String trial = name + " at place " + i;
                found(places.get(i), signal).ifPresent(what -> tally.bad(trial, what));
            }
        }
    }

    private static void flip(Path table, SplittableRandom random) {
        try {
            byte[] bytes = Files.readAllBytes(table);
            int bit = random.nextInt(bytes.length * 8);
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(table, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<String> found(String place, Signal signal) {
        try (SignalStore store = SignalStores.open(place)) {
            Optional<Signal> read = store.read(Piece.KEY);
            return Optional.of(read.equals(Optional.of(signal)) ? "the page was not noticed" : "it read " + read);
        } catch (SignalStoreException told) {
            return Optional.empty();
        }
    }
}
