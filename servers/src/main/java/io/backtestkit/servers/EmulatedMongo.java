package io.backtestkit.servers;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.message.MongoMessage;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An emulator in this process that speaks the protocol of MongoDB, and answers {@code hello} as a primary that stands alone:
 * what the preflight asks. No proof of anything about a real server: it keeps everything in memory and knows neither sessions
 * nor expiry nor journals.
 */
public final class EmulatedMongo implements Server {

    private static final AtomicInteger PLACES = new AtomicInteger();

    private final MongoServer server = new MongoServer(new Backend());
    private final int port = server.bind().getPort();

    @Override
    public String name() {
        return "MongoDB (an emulator, no proof)";
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public String newPlace() {
        return "mongodb://127.0.0.1:" + port + "/place" + PLACES.incrementAndGet() + "?singleNode=true";
    }

    @Override
    public String through(int other, String place, Duration timeout) {
        long time = timeout.toMillis();
        return place.replace(":" + port + "/", ":" + other + "/") + "&directConnection=true&connectTimeoutMS=" + time
                + "&serverSelectionTimeoutMS=" + time + "&socketTimeoutMS=" + time + "&waitQueueTimeoutMS=" + time
                + "&heartbeatFrequencyMS=500";
    }

    @Override
    public void kill() {
        throw new UnsupportedOperationException("An emulator keeps nothing that a kill could leave.");
    }

    @Override
    public void start() {
        throw new UnsupportedOperationException("An emulator cannot be killed, so it need not be started again.");
    }

    @Override
    public void close() {
        server.shutdownNow();
    }

    private static final class Backend extends EmulatedBackend {

        @Override
        public synchronized Document handleMessage(MongoMessage message) {
            if (!message.getDocument().containsKey("hello")) {
                return super.handleMessage(message);
            }
            return new Document("isWritablePrimary", true)
                    .append("maxWireVersion", 13)
                    .append("minWireVersion", 0)
                    .append("ok", 1.0);
        }
    }
}
