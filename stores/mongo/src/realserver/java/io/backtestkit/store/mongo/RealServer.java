package io.backtestkit.store.mongo;

import io.backtestkit.store.StoreLocation;
import java.util.Optional;
import org.bson.Document;

/**
 * A real server, named by the environment variable {@code BACKTESTKIT_TEST_MONGO} or the system property {@code
 * backtestkit.test.mongo}: a location without a database, for example {@code mongodb://db1,db2,db3/?replicaSet=rs0}. The
 * user in it may make and drop databases.
 */
final class RealServer extends TestServer {

    /** Named when the first test needs it. */
    private static final class Configured {
        static final RealServer SERVER = new RealServer(configured());
    }

    private final MongoConnection connection;

    RealServer(String location) {
        super(nameOf(location), location);
        connection = connection(location);
    }

    private static String configured() {
        return Optional.ofNullable(System.getProperty("backtestkit.test.mongo"))
                .or(() -> Optional.ofNullable(System.getenv("BACKTESTKIT_TEST_MONGO")))
                .orElseThrow(() -> new IllegalStateException("Cannot run on a real MongoDB: none was named. Set"
                        + " BACKTESTKIT_TEST_MONGO or -Dbacktestkit.test.mongo to its location."));
    }

    private static String nameOf(String location) {
        MongoConnection connection = connection(location);
        try (var client = connection.client()) {
            Document build = client.getDatabase("admin").runCommand(new Document("buildInfo", 1));
            Document hello = client.getDatabase("admin").runCommand(new Document("hello", 1));
            return "a real MongoDB " + build.getString("version") + ", "
                    + Optional.ofNullable(hello.getString("setName")).map(set -> "replica set " + set).orElse("stand-alone")
                    + ", at " + String.join(",", connection.hosts());
        }
    }

    static RealServer shared() {
        return Configured.SERVER;
    }

    @Override
    String hostAndPort() {
        Document hello =
                connection.client().getDatabase("admin").runCommand(new Document("hello", 1));
        return Optional.ofNullable(hello.getString("me")).orElse(connection.hosts().get(0));
    }

    /** A proxy leads to one server, member of a replica set or not. */
    @Override
    String options() {
        return "&singleNode=true";
    }

    @Override
    MongoSignalStore open(String location) {
        return (MongoSignalStore) new MongoSignalStoreProvider().open(StoreLocation.parse(location));
    }
}
