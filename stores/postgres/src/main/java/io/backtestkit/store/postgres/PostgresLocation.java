package io.backtestkit.store.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.backtestkit.store.LocationOptions;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.StoreLocation;
import io.backtestkit.store.postgres.PostgresFailures.Stage;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
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
            "poolIdleTimeout",
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
    private static final int USUAL_PORT = 5432;
    /** The pool looks seldom, and takes less for a mistake. */
    private static final Duration SHORTEST_IDLE = Duration.ofSeconds(10);
    /** The pool gives every connection up after half an hour, and ignores what comes too near to that. */
    private static final Duration LONGEST_IDLE = Duration.ofMinutes(29);

    private final LocationOptions given;
    private final List<String> hosts = new ArrayList<>();
    private final List<Integer> ports = new ArrayList<>();
    private String user = "";
    private String password = "";
    private String database = "";
    private int poolSize;
    private Duration poolTimeout = Duration.ZERO;
    private Duration poolIdleTimeout = Duration.ZERO;
    private Duration connectTimeout = Duration.ZERO;
    private @Nullable String sslRootCert;
    private boolean insecure;
    private boolean transactionPooling;
    private PostgresOptions options = PostgresOptions.defaults();

    private PostgresLocation(StoreLocation location, UnaryOperator<@Nullable String> environment) {
        given = new LocationOptions(location, OPTIONS, environment);
        readAddress(location.address());
        readOptions();
        given.requireNoFaults("Write postgresql://user@host:5432/database?option=value.");
    }

    /**
     * Takes the location apart.
     *
     * @throws IllegalArgumentException if it is wrong; the message names every fault
     */
    static PostgresLocation of(StoreLocation location, UnaryOperator<@Nullable String> environment) {
        return new PostgresLocation(location, environment);
    }

    boolean insecure() {
        return insecure;
    }

    private void readAddress(String address) {
        Matcher parts = ADDRESS.matcher(address);
        if (!parts.matches()) {
            given.fault("it is not of the form //user@host,host/database");
            return;
        }
        String account = parts.group(1) == null ? "" : parts.group(1);
        int colon = account.indexOf(':');
        user = given.percentDecoded("user", colon < 0 ? account : account.substring(0, colon));
        password = colon < 0 ? "" : given.percentDecoded("password", account.substring(colon + 1));
        database = given.percentDecoded("database", parts.group(3));
        if (user.isEmpty()) {
            given.fault("it names no user");
        }
        for (String host : parts.group(2).split(",", -1)) {
            readHost(host);
        }
    }

    private void readHost(String text) {
        Matcher host = HOST.matcher(text);
        int port = host.matches() && host.group(2) != null ? Integer.parseInt(host.group(2)) : USUAL_PORT;
        if (!host.matches() || port < 1 || port > 65_535) {
            given.fault("'" + text + "' is no host or host:port");
            return;
        }
        hosts.add(host.group(1));
        ports.add(port);
    }

    private void readOptions() {
        password = given.password(!password.isEmpty()).orElse(password);
        poolSize = given.number("poolSize", 5, 1000);
        poolTimeout = given.duration("poolTimeout", Duration.ofSeconds(5));
        poolIdleTimeout = given.duration("poolIdleTimeout", Duration.ofSeconds(30));
        connectTimeout = given.duration("connectTimeout", Duration.ofSeconds(3));
        insecure = given.flag("insecure");
        transactionPooling = given.flag("transactionPooling");
        sslRootCert = given.text("sslRootCert").orElse(null);
        if (sslRootCert != null && !isReadable(sslRootCert)) {
            given.fault("sslRootCert was '" + sslRootCert + "', which cannot be read");
        }
        if (poolTimeout.compareTo(Duration.ofMillis(250)) < 0) {
            given.fault("poolTimeout was " + poolTimeout.toMillis() + "ms, not at least 250ms");
        }
        if (poolIdleTimeout.compareTo(SHORTEST_IDLE) < 0 || poolIdleTimeout.compareTo(LONGEST_IDLE) > 0) {
            given.fault("poolIdleTimeout was " + poolIdleTimeout.toMillis() + "ms, not at least 10s and at most 29m");
        }
        if (connectTimeout.toSeconds() < 1 || connectTimeout.toNanosPart() != 0) {
            given.fault("connectTimeout was " + connectTimeout.toMillis() + "ms, not whole seconds, at least 1");
        }
        PostgresOptions usual = PostgresOptions.defaults();
        Duration socket = given.duration("socketTimeout", usual.socketTimeout());
        try {
            options = new PostgresOptions(
                    given.text("schema"),
                    given.duration("expireAbandonedAfter"),
                    socket,
                    given.duration("statementTimeout", within(socket, usual.statementTimeout())),
                    given.duration("lockTimeout", within(socket, usual.lockTimeout())),
                    given.duration("idleInTransactionTimeout", usual.idleInTransactionTimeout()));
        } catch (IllegalArgumentException e) {
            given.fault(String.valueOf(e.getMessage())
                    .replaceFirst("^Cannot set up a PostgreSQL store: ", "")
                    .replaceFirst("\\.$", ""));
        }
    }

    private static boolean isReadable(String file) {
        try {
            return Files.isRegularFile(Path.of(file)) && Files.isReadable(Path.of(file));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** Returns the usual wait, shorter as far as the socket's is shorter than usual: the server must answer before it. */
    private static Duration within(Duration socket, Duration usual) {
        Duration longest = PostgresOptions.defaults().socketTimeout();
        return socket.compareTo(longest) < 0
                ? Duration.ofMillis(usual.toMillis() * socket.toMillis() / longest.toMillis())
                : usual;
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
        PostgresFailures failures = new PostgresFailures(store(), password);
        PGSimpleDataSource source = source(trading);
        try (Connection first = source.getConnection()) {
            first.getNetworkTimeout();
        } catch (SQLException e) {
            if (hosts.size() == 1 && new Thrown(e).isWrongRole()) {
                letPreflightRefuse(failures);
            }
            throw failures.of(Act.reading("open store"), e, Stage.CONNECTING, () -> false);
        }
        return database(pool(source), failures);
    }

    private PostgresDatabase database(HikariDataSource pool, PostgresFailures failures) {
        return transactionPooling
                ? PostgresDatabase.settingTimeouts(pool, pool::close, options, failures)
                : PostgresDatabase.withTimeouts(pool, pool::close, options, failures);
    }

    /** Lets the preflight say what is wrong with a host that takes no changes: its role, and all the rest. */
    private void letPreflightRefuse(PostgresFailures failures) {
        try (PostgresDatabase any = PostgresDatabase.withTimeouts(source(false), () -> {}, options, failures)) {
            PostgresSchema schema = PostgresSchema.of(any);
            StoreFinding.requireNoneRefused(store(), PostgresPreflight.examine(any, schema, insecure));
        }
    }

    /** Makes a pool that connects when first used. */
    HikariDataSource pool() {
        return pool(source(true));
    }

    /** Makes such a pool for work beside a store. */
    PostgresLink link() {
        HikariDataSource pool = pool();
        return new PostgresLink(pool, database(pool, new PostgresFailures(store(), password)));
    }

    private HikariDataSource pool(PGSimpleDataSource source) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(source);
        config.setMaximumPoolSize(poolSize);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(poolTimeout.toMillis());
        if (poolSize > 1) { // the pool would warn that it has no effect
            config.setIdleTimeout(poolIdleTimeout.toMillis());
        }
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
            source.setProperty(PGProperty.TARGET_SERVER_TYPE, wantedRole(trading));
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

    /** The address of one host may move to another server. A pooler's may too, but tells what its first server was. */
    private String wantedRole(boolean trading) {
        if (hosts.size() == 1 && (transactionPooling || !trading)) {
            return "any";
        }
        return trading ? "primary" : "preferPrimary";
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
