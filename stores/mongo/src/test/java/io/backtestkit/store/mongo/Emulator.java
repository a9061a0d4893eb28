package io.backtestkit.store.mongo;

import de.bwaldvogel.mongo.MongoServer;
import io.backtestkit.servers.EmulatedBackend;
import io.backtestkit.store.SignalStore;
import io.backtestkit.testkit.StoreOpener;
import java.net.InetSocketAddress;

/**
 * Speaks the wire protocol in this process. No proof: it keeps everything in memory, confirms every write at once, knows
 * neither {@code hello} nor sessions and expires nothing. The preflight refuses it, so the store is opened around it here.
 */
final class Emulator extends TestServer {

    private static final MongoServer SERVER = new MongoServer(new EmulatedBackend());
    private static final InetSocketAddress ADDRESS = SERVER.bind();
    private static final Emulator SHARED = new Emulator();

    private Emulator() {
        super("the emulator mongo-java-server (no proof)", "mongodb://127.0.0.1:" + ADDRESS.getPort() + "/");
    }

    static Emulator shared() {
        return SHARED;
    }

    @Override
    String hostAndPort() {
        return "127.0.0.1:" + ADDRESS.getPort();
    }

    @Override
    MongoSignalStore open(String location) {
        return Unchecked.open(location);
    }

    @Override
    Class<? extends StoreOpener> opener() {
        return Opener.class;
    }

    @Override
    boolean expires() {
        return false;
    }

    /** Opens a store around the preflight, in another process. */
    static final class Opener implements StoreOpener {
        @Override
        public SignalStore open(String location) {
            return Unchecked.open(location);
        }
    }
}
