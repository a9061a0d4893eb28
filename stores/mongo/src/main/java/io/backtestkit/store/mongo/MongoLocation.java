package io.backtestkit.store.mongo;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoException;
import com.mongodb.ReadConcern;
import com.mongodb.WriteConcern;
import com.mongodb.client.MongoClients;
import io.backtestkit.store.StoreFailure;
import io.backtestkit.store.StoreLocation;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.store.mongo.MongoConnection.Protection;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A location taken apart: a connection string of the driver with a few options of our own. All faults are in one message,
 * which shows no password: of the address it shows what {@link StoreLocation#toString} shows, of options only names.
 */
final class MongoLocation {

    private static final String DEFAULT_DATABASE = "backtest_kit";

    private final StoreLocation location;
    private final Function<String, @Nullable String> environment;
    private final List<String> faults = new ArrayList<>();
    private final LocationOptions options;

    private MongoLocation(StoreLocation location, Function<String, @Nullable String> environment) {
        this.location = location;
        this.environment = environment;
        options = new LocationOptions(location.options(), faults);
    }

    /** What a location says, checked. */
    record Parsed(
            MongoClientSettings settings,
            String database,
            List<String> hosts,
            Protection protection,
            WriteConcern writeConcern,
            ReadConcern readConcern,
            MongoStoreOptions options) {

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
    static Parsed parse(StoreLocation location, Function<String, @Nullable String> environment) {
        return new MongoLocation(location, environment).parse();
    }

    private Parsed parse() {
        MongoStoreOptions ours = options.ours();
        String connection = connectionString();
        throwIfFaulty();
        ConnectionString driver = driverString(connection);
        return new Parsed(
                settings(driver),
                Optional.ofNullable(driver.getDatabase()).orElse(DEFAULT_DATABASE),
                driver.getHosts(),
                protection(driver),
                writeConcern(driver),
                Optional.ofNullable(driver.getReadConcern()).orElse(ReadConcern.MAJORITY),
                ours);
    }

    private String connectionString() {
        String address = location.address();
        if (!address.startsWith("//") || address.length() == 2) {
            faults.add("it names no host; write " + location.scheme() + "://host/database");
            return "";
        }
        int at = address.lastIndexOf('@');
        String user = at < 0 ? "" : address.substring(2, at);
        String place = address.substring(at < 0 ? 2 : at + 1);
        Optional<String> password = password();
        if (password.isPresent()) {
            if (user.isEmpty() || user.contains(":")) {
                faults.add(
                        user.isEmpty()
                                ? "it has a password but no user; write user@host"
                                : "it has a password in the address and another one by option");
            }
            user += ":" + encoded(password.get());
        }
        String query = options.ofDriver().entrySet().stream()
                .map(option -> option.getKey() + "=" + encoded(option.getValue()))
                .collect(Collectors.joining("&"));
        return location.scheme() + "://" + (user.isEmpty() ? "" : user + "@") + place + (place.contains("/") ? "" : "/")
                + (query.isEmpty() ? "" : "?" + query);
    }

    private Optional<String> password() {
        String variable = options.get("passwordEnv");
        String file = options.get("passwordFile");
        if (variable != null && file != null) {
            faults.add("passwordEnv and passwordFile are both there");
        } else if (variable != null) {
            Optional<String> found =
                    Optional.ofNullable(environment.apply(variable)).filter(text -> !text.isEmpty());
            if (found.isEmpty()) {
                faults.add("the environment variable that passwordEnv names is not set");
            }
            return found;
        } else if (file != null) {
            try {
                return Optional.of(Files.readString(Path.of(file)).strip());
            } catch (IOException | InvalidPathException e) {
                faults.add("the file that passwordFile names could not be read");
            }
        }
        return Optional.empty();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private void throwIfFaulty() {
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(
                    "Cannot open store '" + location + "': " + String.join("; ", faults) + ".");
        }
    }

    /** The driver's own complaint is left out: it may quote a part of a password that was taken for a host. */
    private ConnectionString driverString(String connection) {
        try {
            return new ConnectionString(connection);
        } catch (IllegalArgumentException e) {
            faults.add("the driver cannot read it; check the hosts and the values of the options, and write every"
                    + " character of user and password that is not a letter or digit as %XX");
            throwIfFaulty();
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
                .retryWrites(false)
                .retryReads(false)
                .applyToClusterSettings(cluster -> cluster.serverSelectionTimeout(5, TimeUnit.SECONDS))
                .applyToSocketSettings(
                        socket -> socket.connectTimeout(3, TimeUnit.SECONDS).readTimeout(10, TimeUnit.SECONDS))
                .applyToConnectionPoolSettings(pool -> pool.maxSize(20).maxWaitTime(5, TimeUnit.SECONDS))
                .applyConnectionString(driver)
                .build();
    }

    private Protection protection(ConnectionString driver) {
        if (!Boolean.TRUE.equals(driver.getSslEnabled())) {
            return Protection.NONE;
        }
        return Boolean.TRUE.equals(driver.getSslInvalidHostnameAllowed()) || "true".equals(options.get("tlsInsecure"))
                ? Protection.HOST_UNCHECKED
                : Protection.ENCRYPTED;
    }

    /** Returns what was asked for, with the journal unless that was refused; what is too weak the preflight says. */
    private WriteConcern writeConcern(ConnectionString driver) {
        WriteConcern asked = driver.getWriteConcern();
        WriteConcern result = MongoConnection.DURABLE;
        if (asked != null && asked.getWObject() instanceof String w) {
            result = result.withW(w);
        } else if (asked != null && asked.getWObject() instanceof Integer w) {
            result = w == 0 ? WriteConcern.UNACKNOWLEDGED : result.withW(w);
        }
        String waiting = options.get("wtimeoutMS");
        if (waiting != null) {
            result = result.withWTimeout(Long.parseLong(waiting), TimeUnit.MILLISECONDS);
        }
        return "false".equals(options.get("journal")) ? result.withJournal(Boolean.FALSE) : result;
    }
}
