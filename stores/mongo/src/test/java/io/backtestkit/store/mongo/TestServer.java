package io.backtestkit.store.mongo;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoDatabase;
import io.backtestkit.store.StoreLocation;
import io.backtestkit.testkit.StoreOpener;
import java.util.concurrent.atomic.AtomicInteger;

/** A server the suite runs against. */
abstract class TestServer {

    /** For whatever is not about time-outs: a machine that stands still for some seconds must not make a store give up. */
    static final String PATIENT =
            "connectTimeoutMS=60000&serverSelectionTimeoutMS=60000&socketTimeoutMS=60000&waitQueueTimeoutMS=60000";

    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final String name;
    private final String address;
    private final String query;
    private final MongoClient client;

    /** Takes a server's location without a database, for example {@code mongodb://host:27017/?replicaSet=rs0}. */
    TestServer(String name, String location) {
        this.name = name;
        int question = location.indexOf('?');
        query = question < 0 ? "" : location.substring(question + 1);
        String place = question < 0 ? location : location.substring(0, question);
        address = place.endsWith("/") ? place : place + "/";
        client = connection(address + (query.isEmpty() ? "" : "?" + query)).client();
        System.out.println("MongoDB suite: running against " + name);
    }

    static MongoConnection connection(String location) {
        return MongoLocation.parse(StoreLocation.parse(location), System::getenv)
                .connect();
    }

    final String name() {
        return name;
    }

    /** Returns {@code host:port} of the server, for a proxy in front of it. */
    abstract String hostAndPort();

    final String host() {
        return hostAndPort().replaceFirst(":[0-9]+$", "");
    }

    final int port() {
        return Integer.parseInt(hostAndPort().replaceFirst("^.*:", ""));
    }

    final String newDatabase() {
        return "bk_" + ProcessHandle.current().pid() + "_" + DATABASES.incrementAndGet();
    }

    final MongoDatabase database(String database) {
        return client.getDatabase(database);
    }

    /** Returns the location of a database on this server, with more options. */
    final String location(String database, String... options) {
        String more = String.join("&", options);
        String all = query + (query.isEmpty() || more.isEmpty() ? "" : "&") + more;
        return address + database + (all.isEmpty() ? "" : "?" + all);
    }

    /** Returns a location that leads through a proxy, with small time-outs. */
    final String through(int port, String database) {
        return "mongodb://127.0.0.1:" + port + "/" + database
                + "?directConnection=true&connectTimeoutMS=500&serverSelectionTimeoutMS=700&socketTimeoutMS=700"
                + "&waitQueueTimeoutMS=700&heartbeatFrequencyMS=500" + options();
    }

    /** Returns a location that leads through a proxy, for tests in which every reply comes. */
    final String patientlyThrough(int port, String database) {
        return "mongodb://127.0.0.1:" + port + "/" + database + "?directConnection=true&" + PATIENT + options();
    }

    String options() {
        return "";
    }

    abstract MongoSignalStore open(String location);

    /** Returns what opens a store here in another process. */
    Class<? extends StoreOpener> opener() {
        return StoreOpener.ByLocation.class;
    }

    /** Says whether the server removes what has expired. */
    boolean expires() {
        return true;
    }
}
