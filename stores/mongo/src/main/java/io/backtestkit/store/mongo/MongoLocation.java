package io.backtestkit.store.mongo;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoException;
import com.mongodb.ReadConcern;
import com.mongodb.WriteConcern;
import com.mongodb.client.MongoClients;
import io.backtestkit.store.LocationOptions;
import io.backtestkit.store.StoreFailure;
import io.backtestkit.store.StoreLocation;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.store.mongo.MongoConnection.Protection;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A location taken apart: a connection string of the driver with a few options of our own. All faults are in one message,
 * which shows no password: of the address it shows what {@link StoreLocation#toString} shows, of options only names.
 */
final class MongoLocation {

    private static final String DEFAULT_DATABASE = "backtest_kit";

    private static final String FORBIDDEN_IN_NAMES = "/\\. \"$\0";

    private static final int LONGEST_MILLIS = 600_000;

    private static final List<String> OURS = List.of(
            "expireAbandonedAfter",
            "insecure",
            LocationOptions.PASSWORD_ENV,
            LocationOptions.PASSWORD_FILE,
            "singleNode");

    private static final List<String> TIMES = List.of(
            "connectTimeoutMS", "serverSelectionTimeoutMS", "socketTimeoutMS", "waitQueueTimeoutMS", "wtimeoutMS");

    private static final List<String> FLAGS =
            List.of("tls", "ssl", "tlsInsecure", "tlsAllowInvalidHostnames", "retryReads", "retryWrites");

    private static final List<String> OTHERS = List.of(
            "appName",
            "authMechanism",
            "authMechanismProperties",
            "authSource",
            "compressors",
            "directConnection",
            "heartbeatFrequencyMS",
            "journal",
            "localThresholdMS",
            "maxConnecting",
            "maxIdleTimeMS",
            "maxLifeTimeMS",
            "maxPoolSize",
            "minPoolSize",
            "readConcernLevel",
            "readPreference",
            "replicaSet",
            "serverMonitoringMode",
            "srvMaxHosts",
            "srvServiceName",
            "w",
            "zlibCompressionLevel");

    private static final List<String> KNOWN =
            Stream.of(OURS, TIMES, FLAGS, OTHERS).flatMap(List::stream).toList();

    private final StoreLocation location;
    private final LocationOptions options;

    private MongoLocation(StoreLocation location, UnaryOperator<@Nullable String> environment) {
        this.location = location;
        options = new LocationOptions(location, KNOWN, environment);
    }

    /** What a location says, checked. */
    record Parsed(
            MongoClientSettings settings,
            String database,
            List<String> hosts,
            Protection protection,
            WriteConcern writeConcern,
            ReadConcern readConcern,
            MongoOptions options) {

        /** Makes a client; it connects later. */
        MongoConnection connect() {
            return new MongoConnection(
                    MongoClients.create(settings),
                    database,
                    hosts,
                    true,
                    protection,
                    writeConcern,
                    readConcern,
                    options);
        }
    }

    /**
     * Takes a location apart.
     *
     * @throws IllegalArgumentException if the address or an option is wrong; every fault is named
     * @throws StoreUnavailableException if the name of a {@code mongodb+srv} location could not be looked up
     */
    static Parsed parse(StoreLocation location, UnaryOperator<@Nullable String> environment) {
        return new MongoLocation(location, environment).parse();
    }

    private Parsed parse() {
        MongoOptions ours = ours();
        checkDrivers();
        String connection = connectionString();
        requireNoFaults();
        ConnectionString driver = driverString(connection);
        return new Parsed(
                settings(driver),
                Optional.ofNullable(driver.getDatabase()).orElse(DEFAULT_DATABASE),
                driver.getHosts(),
                protection(driver),
                writeConcern(),
                Optional.ofNullable(driver.getReadConcern()).orElse(ReadConcern.MAJORITY),
                ours);
    }

    private MongoOptions ours() {
        boolean singleNode = options.flag("singleNode");
        boolean insecure = options.flag("insecure");
        try {
            return new MongoOptions(singleNode, insecure, options.duration("expireAbandonedAfter"));
        } catch (IllegalArgumentException e) {
            options.fault("expireAbandonedAfter was not a whole number of seconds, from one second to ten years");
            return new MongoOptions(singleNode, insecure, Optional.empty());
        }
    }

    private void checkDrivers() {
        TIMES.forEach(name -> options.number(name, 1, LONGEST_MILLIS));
        FLAGS.forEach(options::flag);
        options.number("maxPoolSize", 1, 1_000);
        options.requireOneOf("w", List.of("majority"));
        options.requireOneOf("journal", List.of("true"));
        options.requireOneOf("readPreference", List.of("primary"));
        options.requireOneOf("readConcernLevel", List.of("majority", "linearizable"));
    }

    private String connectionString() {
        String address = location.address();
        if (!address.startsWith("//") || address.length() == 2) {
            options.fault("it names no host; write " + location.scheme() + "://host/database");
            return "";
        }
        int at = address.lastIndexOf('@');
        String user = at < 0 ? "" : address.substring(2, at);
        String place = address.substring(at < 0 ? 2 : at + 1);
        checkDatabase(place);
        Optional<String> password = options.password(user.contains(":"));
        if (password.isPresent()) {
            if (user.isEmpty()) {
                options.fault("it has a password but no user; write user@host");
            }
            user += ":" + encoded(password.get());
        }
        String query = options.given().entrySet().stream()
                .filter(option -> !OURS.contains(option.getKey()))
                .map(option -> option.getKey() + "=" + encoded(option.getValue()))
                .collect(Collectors.joining("&"));
        return location.scheme() + "://" + (user.isEmpty() ? "" : user + "@") + place + (place.contains("/") ? "" : "/")
                + (query.isEmpty() ? "" : "?" + query);
    }

    /** Refuses a name that no database can have; the driver would take what follows a dot for a collection. */
    private void checkDatabase(String place) {
        int slash = place.indexOf('/');
        String name = slash < 0 ? "" : options.percentDecoded("database", place.substring(slash + 1));
        String wrong = name.chars()
                .filter(c -> FORBIDDEN_IN_NAMES.indexOf(c) >= 0)
                .distinct()
                .mapToObj(c -> switch (c) {
                    case ' ' -> "a space";
                    case 0 -> "the character NUL";
                    default -> "'" + Character.toString(c) + "'";
                })
                .collect(Collectors.joining(" and "));
        if (!wrong.isEmpty()) {
            options.fault("the name of its database has " + wrong + ", which no database can have");
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private void requireNoFaults() {
        options.requireNoFaults("Write mongodb://user@host:27017/database?option=value.");
    }

    /** The driver's own complaint is left out: it may quote a part of a password that was taken for a host. */
    private ConnectionString driverString(String connection) {
        try {
            return new ConnectionString(connection);
        } catch (IllegalArgumentException e) {
            options.fault("the driver cannot read it; check the hosts and the values of the options, and write every"
                    + " character of user and password that is not a letter or digit as %XX");
            requireNoFaults();
            throw new IllegalStateException("not reached");
        } catch (MongoException e) {
            throw StoreUnavailableException.notSent(
                    StoreFailure.of(
                            "open store",
                            location.toString(),
                            "its name could not be looked up in the DNS",
                            "Check the name and the resolver; a mongodb:// location needs no SRV records."),
                    null);
        }
    }

    private static MongoClientSettings settings(ConnectionString driver) {
        return MongoClientSettings.builder()
                .applicationName("backtest-kit")
                .retryReads(false)
                .applyToClusterSettings(cluster -> cluster.serverSelectionTimeout(5, TimeUnit.SECONDS))
                .applyToSocketSettings(
                        socket -> socket.connectTimeout(3, TimeUnit.SECONDS).readTimeout(10, TimeUnit.SECONDS))
                .applyToConnectionPoolSettings(pool -> pool.maxSize(20).maxWaitTime(5, TimeUnit.SECONDS))
                .applyConnectionString(driver)
                .retryWrites(false) // whatever is said: of two attempts the driver tells only what became of the second
                .build();
    }

    private Protection protection(ConnectionString driver) {
        if (!Boolean.TRUE.equals(driver.getSslEnabled())) {
            return Protection.NONE;
        }
        return Boolean.TRUE.equals(driver.getSslInvalidHostnameAllowed()) || options.flag("tlsInsecure")
                ? Protection.HOST_UNCHECKED
                : Protection.ENCRYPTED;
    }

    private WriteConcern writeConcern() {
        return options.text("wtimeoutMS")
                .map(wait -> MongoConnection.DURABLE.withWTimeout(Long.parseLong(wait), TimeUnit.MILLISECONDS))
                .orElse(MongoConnection.DURABLE);
    }
}
