package io.backtestkit.store.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.backtestkit.store.StoreLocation;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;
import org.postgresql.ds.PGSimpleDataSource;

/** A {@code postgresql:} location, taken apart and checked. It holds the password: it has no {@code toString}. */
final class PostgresLocation {

    private static final Set<String> OPTIONS = new TreeSet<>(Set.of(
            "schema",
            "poolSize",
            "poolTimeout",
            "connectTimeout",
            "socketTimeout",
            "statementTimeout",
            "lockTimeout",
            "idleInTransactionTimeout",
            "expireAbandonedAfter",
            "passwordEnv",
            "passwordFile",
            "sslRootCert",
            "insecure",
            "transactionPooling"));

    private static final Pattern ADDRESS = Pattern.compile("//(?:([^@]*)@)?([^/@]*)/([^/@]+)");
    private static final Pattern HOST = Pattern.compile("([^:\\[\\]\\s]+|\\[[0-9a-fA-F:.]+])(?::([0-9]{1,5}))?");
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");
    private static final int USUAL_PORT = 5432;

    private final Map<String, String> given;
    private final Map<String, String> environment;
    private final List<String> faults = new ArrayList<>();
    private final List<String> hosts = new ArrayList<>();
    private final List<Integer> ports = new ArrayList<>();
    private String user = "";
    private String password = "";
    private String database = "";
    private int poolSize;
    private Duration poolTimeout = Duration.ZERO;
    private Duration connectTimeout = Duration.ZERO;
    private @Nullable String sslRootCert;
    private boolean insecure;
    private boolean transactionPooling;
    private PostgresOptions options = PostgresOptions.defaults();

    private PostgresLocation(StoreLocation location, Map<String, String> environment) {
        given = new TreeMap<>(location.options());
        this.environment = environment;
        readAddress(location.address());
        readOptions();
    }

    /**
     * Takes the location apart.
     *
     * @throws IllegalArgumentException if it is wrong; the message names every fault
     */
    static PostgresLocation of(StoreLocation location, Map<String, String> environment) {
        boolean tornPassword = !location.address().contains("@")
                && location.options().toString().contains("@");
        if (tornPassword) {
            throw new IllegalArgumentException(
                    "Cannot open store 'postgresql://***': its location has a '?' before its '@'."
                            + " Write a '?' in a password as %3F.");
        }
        PostgresLocation parsed = new PostgresLocation(location, environment);
        if (!parsed.faults.isEmpty()) {
            throw new IllegalArgumentException("Cannot open store '" + location + "': "
                    + String.join("; ", parsed.faults) + ". Write postgresql://user@host:5432/database?option=value.");
        }
        return parsed;
    }

    boolean insecure() {
        return insecure;
    }

    private void readAddress(String address) {
        Matcher parts = ADDRESS.matcher(address);
        if (!parts.matches()) {
            faults.add("it is not of the form //user@host,host/database");
            return;
        }
        String account = parts.group(1) == null ? "" : parts.group(1);
        int colon = account.indexOf(':');
        user = decoded("user", colon < 0 ? account : account.substring(0, colon));
        password = colon < 0 ? "" : decoded("password", account.substring(colon + 1));
        database = decoded("database", parts.group(3));
        if (user.isEmpty()) {
            faults.add("it names no user");
        }
        for (String host : parts.group(2).split(",", -1)) {
            readHost(host);
        }
    }

    private void readHost(String text) {
        Matcher host = HOST.matcher(text);
        int port = host.matches() && host.group(2) != null ? Integer.parseInt(host.group(2)) : USUAL_PORT;
        if (!host.matches() || port < 1 || port > 65_535) {
            faults.add("'" + text + "' is no host or host:port");
            return;
        }
        hosts.add(host.group(1));
        ports.add(port);
    }

    private String decoded(String what, String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            faults.add("the " + what + " is not well percent-encoded");
            return "";
        }
    }

    private void readOptions() {
        Set<String> unknown = new TreeSet<>(given.keySet());
        unknown.removeAll(OPTIONS);
        unknown.forEach(
                name -> faults.add("the option '" + name + "' is not known; known are " + String.join(", ", OPTIONS)));
        readPassword();
        poolSize = wholeNumber("poolSize", 5, 1000);
        poolTimeout = duration("poolTimeout", Duration.ofSeconds(5));
        connectTimeout = duration("connectTimeout", Duration.ofSeconds(3));
        insecure = truth("insecure");
        transactionPooling = truth("transactionPooling");
        sslRootCert = given.get("sslRootCert");
        if (poolTimeout.compareTo(Duration.ofMillis(250)) < 0) {
            faults.add("poolTimeout was " + given.get("poolTimeout") + ", not at least 250ms");
        }
        if (connectTimeout.toSeconds() < 1 || connectTimeout.toNanosPart() != 0) {
            faults.add("connectTimeout was " + given.get("connectTimeout") + ", not whole seconds, at least 1");
        }
        PostgresOptions usual = PostgresOptions.defaults();
        Optional<Duration> expiry = given.containsKey("expireAbandonedAfter")
                ? Optional.of(duration("expireAbandonedAfter", Duration.ofDays(1)))
                : Optional.empty();
        try {
            options = new PostgresOptions(
                    Optional.ofNullable(given.get("schema")),
                    expiry,
                    duration("socketTimeout", usual.socketTimeout()),
                    duration("statementTimeout", usual.statementTimeout()),
                    duration("lockTimeout", usual.lockTimeout()),
                    duration("idleInTransactionTimeout", usual.idleInTransactionTimeout()));
        } catch (IllegalArgumentException e) {
            faults.add(String.valueOf(e.getMessage())
                    .replaceFirst("^Cannot set up a PostgreSQL store: ", "")
                    .replaceFirst("\\.$", ""));
        }
    }

    private void readPassword() {
        String variable = given.get("passwordEnv");
        String file = given.get("passwordFile");
        int sources = (password.isEmpty() ? 0 : 1) + (variable == null ? 0 : 1) + (file == null ? 0 : 1);
        if (sources > 1) {
            faults.add("the password is given " + sources + " times");
        } else if (variable != null) {
            password = environment.getOrDefault(variable, "");
            if (password.isEmpty()) {
                faults.add("passwordEnv was '" + variable + "', which is not set in the environment");
            }
        } else if (file != null) {
            try {
                password = Files.readString(Path.of(file)).strip();
            } catch (IOException | InvalidPathException e) {
                faults.add("passwordFile was '" + file + "', which cannot be read ("
                        + e.getClass().getSimpleName() + ")");
                return;
            }
            if (password.isEmpty()) {
                faults.add("passwordFile was '" + file + "', which is empty");
            }
        }
    }

    private int wholeNumber(String name, int usual, int largest) {
        String text = given.getOrDefault(name, Integer.toString(usual));
        if (!text.matches("[0-9]{1,6}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > largest) {
            faults.add(name + " was '" + text + "', not a number from 1 to " + largest);
            return usual;
        }
        return Integer.parseInt(text);
    }

    private boolean truth(String name) {
        String text = given.getOrDefault(name, "false");
        if (!text.equals("true") && !text.equals("false")) {
            faults.add(name + " was '" + text + "', not true or false");
        }
        return text.equals("true");
    }

    private Duration duration(String name, Duration usual) {
        String text = given.get(name);
        if (text == null) {
            return usual;
        }
        Matcher parts = DURATION.matcher(text);
        if (!parts.matches()) {
            faults.add(name + " was '" + text + "', not a duration such as 500ms, 5s, 15m, 12h or 7d");
            return usual;
        }
        long number = Long.parseLong(parts.group(1));
        return switch (parts.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
    }

    /** Returns where it is, without user and password. */
    String store() {
        StringBuilder text = new StringBuilder("postgresql://");
        for (int i = 0; i < hosts.size(); i++) {
            text.append(i == 0 ? "" : ",").append(hosts.get(i)).append(':').append(ports.get(i));
        }
        text.append('/').append(database);
        options.schema().ifPresent(schema -> text.append("?schema=").append(schema));
        return text.toString().replaceAll("\\R", " ");
    }

    /** Makes the pool, once a first connection has shown that it can be filled. */
    PostgresDatabase connect(boolean trading) {
        SqlFailures failures = new SqlFailures(store(), password);
        PGSimpleDataSource source = source(trading);
        try (Connection first = source.getConnection()) {
            first.getNetworkTimeout();
        } catch (SQLException e) {
            throw failures.of(Act.reading("open store"), e, false);
        }
        HikariDataSource pool = pool(source);
        return transactionPooling
                ? PostgresDatabase.settingTimeouts(pool, pool::close, options, failures)
                : PostgresDatabase.withTimeouts(pool, pool::close, options, failures);
    }

    /** Makes a pool that connects when first used. */
    HikariDataSource pool() {
        return pool(source(true));
    }

    private HikariDataSource pool(PGSimpleDataSource source) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(source);
        config.setMaximumPoolSize(poolSize);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(poolTimeout.toMillis());
        config.setValidationTimeout(
                Math.min(poolTimeout.toMillis(), options.socketTimeout().toMillis()));
        config.setInitializationFailTimeout(-1);
        config.setPoolName("backtest-kit " + database);
        return new HikariDataSource(config);
    }

    PGSimpleDataSource source(boolean trading) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(hosts.toArray(String[]::new));
        source.setPortNumbers(ports.stream().mapToInt(Integer::intValue).toArray());
        source.setDatabaseName(database);
        source.setUser(user);
        if (!password.isEmpty()) {
            source.setPassword(password);
        }
        source.setApplicationName("backtest-kit");
        source.setConnectTimeout((int) connectTimeout.toSeconds());
        source.setSocketTimeout((int) options.socketTimeout().toSeconds());
        source.setTcpKeepAlive(true);
        try {
            // With one host, what its role is wrong for is the preflight's to say.
            String wanted = trading ? "primary" : "preferPrimary";
            source.setProperty(PGProperty.TARGET_SERVER_TYPE, hosts.size() > 1 ? wanted : "any");
            source.setProperty(PGProperty.HOST_RECHECK_SECONDS, "2");
            setTls(source);
        } catch (SQLException e) {
            throw new IllegalStateException("The driver does not know one of its own properties.", e);
        }
        if (transactionPooling) {
            source.setPrepareThreshold(0);
        } else {
            source.setOptions("-c " + String.join(" -c ", options.serverSettings()));
        }
        return source;
    }

    private void setTls(PGSimpleDataSource source) throws SQLException {
        if (insecure || (sslRootCert == null && hosts.stream().allMatch(PostgresLocation::isThisMachine))) {
            source.setProperty(PGProperty.SSL_MODE, "prefer");
            return;
        }
        source.setProperty(PGProperty.SSL_MODE, "verify-full");
        if (sslRootCert == null) {
            source.setProperty(PGProperty.SSL_FACTORY, "org.postgresql.ssl.DefaultJavaSSLFactory");
        } else {
            source.setProperty(PGProperty.SSL_ROOT_CERT, sslRootCert);
        }
    }

    private static boolean isThisMachine(String host) {
        return host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.[0-9]{1,3}){3}");
    }
}
