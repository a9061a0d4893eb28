package io.backtestkit.laboratory.trouble;

import io.backtestkit.laboratory.trouble.Trouble.Nature;
import io.backtestkit.laboratory.trouble.Trouble.Place;
import io.backtestkit.servers.Certificates;
import io.backtestkit.servers.PostgresServer;
import io.backtestkit.store.StoreRefusedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A real PostgreSQL that a role reaches through TLS alone, and whose certificate expires. */
final class CertificateOfPostgres {

    private static final Duration TIMEOUT = Duration.ofMillis(700);
    private static final long LONGEST_RELOAD_NANOS = TimeUnit.SECONDS.toNanos(30);

    private static final String RULES = """
            host all postgres 127.0.0.1/32 trust
            hostssl all trader 127.0.0.1/32 trust
            hostssl all trader ::1/128 trust
            """;

    private final Certificates certificates = Certificates.make();
    private final Path rules;
    private final Path shown;
    private final PostgresServer server;

    private CertificateOfPostgres() {
        try {
            rules = Files.createTempFile("backtest-kit-hba", ".conf");
            Files.writeString(rules, RULES);
            shown = Files.createTempFile("backtest-kit-certificate", ".pem");
            Files.copy(certificates.valid(), shown, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server = new PostgresServer(Map.of(
                "hba_file", rules.toString(),
                "ssl", "on",
                "ssl_cert_file", shown.toString(),
                "ssl_key_file", certificates.key().toString()));
        server.execute("create role trader login; grant create on database postgres to trader");
    }

    /** The server shows an expired certificate to whoever connects, until it has a new one; connections it has are ended. */
    static Trouble expired() {
        CertificateOfPostgres made = new CertificateOfPostgres();
        PostgresServer server = made.server;
        String location = server.through(server.port(), server.newPlace(), TIMEOUT)
                .replace("postgres@127.0.0.1", "trader@localhost");
        return new Trouble(
                Place.at(location + "&sslRootCert=" + made.certificates.authority()),
                Nature.unreadable(StoreRefusedException.class, ""),
                () -> {
                    made.show(made.certificates.expired(), false);
                    server.execute("select pg_terminate_backend(pid, 5000) from pg_stat_activity"
                            + " where usename = 'trader'");
                },
                () -> made.show(made.certificates.valid(), true),
                made::close);
    }

    /** Lets the server read that certificate while it runs, and waits until those who connect are shown it. */
    private void show(Path certificate, boolean good) {
        try {
            Files.copy(certificate, shown, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.execute("select pg_reload_conf()");
        long end = System.nanoTime() + LONGEST_RELOAD_NANOS;
        while (isTrusted() != good) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("Cannot make trouble: the server does not take " + certificate + ".");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private boolean isTrusted() {
        String location = "jdbc:postgresql://localhost:" + server.port() + "/postgres?sslmode=verify-full&sslrootcert="
                + certificates.authority();
        try {
            DriverManager.getConnection(location, "trader", "").close();
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    private void close() {
        server.close();
        certificates.close();
        try {
            Files.delete(rules);
            Files.delete(shown);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
