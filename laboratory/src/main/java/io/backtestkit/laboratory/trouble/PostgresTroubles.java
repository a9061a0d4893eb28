package io.backtestkit.laboratory.trouble;

import io.backtestkit.laboratory.trouble.Trouble.Nature;
import io.backtestkit.laboratory.trouble.Trouble.Place;
import io.backtestkit.servers.PostgresServer;
import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.store.StoreUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Troubles of a real PostgreSQL, met by a role that is not its owner and has a password. */
final class PostgresTroubles {

    private static final String SECRET = "wunderbar-7319";
    private static final String OTHERS = "someone-else";
    private static final String END_CONNECTIONS =
            "select pg_terminate_backend(pid, 5000) from pg_stat_activity where usename = 'trader'";
    private static final Duration TIMEOUT = Duration.ofMillis(700);
    private static final long LONGEST_RELOAD_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final int MOST_ATTEMPTS = 200;

    private final Path rules;
    private final PostgresServer server;
    private final List<Connection> taken = new ArrayList<>();

    private PostgresTroubles() {
        try {
            rules = Files.createTempFile("backtest-kit-hba", ".conf");
            Files.writeString(rules, "host all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server = new PostgresServer(Map.of("hba_file", rules.toString(), "max_connections", "16"));
        server.execute("create role trader login password '" + SECRET + "'; create role others login password '"
                + OTHERS + "'; grant create on database postgres to trader");
    }

    /** New sessions and those that are there may only read. */
    static Trouble readOnly() {
        PostgresTroubles troubles = new PostgresTroubles();
        return troubles.trouble(
                Nature.readable(StoreRefusedException.class),
                () -> troubles.setReadOnly("on"),
                () -> troubles.setReadOnly("off"));
    }

    /** The connections that are there are ended, as by a restart; new ones are refused until the old password is set again. */
    static Trouble passwordChanged() {
        PostgresTroubles troubles = new PostgresTroubles();
        return troubles.trouble(
                unreadable(StoreRefusedException.class),
                troubles::changePassword,
                () -> troubles.server.execute("alter role trader password '" + SECRET + "'"));
    }

    /** In two transactions: until the first has ended, the old password is good for connecting again. */
    private void changePassword() {
        server.execute("alter role trader password 'another'");
        server.execute(END_CONNECTIONS);
    }

    /** Others take every connection that the server has, those of the session as well. */
    static Trouble tooManyConnections() {
        PostgresTroubles troubles = new PostgresTroubles();
        return troubles.trouble(
                unreadable(StoreUnavailableException.class), troubles::takeConnections, troubles::giveConnectionsBack);
    }

    static Trouble serverGone() {
        PostgresTroubles troubles = new PostgresTroubles();
        return troubles.trouble(
                unreadable(StoreUnavailableException.class), troubles.server::kill, troubles.server::start);
    }

    private static Nature unreadable(Class<? extends SignalStoreException> failure) {
        return Nature.unreadable(failure, SECRET);
    }

    private Trouble trouble(Nature nature, Runnable begin, Runnable end) {
        String location = server.through(server.port(), server.newPlace(), TIMEOUT)
                .replace("postgres@", "trader:" + SECRET + "@");
        return new Trouble(Place.at(location), nature, begin, end, this::close);
    }

    /** Returns when it holds: whoever connects from now on, and whoever did before, is told so at the next statement. */
    private void setReadOnly(String value) {
        server.execute("alter system set default_transaction_read_only = " + value);
        server.execute("select pg_reload_conf()");
        long end = System.nanoTime() + LONGEST_RELOAD_NANOS;
        while (!server.setting("default_transaction_read_only").equals(value)) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("Cannot make trouble: the server does not load its settings again.");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    private void takeConnections() {
        int refusedInARow = 0;
        for (int i = 0; i < MOST_ATTEMPTS && refusedInARow < 3; i++) {
            try {
                taken.add(DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + server.port() + "/postgres", "others", OTHERS));
                refusedInARow = 0;
            } catch (SQLException e) {
                if (!"53300".equals(e.getSQLState())) {
                    throw new IllegalStateException("Cannot make trouble: " + e.getMessage(), e);
                }
                refusedInARow++;
                server.execute(END_CONNECTIONS);
            }
        }
        if (refusedInARow < 3) {
            throw new IllegalStateException("Cannot make trouble: the server takes any number of connections.");
        }
    }

    private void giveConnectionsBack() {
        try {
            for (Connection connection : taken) {
                connection.close();
            }
            taken.clear();
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot end a trouble: " + e.getMessage(), e);
        }
    }

    private void close() {
        giveConnectionsBack();
        server.close();
        try {
            Files.delete(rules);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
