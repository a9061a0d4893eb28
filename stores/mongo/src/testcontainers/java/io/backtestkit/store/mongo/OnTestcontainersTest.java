package io.backtestkit.store.mongo;

import org.testcontainers.mongodb.MongoDBContainer;

/** The suite on a replica set of one member that Docker runs; the image is set with {@code -Dbacktestkit.mongo.image}. */
class OnTestcontainersTest extends RealServerSuite {

    /** Started when the first test needs it; ended with this process. */
    private static final class Server {

        static final RealServer SHARED = start();

        private static RealServer start() {
            MongoDBContainer container =
                    new MongoDBContainer(System.getProperty("backtestkit.mongo.image", "mongo:7.0")).withReplicaSet();
            container.start();
            return new RealServer(container.getConnectionString() + "/?directConnection=true");
        }
    }

    @Override
    TestServer server() {
        return Server.SHARED;
    }
}
