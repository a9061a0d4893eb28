package io.backtestkit.store.postgres;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.testkit.Damage;
import io.backtestkit.testkit.Damager;
import io.backtestkit.testkit.ExpiryFixture;
import io.backtestkit.testkit.OtherProcesses;
import io.backtestkit.testkit.ServerFixture;
import io.backtestkit.testkit.StoreFixture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A schema of its own on a shared server: a new one, or one that was emptied after another test. */
final class PostgresFixture implements StoreFixture, Damager, ServerFixture, ExpiryFixture {

    /** A change that is held in the network locks its row until the server finds its transaction idle. */
    private static final String QUICK =
            "&socketTimeout=1s&statementTimeout=900ms&lockTimeout=500ms&poolTimeout=500ms&connectTimeout=1s"
                    + "&idleInTransactionTimeout=2s";

    /** For whatever is not about time-outs: a machine that stands still for some seconds must not make a store give up. */
    static final String PATIENT =
            "socketTimeout=60s&statementTimeout=50s&lockTimeout=30s&poolTimeout=30s&connectTimeout=30s";

    private static final String ROW =
            "row(strategy_name, symbol, signal_data, signal_text, epoch, version, created_at, updated_at)::text";
    private static final AtomicInteger NEXT = new AtomicInteger();
    private static final Map<Integer, Queue<String>> EMPTIED = new ConcurrentHashMap<>();

    final TestServer server;
    final String schema;
    private final boolean reused;
    private final String options;

    PostgresFixture(int version, String options) {
        this(version, options, false);
    }

    private PostgresFixture(int version, String options, boolean reused) {
        server = TestServer.shared(version);
        this.options = options;
        this.reused = reused;
        String emptied = reused ? emptied(version).poll() : null;
        schema = emptied == null ? "place \"" + NEXT.incrementAndGet() + '"' : emptied;
    }

    /** Returns a place whose tables may be there already, empty: making them takes longer than most tests. */
    static PostgresFixture reused(int version, String options) {
        return new PostgresFixture(version, options, true);
    }

    private static Queue<String> emptied(int version) {
        return EMPTIED.computeIfAbsent(version, absent -> new ConcurrentLinkedQueue<>());
    }

    /** Returns the schema, quoted for SQL. */
    String quoted() {
        return '"' + schema.replace("\"", "\"\"") + '"';
    }

    /** Opening for trading is refused, with a message that has all of these parts. */
    static void assertRefused(String location, String... parts) {
        assertThatExceptionOfType(StoreRefusedException.class)
                .isThrownBy(() -> PostgresSignalStore.open(location))
                .withMessageStartingWith("Cannot open store postgresql://localhost:")
                .withMessageContainingAll(parts);
    }

    /** Returns what looking finds there. */
    static List<StoreFinding> check(String location) {
        try (SignalStore store = SignalStores.openReadOnly(location)) {
            return store.check();
        }
    }

    String location() {
        return patient("postgres", host(), port());
    }

    private String patient(String user, String host, int port) {
        return location(user, host, port) + "&" + PATIENT;
    }

    private String location(String user, String host, int port) {
        return "postgresql://" + user + "@" + host + ":" + port + "/postgres?schema=" + schema
                + (options.isEmpty() ? "" : "&" + options);
    }

    @Override
    public boolean offersClaims() {
        return true;
    }

    @Override
    public String name() {
        return "postgresql " + server.version;
    }

    @Override
    public SignalStore open() {
        return PostgresSignalStore.open(location());
    }

    @Override
    public Optional<Damager> damager() {
        return Optional.of(this);
    }

    /** jsonb is never half there, and an operator's other price is a price: the server's checksums guard the bits. */
    @Override
    public Set<Damage> possible() {
        return EnumSet.of(Damage.FOREIGN_TEXT, Damage.NEWER_VERSION, Damage.OTHER_KEY);
    }

    @Override
    public void damage(SignalKey key, Damage how) {
        byte[] damaged = how.of(text("signal_data::text", key).getBytes(StandardCharsets.UTF_8));
        try (var connection = server.connect();
                PreparedStatement statement = connection.prepareStatement("update " + quoted()
                        + ".signals set signal_data = ?::jsonb, signal_text = null"
                        + " where strategy_name = ? and symbol = ?")) {
            statement.setString(1, new String(damaged, StandardCharsets.UTF_8));
            statement.setString(2, key.strategy());
            statement.setString(3, key.symbol());
            statement.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public byte[] bytes(SignalKey key) {
        return text(ROW, key).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Optional<byte[]> keptBytes(SignalKey key) {
        return Optional.of(text(ROW, "signals_set_aside", key).getBytes(StandardCharsets.UTF_8));
    }

    /** The table takes no other owner that cannot be. */
    @Override
    public boolean damageClaim(SignalKey key) {
        update("claims set owner = '\u2003' where strategy_name = ? and symbol = ?", key);
        return true;
    }

    @Override
    public boolean damageTrade(SignalKey key, int number) {
        String entry = "(select sequence from " + quoted() + ".trades where strategy_name = ? and symbol = ?"
                + " order by sequence limit 1 offset " + number + ")";
        update("trades set trade_data = '{\"greeting\": 1}', trade_text = null where sequence = " + entry, key);
        return true;
    }

    /** A blank name is no key's. */
    @Override
    public boolean damageKey(SignalKey key) {
        update("signals set strategy_name = ' ' where strategy_name = ? and symbol = ?", key);
        return true;
    }

    private void update(String what, SignalKey key) {
        try (var connection = server.connect();
                PreparedStatement statement = connection.prepareStatement("update " + quoted() + "." + what)) {
            statement.setString(1, key.strategy());
            statement.setString(2, key.symbol());
            int rows = statement.executeUpdate();
            if (rows != 1) {
                throw new IllegalStateException(rows + " rows were changed by " + statement);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private String text(String what, SignalKey key) {
        return text(what, "signals", key);
    }

    private String text(String what, String table, SignalKey key) {
        try (var connection = server.connect();
                PreparedStatement statement = connection.prepareStatement("select " + what + " from " + quoted() + "."
                        + table + " where strategy_name = ? and symbol = ?")) {
            statement.setString(1, key.strategy());
            statement.setString(2, key.symbol());
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? rows.getString(1) : "";
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Removes the tables that another test may have left, so that the other processes have to make them. */
    @Override
    public Optional<OtherProcesses> otherProcesses() {
        server.execute("drop schema if exists " + quoted() + " cascade");
        return Optional.of(OtherProcesses.at(location()));
    }

    @Override
    public Optional<ServerFixture> server() {
        return Optional.of(this);
    }

    @Override
    public String host() {
        return "localhost";
    }

    @Override
    public int port() {
        return server.port();
    }

    @Override
    public SignalStore openThrough(String host, int port) {
        return PostgresSignalStore.open(location("postgres", host, port) + QUICK);
    }

    @Override
    public SignalStore openPatiently(String host, int port) {
        return PostgresSignalStore.open(patient("postgres", host, port));
    }

    @Override
    public Duration longestCall() {
        return Duration.ofSeconds(40);
    }

    @Override
    public Optional<Runnable> restart() {
        return Optional.of(() -> {
            try {
                server.killAndRestart();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Override
    public Optional<ExpiryFixture> expiry() {
        return Optional.of(this);
    }

    @Override
    public Duration after() {
        return Duration.ofSeconds(1);
    }

    @Override
    public SignalStore openExpiring() {
        return PostgresSignalStore.open(location() + "&expireAbandonedAfter=1s");
    }

    /** A role that may read every table and change none. */
    @Override
    public Optional<Supplier<SignalStore>> forbidden() {
        return Optional.of(() -> {
            server.execute("do $$ begin create role reader login; exception when duplicate_object then null; end $$;"
                    + " grant usage on schema " + quoted() + " to reader;"
                    + " grant select on all tables in schema " + quoted() + " to reader");
            return PostgresSignalStore.open(patient("reader", host(), port()));
        });
    }

    @Override
    public void close() {
        if (reused) {
            for (String table : List.of("signals", "trades", "signals_set_aside", "claims")) {
                server.execute("delete from " + quoted() + "." + table);
            }
            emptied(server.version).add(schema);
        } else {
            server.execute("drop schema if exists " + quoted() + " cascade");
        }
    }
}
