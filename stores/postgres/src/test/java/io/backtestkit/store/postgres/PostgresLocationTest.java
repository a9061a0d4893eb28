package io.backtestkit.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.zaxxer.hikari.HikariDataSource;
import io.backtestkit.store.SignalStores;
import io.backtestkit.store.StoreLocation;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.store.StoreUnavailableException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGProperty;
import org.postgresql.ds.PGSimpleDataSource;

class PostgresLocationTest {

    private static final String PASSWORD = "Geheim+4711";

    private static PostgresLocation parse(String location) {
        return PostgresLocation.of(StoreLocation.parse(location), Map.of("PW", PASSWORD)::get);
    }

    private static PGSimpleDataSource source(String location) {
        return parse(location).source(true);
    }

    private static void assertRefused(String location, String... parts) {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> parse(location))
                .withMessageStartingWith("Cannot open ")
                .withMessageContainingAll(parts);
    }

    @Test
    void allPartsOfALocationAreRead() {
        PGSimpleDataSource source = source("postgresql://tr%40der:p%2Fw@db1:6000,[::1],db3/trades?insecure=true");

        assertThat(source.getServerNames()).containsExactly("db1", "[::1]", "db3");
        assertThat(source.getPortNumbers()).containsExactly(6000, 5432, 5432);
        assertThat(source.getUser()).isEqualTo("tr@der");
        assertThat(source.getPassword()).isEqualTo("p/w");
        assertThat(source.getDatabaseName()).isEqualTo("trades");
        assertThat(source.getTargetServerType()).isEqualTo("primary");
        assertThat(parse("postgresql://u:pw@db1:6000,db2/trades?schema=s").store())
                .isEqualTo("postgresql://db1:6000,db2:5432/trades?schema=s");
    }

    @Test
    void noWaitIsEndless() {
        PGSimpleDataSource source = source("postgresql://u@localhost/db");

        assertThat(source.getSocketTimeout()).isEqualTo(5);
        assertThat(source.getConnectTimeout()).isEqualTo(3);
        assertThat(source.getTcpKeepAlive()).isTrue();
        assertThat(source.getOptions())
                .contains("lock_timeout=2000", "statement_timeout=4000", "idle_in_transaction_session_timeout=10000");
    }

    @Test
    void aShorterWaitForTheSocketShortensTheServersWaits() {
        assertThat(source("postgresql://u@localhost/db?socketTimeout=2s").getOptions())
                .contains("lock_timeout=800", "statement_timeout=1600");
        assertThat(source("postgresql://u@localhost/db?socketTimeout=60s").getOptions())
                .contains("lock_timeout=2000", "statement_timeout=4000");
    }

    @Test
    void offThisMachineTheServerMustProveWhoItIs(@TempDir Path folder) throws Exception {
        Path issuer = Files.writeString(folder.resolve("ca.pem"), "");

        assertThat(source("postgresql://u@db.example.com/db").getProperty(PGProperty.SSL_MODE))
                .isEqualTo("verify-full");
        assertThat(source("postgresql://u@localhost,10.0.0.1/db").getProperty(PGProperty.SSL_MODE))
                .isEqualTo("verify-full");
        assertThat(source("postgresql://u@localhost/db?sslRootCert=" + issuer).getProperty(PGProperty.SSL_MODE))
                .isEqualTo("verify-full");
        assertThat(source("postgresql://u@127.0.0.1/db").getProperty(PGProperty.SSL_MODE))
                .isEqualTo("prefer");
        assertThat(source("postgresql://u@db.example.com/db?insecure=true").getProperty(PGProperty.SSL_MODE))
                .isEqualTo("prefer");
    }

    @Test
    void aFileOfCertificatesThatCannotBeReadIsAFaultOfTheLocation(@TempDir Path folder) {
        for (Path wrong : new Path[] {folder, folder.resolve("absent.pem")}) {
            assertRefused(
                    "postgresql://u@h/db?sslRootCert=" + wrong,
                    "sslRootCert was '" + wrong + "', which cannot be read");
        }
    }

    @Test
    void aServerWithoutTlsIsRefusedWhereTlsIsAskedFor(@TempDir Path folder) throws Exception {
        Path none = Files.writeString(folder.resolve("none.pem"), "");

        assertThatExceptionOfType(StoreRefusedException.class)
                .isThrownBy(() -> PostgresSignalStore.open(TestServer.shared(18).location("sslRootCert=" + none)))
                .withMessageContainingAll("08004", "offers no TLS", "insecure=true");
    }

    @Test
    void aServerThatAsksForAPasswordIsToBeGivenOne() {
        TestServer server = TestServer.shared(18);
        server.execute("drop role if exists " + TestServer.WITH_PASSWORD);
        server.execute("create role " + TestServer.WITH_PASSWORD + " login password '" + PASSWORD + "'");

        assertThatExceptionOfType(StoreRefusedException.class)
                .isThrownBy(() -> PostgresSignalStore.open(
                        server.location("").replace("//postgres@", "//" + TestServer.WITH_PASSWORD + "@")))
                .withMessageContainingAll("08004", "passwordEnv=NAME", "passwordFile=FILE", "~/.pgpass")
                .withMessageNotContaining("insecure");
        server.execute("drop role " + TestServer.WITH_PASSWORD);
    }

    @Test
    void aPoolerIsSentNothingOfASession() {
        PGSimpleDataSource source = source("postgresql://u@localhost/db?transactionPooling=true");

        assertThat(source.getOptions()).isNull();
        assertThat(source.getPrepareThreshold()).isZero();
    }

    @Test
    void theLocationNamesAllItsFaultsAtOnce() {
        assertRefused(
                "postgresql://localhost:99999/db?poolsiez=3&socketTimeout=0s&lockTimeout=soon&insecure=yes&poolSize=0",
                "names no user",
                "'localhost:99999' is no host",
                "the option 'poolsiez' is not known; known are connectTimeout, expireAbandonedAfter",
                "(did you mean 'poolSize'?)",
                "socketTimeout was 0s, not whole seconds",
                "lockTimeout was 'soon'",
                "insecure was 'yes'",
                "poolSize was '0'");
        assertRefused("postgresql://u@host", "//user@host,host/database");
        assertRefused(
                "postgresql://u@h/db?socketTimeout=2s&statementTimeout=3s",
                "statementTimeout was 3s, not above 0 and below socketTimeout, which was 2s");
        assertRefused("postgresql://u@h/db?expireAbandonedAfter=0s", "expireAbandonedAfter was 0s");
    }

    @Test
    void thePasswordComesFromTheEnvironmentOrAFile(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("password"), PASSWORD + "\n");

        assertThat(source("postgresql://u@h/db?passwordEnv=PW").getPassword()).isEqualTo(PASSWORD);
        assertThat(source("postgresql://u@h/db?passwordFile=" + file).getPassword())
                .isEqualTo(PASSWORD);
        assertRefused(
                "postgresql://u@h/db?passwordEnv=NONE", "the environment variable that passwordEnv names is not set");
        assertRefused("postgresql://u@h/db?passwordFile=" + folder, "the file that passwordFile names cannot be read");
        assertRefused("postgresql://u:x@h/db?passwordEnv=PW", "the password is given 2 times");
    }

    @Test
    void whyThereIsNoConnectionIsToldInPlainWords() throws IOException {
        assertUnavailable("no-such-host.invalid:5432", "the host name 'no-such-host.invalid' could not be looked up");
        assertUnavailable("localhost:1", "it could not be reached (Connection refused)", "that the server runs");
        assertUnavailable(answering("HTTP/1.1 400 Bad Request"), "does not speak as a PostgreSQL server does");
        assertUnavailable(answering(""), "it hung up at once", "Check that a PostgreSQL server listens there");
        try (ServerSocket silent = new ServerSocket(0)) {
            assertUnavailable("localhost:" + silent.getLocalPort(), "it did not answer in time");
        }
    }

    private static void assertUnavailable(String host, String... parts) {
        assertThatExceptionOfType(StoreUnavailableException.class)
                .isThrownBy(() -> PostgresSignalStore.open(
                        "postgresql://u@" + host + "/db?insecure=true&socketTimeout=1s&connectTimeout=1s"))
                .satisfies(thrown -> assertThat(thrown.mayHaveHappened()).isFalse())
                .withMessageStartingWith("Cannot open store postgresql://" + host + "/db: ")
                .withMessageContainingAll(parts)
                .withMessageEndingWith("This attempt changed nothing: try again.");
    }

    /** Returns where something reads a request, answers once, whatever it was, and hangs up. */
    private static String answering(String text) throws IOException {
        ServerSocket server = new ServerSocket(0);
        Thread answer = new Thread(() -> {
            try (server;
                    Socket caller = server.accept()) {
                caller.getInputStream().readNBytes(8);
                caller.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        answer.setDaemon(true);
        answer.start();
        return "localhost:" + server.getLocalPort();
    }

    @Test
    void severalHostsThatAreDownAreToldInPlainWords() {
        String location = "postgresql://u@localhost:1,127.0.0.1:2/db";
        for (int attempt = 0; attempt < 2; attempt++) { // the driver remembers for a while which hosts are down
            assertThatExceptionOfType(StoreUnavailableException.class)
                    .isThrownBy(() -> SignalStores.openReadOnly(location))
                    .withMessageStartingWith("Cannot open store postgresql://localhost:1,127.0.0.1:2/db: ")
                    .withMessageNotContaining("targetServerType");
            assertThatExceptionOfType(StoreUnavailableException.class)
                    .isThrownBy(() -> PostgresSignalStore.open(location))
                    .withMessageNotContaining("targetServerType");
        }
    }

    @Test
    void noFailureShowsThePassword() {
        TestServer server = TestServer.shared(18);
        server.execute("drop role if exists " + TestServer.WITH_PASSWORD);
        server.execute("create role " + TestServer.WITH_PASSWORD + " login password '" + PASSWORD + "'");
        String user = "postgresql://" + TestServer.WITH_PASSWORD;
        String here = "@localhost:" + server.port() + "/postgres?schema=nowhere";
        for (String location : new String[] {
            user + ":" + PASSWORD + here,
            user + ":wrong" + PASSWORD + here,
            user + ":" + PASSWORD + "@localhost:1/postgres",
            user + ":" + PASSWORD + here.replace("postgres?", "absent?"),
            user + ":" + PASSWORD + here + "&unknown=1",
            user + ":" + PASSWORD + "@localhost",
            user + ":?" + PASSWORD + here,
            user + ":%zz" + PASSWORD + here,
        }) {
            assertHides(PASSWORD, catchThrowable(() -> PostgresSignalStore.open(location)));
        }
        assertHides(
                TestServer.WITH_PASSWORD,
                catchThrowable(() -> PostgresSignalStore.open(user + ":" + TestServer.WITH_PASSWORD + here)));
        server.execute("drop role " + TestServer.WITH_PASSWORD);
    }

    private static void assertHides(String secret, Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        assertThat(text.toString()).doesNotContain(secret).contains("Cannot ");
    }

    @Test
    void aConnectionThatIsIdleIsKeptForAsLongAsTheLocationSays() {
        try (HikariDataSource usual = parse("postgresql://me@localhost/db").pool();
                HikariDataSource longer =
                        parse("postgresql://me@localhost/db?poolIdleTimeout=5m").pool()) {
            assertThat(usual.getIdleTimeout()).isEqualTo(30_000);
            assertThat(longer.getIdleTimeout()).isEqualTo(300_000);
        }
        assertRefused(
                "postgresql://me@localhost/db?poolIdleTimeout=9s",
                "poolIdleTimeout was 9000ms, not at least 10s and at most 29m");
        assertRefused("postgresql://me@localhost/db?poolIdleTimeout=30m", "poolIdleTimeout was 1800000ms");
    }
}
