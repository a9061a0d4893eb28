package io.backtestkit.laboratory.history;

import io.backtestkit.servers.Folders;
import io.backtestkit.servers.Server;
import io.backtestkit.servers.ServerKind;
import io.backtestkit.servers.SharedServers;
import io.backtestkit.store.InMemorySignalStore;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.testkit.NetworkProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/** The stores that histories are made on. Servers are started when they are needed first, and end with this process. */
final class Places {

    /** Their names, in the order in which histories take turns. */
    static final List<String> STORES = List.of("files", "redis", "postgres", "mongo", "memory");

    private static final double KILLS = 0.03;

    private static final long LONGEST_OPENING_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private static final SharedServers SERVERS = new SharedServers();

    private final UnaryOperator<SignalStore> planted;

    /** Hands out stores changed by that operator; those in other processes are not. */
    Places(UnaryOperator<SignalStore> planted) {
        this.planted = planted;
    }

    /** Makes an empty place. */
    Place empty(String store) {
        return switch (store) {
            case "files" -> new Folder();
            case "redis" -> new OnServer(SERVERS.get(ServerKind.REDIS));
            case "postgres" -> new OnServer(SERVERS.get(ServerKind.POSTGRES));
            case "mongo" -> new OnServer(SERVERS.get(ServerKind.MONGO));
            case "memory" -> new Memory();
            default -> throw new IllegalArgumentException("There is no store '" + store + "'. Known: " + STORES + ".");
        };
    }

    /** Opens the store there; a busy machine may need longer than the store's own patience. */
    static SignalStore opened(String location) {
        long end = System.nanoTime() + LONGEST_OPENING_NANOS;
        while (true) {
            try {
                return SignalStores.open(location);
            } catch (StoreUnavailableException e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private final class Memory implements Place {

        private final SignalStore store = new InMemorySignalStore();

        @Override
        public Hand hand(RandomGenerator random, boolean elsewhere) {
            return new StoreHand(planted.apply(store), false);
        }

        @Override
        public boolean endsAtOnce() {
            return true;
        }

        @Override
        public void close() {
            store.close();
        }
    }

    private final class Folder implements Place {

        private final Path folder;

        Folder() {
            try {
                folder = Files.createTempDirectory("backtest-kit-history");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public Hand hand(RandomGenerator random, boolean elsewhere) {
            String location = "file:" + folder;
            return elsewhere
                    ? new ProcessHand(location, random, KILLS)
                    : new StoreHand(planted.apply(opened(location)), true);
        }

        @Override
        public boolean endsAtOnce() {
            return false;
        }

        @Override
        public void close() {
            Folders.remove(folder);
        }
    }

    private final class OnServer implements Place {

        private final Server server;
        private final String location;

        OnServer(Server server) {
            this.server = server;
            this.location = server.newPlace();
        }

        @Override
        public Hand hand(RandomGenerator random, boolean elsewhere) {
            NetworkProxy proxy = new NetworkProxy(server.host(), server.port());
            String through = server.through(proxy.port(), location);
            Hand hand = elsewhere
                    ? new ProcessHand(through, random, KILLS)
                    : new StoreHand(planted.apply(opened(through)), true);
            return new TroubledHand(hand, proxy, random);
        }

        @Override
        public boolean endsAtOnce() {
            return true;
        }

        @Override
        public void close() {}
    }
}
