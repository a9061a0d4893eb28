package io.backtestkit.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.store.postgres.PostgresFailures.Stage;
import io.backtestkit.testkit.SampleSignals;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.security.cert.CertificateExpiredException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;
import org.postgresql.util.ServerErrorMessage;

class PostgresFailuresTest {

    private static final SignalKey KEY = SampleSignals.key();
    private static final Signal HELD = SampleSignals.openLong(KEY).build();

    private final PostgresFixture fixture = new PostgresFixture(18, "");
    private boolean failing;
    private boolean ending;
    private SQLException failure = new SQLException("could not write: No space left on device", "53100");

    @AfterEach
    void close() {
        fixture.close();
    }

    /** Opens the store on a server of which every commit may fail, as on a full disk, and which may end itself then. */
    private SignalStore open() {
        PGSimpleDataSource real = new PGSimpleDataSource();
        real.setPortNumbers(new int[] {fixture.server.port()});
        real.setUser("postgres");
        DataSource source = proxy(DataSource.class, (method, arguments) -> {
            Connection connection = (Connection) method.invoke(real, arguments);
            return proxy(Connection.class, (called, given) -> {
                if (failing && called.getName().equals("commit")) {
                    connection.rollback();
                    if (ending) {
                        connection.close();
                    }
                    throw failure;
                }
                return called.invoke(connection, given);
            });
        });
        return PostgresSignalStore.on(source, PostgresOptions.defaults().inSchema(fixture.schema));
    }

    private interface Calls {
        @Nullable
        Object call(Method method, Object[] arguments) throws ReflectiveOperationException, SQLException;
    }

    private static <T> T proxy(Class<T> type, Calls calls) {
        return type.cast(Proxy.newProxyInstance(
                PostgresFailuresTest.class.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    try {
                        return calls.call(method, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    @Test
    void aFullDiskIsARefusal() {
        try (SignalStore store = open()) {
            failing = true;

            assertThatExceptionOfType(StoreRefusedException.class)
                    .isThrownBy(() -> store.write(KEY, HELD))
                    .withMessageContainingAll("No space left", "53100", "disk is full");
        }
    }

    /** It panics when it cannot write its log; the commit may be in what it wrote before. */
    @Test
    void ofAServerThatEndsItselfAtAFullDiskNobodyKnowsWhatIsDone() {
        try (SignalStore store = open()) {
            failing = true;
            ending = true;

            assertUnknown(store, "No space left");
        }
    }

    private static void assertUnknown(SignalStore store, String said) {
        StoreUnavailableException failure =
                catchThrowableOfType(StoreUnavailableException.class, () -> store.write(KEY, HELD));

        assertThat(failure.mayHaveHappened()).isTrue();
        assertThat(failure).hasMessageContainingAll(said, "ended the connection", "read it back");
    }

    /** It has the code of a right that is lacking. */
    @Test
    void ofAServerThatEndsItselfAtADiskThatBecameReadOnlyNobodyKnowsWhatIsDone() {
        try (SignalStore store = open()) {
            failing = true;
            ending = true;
            failure = new SQLException("could not fdatasync file: Read-only file system", "42501");

            assertUnknown(store, "Read-only file system");
        }
    }

    @Test
    void ofAConnectionThatBrokeRightAfterwardsNobodyKnowsWhatIsDone() {
        try (SignalStore store = open()) {
            failing = true;
            failure = new SQLException("could not fdatasync file: Read-only file system", "42501");
            failure.setNextException(new SQLException("An I/O error occurred while sending to the backend.", "08006"));

            assertUnknown(store, "Read-only file system");
        }
    }

    @Test
    void aFileTheServerMayNotUseIsNoRightOfTheRole() {
        try (SignalStore store = open()) {
            failing = true;
            failure = new SQLException("could not open file \"base/5/16385\": Permission denied", "42501");

            assertThatExceptionOfType(StoreRefusedException.class)
                    .isThrownBy(() -> store.write(KEY, HELD))
                    .withMessageContainingAll("42501", "a file of its own")
                    .withMessageNotContaining("grant");
        }
    }

    @Test
    void aBrokenEncryptionInTheMiddleIsNoFaultOfTheCertificate() {
        SQLException alert = new SQLException(
                "An I/O error occurred while sending to the backend.",
                "08006",
                new SSLException("Received fatal alert: bad_record_mac"));

        assertUnknown(failure(alert, Stage.UNDER_WAY));
        assertNotDone(failure(alert, Stage.PREPARING));
        assertThat(failure(alert, Stage.CONNECTING))
                .isInstanceOf(StoreRefusedException.class)
                .hasMessageContaining("sslRootCert");
    }

    @Test
    void ofAnAnswerThatThisProgramHadNoMemoryForNobodyKnowsWhatIsDone() {
        SQLException memory = new PSQLException(
                "Ran out of memory retrieving query results.", PSQLState.OUT_OF_MEMORY, new OutOfMemoryError());

        assertUnknown(failure(memory, Stage.UNDER_WAY));
        assertThat(failure(memory, Stage.PREPARING))
                .isInstanceOf(StoreRefusedException.class)
                .hasMessageContaining("This program is out of memory");
        assertThat(failure(said("ERROR", "53200", "out of memory"), Stage.UNDER_WAY))
                .isInstanceOf(StoreRefusedException.class)
                .hasMessageContaining("The server is out of memory");
    }

    private static void assertUnknown(SignalStoreException failure) {
        assertThat(failure)
                .isInstanceOfSatisfying(StoreUnavailableException.class, lost -> assertThat(lost.mayHaveHappened())
                        .isTrue())
                .hasMessageContaining("read it back");
    }

    private static void assertNotDone(SignalStoreException failure) {
        assertThat(failure)
                .isInstanceOfSatisfying(StoreUnavailableException.class, lost -> assertThat(lost.mayHaveHappened())
                        .isFalse())
                .hasMessageEndingWith("This attempt changed nothing: try again.");
    }

    private static SignalStoreException failure(SQLException thrown, Stage stage) {
        return new PostgresFailures("postgresql:", "").of(Act.changing("write", KEY), thrown, stage, () -> false);
    }

    @Test
    void aClosedStoreIsRefused() {
        for (SignalStore closed : List.of(open(), fixture.open())) {
            closed.close();
            closed.close();

            assertThatExceptionOfType(StoreRefusedException.class)
                    .isThrownBy(() -> closed.write(KEY, HELD))
                    .withMessage("Cannot write signal " + KEY + " in " + closed.describe()
                            + ": the store was closed. Open it again.");
            assertThatExceptionOfType(StoreRefusedException.class).isThrownBy(() -> closed.read(KEY));
        }
    }

    @Test
    void whatAPoolSaysDoesNotHideTheReason() {
        SQLException reason = new SQLException("FATAL: password authentication failed", "28P01");

        SignalStoreException failure = pooled(reason);

        assertThat(failure).isInstanceOf(StoreRefusedException.class);
        assertThat(failure).hasMessageContainingAll("password authentication failed", "28P01", "Correct the user");
    }

    @Test
    void anExpiredCertificateIsNamed() {
        SSLHandshakeException handshake = new SSLHandshakeException("validity check failed");
        handshake.initCause(new CertificateExpiredException("NotAfter: Mon Nov 23 2026"));

        SignalStoreException failure = pooled(new SQLException("SSL error: validity check failed", "08006", handshake));

        assertThat(failure).isInstanceOf(StoreRefusedException.class);
        assertThat(failure).hasMessageContainingAll("SSL error", "has expired", "NotAfter: Mon Nov 23 2026");
    }

    /** PgBouncer gives all its errors the code of a protocol violation. */
    @Test
    void ofAPoolerThatLostItsServerNobodyKnowsWhatIsDone() {
        assertUnknown(failure(said("FATAL", "08P01", "server conn crashed?"), Stage.UNDER_WAY));
        assertUnknown(failure(said("FATAL", "08P01", "bouncer config error"), Stage.UNDER_WAY));
        assertUnknown(failure(new SQLException("Unexpected packet type", "08P01"), Stage.UNDER_WAY));
        assertNotDone(pooled(said("FATAL", "08P01", "server login has been failing, try again later")));
    }

    @Test
    void aPoolerThatIsNotToldOfIsAMatterOfSettingUp() {
        for (SQLException wrong : List.of(
                said("FATAL", "08P01", "unsupported startup parameter: options"),
                said("ERROR", "08P01", "bind message supplies 3 parameters, but prepared statement \"S_1\" requires 0"),
                said("ERROR", "26000", "prepared statement \"S_1\" does not exist"))) {
            assertThat(pooled(wrong))
                    .isInstanceOf(StoreRefusedException.class)
                    .hasMessageContainingAll("transactionPooling=true", "prepareThreshold=0");
        }
        for (String said : List.of(
                "no such database: trading",
                "SASL authentication failed",
                "SSL required",
                "login rejected",
                "bouncer config error")) {
            assertThat(pooled(said("FATAL", "08P01", said)))
                    .isInstanceOf(StoreRefusedException.class)
                    .hasMessageContaining("the set-up of the pooler");
        }
        assertThat(failure(
                        said("FATAL", "08P01", "transaction blocks not allowed in statement pooling mode"),
                        Stage.PREPARING))
                .isInstanceOf(StoreRefusedException.class)
                .hasMessageContainingAll("pool_mode = transaction", "transactionPooling=true");
    }

    private static PSQLException said(String severity, String state, String message) {
        return new PSQLException(
                new ServerErrorMessage("S" + severity + "\0V" + severity + "\0C" + state + "\0M" + message + "\0"));
    }

    private static SignalStoreException pooled(SQLException reason) {
        SQLException pool =
                new SQLTransientConnectionException("Connection is not available", reason.getSQLState(), reason);
        return failure(pool, Stage.CONNECTING);
    }
}
