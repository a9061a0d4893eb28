package io.backtestkit.cli;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.ServerVersion;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.message.MongoMessage;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An emulator in this process that speaks the protocol of MongoDB, and answers {@code hello} as a primary that stands alone:
 * what the preflight asks. It shows that the command works with that store, and proves nothing about a real server.
 */
final class EmulatedMongo {

    private static final AtomicInteger PLACES = new AtomicInteger();
    private static final int PORT = new MongoServer(new Backend()).bind().getPort();

    private EmulatedMongo() {}

    static int port() {
        return PORT;
    }

    /** Returns the location of an empty database. */
    static String location() {
        return "mongodb://127.0.0.1:" + PORT + "/hello" + PLACES.incrementAndGet() + "?singleNode=true";
    }

    private static final class Backend extends MemoryBackend {

        Backend() {
            version(ServerVersion.MONGO_5_0);
        }

        @Override
        public Document handleMessage(MongoMessage message) {
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
