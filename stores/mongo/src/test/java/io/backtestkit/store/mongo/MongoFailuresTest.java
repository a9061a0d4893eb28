package io.backtestkit.store.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.mongodb.MongoClientException;
import com.mongodb.MongoCommandException;
import com.mongodb.MongoCredential;
import com.mongodb.MongoException;
import com.mongodb.MongoInterruptedException;
import com.mongodb.MongoSecurityException;
import com.mongodb.MongoSocketException;
import com.mongodb.MongoSocketOpenException;
import com.mongodb.MongoSocketReadException;
import com.mongodb.MongoSocketReadTimeoutException;
import com.mongodb.MongoSocketWriteException;
import com.mongodb.MongoTimeoutException;
import com.mongodb.MongoWriteConcernException;
import com.mongodb.MongoWriteException;
import com.mongodb.ServerAddress;
import com.mongodb.WriteConcernResult;
import com.mongodb.WriteError;
import com.mongodb.bulk.WriteConcernError;
import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.StoreLocation;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.store.mongo.MongoFailures.Outcome;
import io.backtestkit.testkit.SampleSignals;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MongoFailuresTest {

    private static final ServerAddress SERVER = new ServerAddress("db1", 27017);

    private static void assertOutcome(RuntimeException error, Outcome outcome) {
        assertThat(MongoFailures.ofChange(error).outcome()).as(error.toString()).isEqualTo(outcome);
    }

    private static MongoCommandException reply(int code, String message) {
        return new MongoCommandException(
                new BsonDocument("code", new BsonInt32(code)).append("errmsg", new BsonString(message)), SERVER);
    }

    /** The driver's own words, shortened. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            exception={com.mongodb.MongoSocketException: db1}, caused by {java.net.UnknownHostException: db1} | looked up
            exception={com.mongodb.MongoSocketOpenException: Exception opening socket}, caused by {java.net.ConnectException: Connection refused} | nothing listens
            exception={com.mongodb.MongoSocketOpenException: Exception opening socket}, caused by {java.net.SocketTimeoutException: Connect timed out} | a server could not be reached
            {type=REPLICA_SET, servers=[{address=db1:27017, type=REPLICA_SET_SECONDARY}, {caused by {java.net.ConnectException: Connection refused}}]} | no primary among them
            exception={com.mongodb.MongoSecurityException: Exception authenticating}, caused by {com.mongodb.MongoSocketReadException: broken} | credentials
            {type=REPLICA_SET, servers=[{address=db1:27017, type=REPLICA_SET_SECONDARY}, {address=db2:27017, exception={com.mongodb.MongoSecurityException: Exception authenticating}, caused by {error 18 (AuthenticationFailed)}}]} | credentials
            caused by {javax.net.ssl.SSLHandshakeException: Remote host terminated the handshake} | no trusted connection
            servers=[{address=db1:27017, caused by {javax.net.ssl.SSLHandshakeException: PKIX path building failed}}, {address=db2:27017, caused by {java.net.ConnectException: Connection refused}}] | no trusted connection
            {type=REPLICA_SET, servers=[{address=db1:27017, type=UNKNOWN, state=CONNECTING}]} | no primary, or no free connection
            """)
    void whatKeepsAServerFromBeingUsedIsToldApart(String servers, String found) {
        assertNoServer(servers, found, Outcome.NOT_SENT);
    }

    private static void assertNoServer(String servers, String found, Outcome outcome) {
        RuntimeException timeout = new MongoTimeoutException(
                "Timed out while waiting for a server. Client view of cluster state is " + servers);

        assertThat(MongoFailures.ofChange(timeout).found()).contains(found);
        assertOutcome(timeout, outcome);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            error 18 (AuthenticationFailed): 'Authentication failed.' on server db1:27017 | error 18 (AuthenticationFailed)
            error 8000 (AtlasError): 'bad auth : Authentication failed' on server db1:27017 | error 18 (AuthenticationFailed)
            """)
    void credentialsThatNoServerAcceptsAreRefused(String one, String other) {
        String login = ", exception={com.mongodb.MongoSecurityException: Exception authenticating}, caused by"
                + " {com.mongodb.MongoCommandException: Command failed with ";
        assertNoServer(
                "{type=UNKNOWN, servers=[{address=db1:27017" + login + one + "}}, {address=db2:27017" + login + other
                        + "}}]",
                "a server did not accept the credentials",
                Outcome.REFUSED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSLHandshakeException: PKIX path building failed: unable to find valid certification path",
                "SSLHandshakeException: No subject alternative DNS name matching db1 found.}, caused by"
                        + " {java.security.cert.CertificateException: No subject alternative DNS name matching db1 found.",
                "SSLHandshakeException: Received fatal alert: certificate_expired",
                "SSLException: Unsupported or unrecognized SSL message"
            })
    void aCertificateThatCannotBeTrustedIsRefused(String fault) {
        assertNoServer(
                "{type=UNKNOWN, servers=[{address=db1:27017, type=UNKNOWN, exception={com.mongodb.MongoSocketWriteException:"
                        + " Exception sending message}, caused by {javax.net.ssl." + fault + "}}]",
                "no trusted connection could be made",
                Outcome.REFUSED);
    }

    /** As the driver itself puts it, of an address that speaks no TLS. */
    @Test
    void aServerWithoutTlsIsRefused() throws IOException {
        try (ServerSocket plain = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread answering = new Thread(() -> answerPlainly(plain), "plain");
            answering.setDaemon(true);
            answering.start();
            String location = "mongodb://127.0.0.1:" + plain.getLocalPort() + "/?tls=true&serverSelectionTimeoutMS=";

            assertThatExceptionOfType(StoreRefusedException.class)
                    .isThrownBy(() -> openPatiently(location))
                    .withMessageContaining("no trusted connection could be made. Check that the server speaks TLS");
        }
    }

    /** The first handshake loads a thousand classes: on a busy machine it takes longer than the first of the time-outs. */
    private static void openPatiently(String location) {
        try {
            new MongoSignalStoreProvider().open(StoreLocation.parse(location + 2_000));
        } catch (StoreUnavailableException e) {
            new MongoSignalStoreProvider().open(StoreLocation.parse(location + 30_000));
        }
    }

    private static void answerPlainly(ServerSocket plain) {
        while (true) {
            try (Socket client = plain.accept()) {
                client.getOutputStream().write("I speak no TLS here.".getBytes(StandardCharsets.US_ASCII));
                client.getOutputStream().flush();
                client.getInputStream().transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                if (plain.isClosed()) {
                    return;
                }
            }
        }
    }

    @Test
    void whatWasNotSentIsKnownNotToHaveHappened() {
        assertOutcome(new MongoTimeoutException("no server"), Outcome.NOT_SENT);
        assertOutcome(new MongoSocketOpenException("refused", SERVER, new IOException()), Outcome.NOT_SENT);
        assertOutcome(new MongoSocketException("host", SERVER, new UnknownHostException("db1")), Outcome.NOT_SENT);
    }

    @Test
    void whatWasSentAndNotAnsweredIsUnknown() {
        assertOutcome(new MongoSocketReadException("reset", SERVER, new IOException()), Outcome.UNKNOWN);
        assertOutcome(new MongoSocketReadTimeoutException("late", SERVER, new IOException()), Outcome.UNKNOWN);
        assertOutcome(new MongoSocketWriteException("pipe", SERVER, new IOException()), Outcome.UNKNOWN);
        assertOutcome(new MongoInterruptedException("stop", new InterruptedException()), Outcome.UNKNOWN);
        assertOutcome(new MongoException("anything"), Outcome.UNKNOWN);
        assertOutcome(
                new MongoWriteConcernException(
                        new WriteConcernError(
                                64, "WriteConcernTimeout", "waiting for replication timed out", new BsonDocument()),
                        WriteConcernResult.acknowledged(1, true, null),
                        SERVER,
                        Set.of()),
                Outcome.UNKNOWN);
    }

    @ParameterizedTest
    @CsvSource({
        "6, UNKNOWN",
        "7, UNKNOWN",
        "202, UNKNOWN",
        "90, UNKNOWN",
        "237, UNKNOWN",
        "279, UNKNOWN",
        "355, UNKNOWN",
        "384, UNKNOWN",
        "10107, NOT_SENT",
        "13435, NOT_SENT",
        "13436, NOT_SENT",
        "112, NOT_SENT",
        "365, NOT_SENT",
        "462, NOT_SENT",
        "16500, NOT_SENT",
        "189, UNKNOWN",
        "91, UNKNOWN",
        "11600, UNKNOWN",
        "11602, UNKNOWN",
        "50, UNKNOWN",
        "262, UNKNOWN",
        "13, REFUSED",
        "18, REFUSED",
        "14031, REFUSED",
        "8000, REFUSED",
        "371, REFUSED",
        "121, REFUSED",
        "20, REFUSED"
    })
    void theServersAnswerIsToldApartByItsCode(int code, Outcome outcome) {
        assertOutcome(reply(code, "said so"), outcome);
        assertOutcome(
                new MongoWriteException(new WriteError(code, "said so", new BsonDocument()), SERVER, Set.of()),
                outcome);
    }

    @ParameterizedTest
    @ValueSource(ints = {10107, 112, 13})
    void aRouterThatDidNotHearFromTheShardDoesNotKnowWhateverTheCode(int code) {
        assertOutcome(
                reply(code, "Write results unavailable from shard a/db1:27017 :: caused by :: x"), Outcome.UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(ints = {6, 43, 50, 91, 112, 136, 175, 189, 246, 262, 365, 384, 462, 10107, 11600, 13388, 16500})
    void aReadThatMetWhatPassesIsToBeRepeated(int code) {
        MongoFailures meaning = MongoFailures.ofRead(reply(code, "said so"));

        assertThat(meaning.outcome()).isEqualTo(Outcome.NOT_SENT);
        assertThat(meaning.advice()).isEqualTo("Read again; look at the servers if it does not pass.");
    }

    @ParameterizedTest
    @ValueSource(ints = {10107, 112, 13, 121, 14031})
    void anAnswerToWhatMayBeTheSecondAttemptSaysNothingOfTheFirst(int code) {
        MongoCommandException answer = reply(code, "said so");
        MongoFailures once = MongoFailures.ofChange(answer);

        assertThat(once.ifSentTwice(answer)).isEqualTo(new MongoFailures(Outcome.UNKNOWN, once.found(), once.advice()));

        answer.addLabel("NoWritesPerformed");
        assertThat(once.ifSentTwice(answer)).isEqualTo(once);
    }

    @Test
    void whatWasNeverSentWasNotSentTwice() {
        MongoTimeoutException none = new MongoTimeoutException("no server");
        assertThat(MongoFailures.ofChange(none).ifSentTwice(none).outcome()).isEqualTo(Outcome.NOT_SENT);
    }

    @Test
    void aReadThatIsRefusedIsNotToldToFreeSpace() {
        MongoFailures meaning = MongoFailures.ofRead(reply(2, "bad value"));

        assertThat(meaning.outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(meaning.advice()).isEqualTo("Mend what it names.");
        assertThat(MongoFailures.ofRead(reply(13, "not allowed")).advice()).contains("the roles: readWrite");
    }

    @Test
    void credentialsNotAcceptedAreRefusedAndNeverShown() {
        MongoCredential credential = MongoCredential.createCredential("trader", "admin", "hunter2".toCharArray());
        MongoSecurityException error = new MongoSecurityException(
                credential, "Exception authenticating " + credential, reply(18, "Authentication failed."));

        SignalStoreException ours =
                MongoFailures.ofChange(error).exception("write signal", SampleSignals.key(), "mongodb://db1/x", error);

        assertThat(ours).isInstanceOf(StoreRefusedException.class);
        assertThat(ours.key()).contains(SampleSignals.key());
        assertThat(ours.getMessage())
                .isEqualTo("Cannot write signal breakout/BTCUSDT in mongodb://db1/x: the server did not accept the"
                        + " credentials. Check user, password and authSource.");
        StringWriter text = new StringWriter();
        ours.printStackTrace(new PrintWriter(text));
        assertThat(text.toString()).doesNotContain("hunter2");
    }

    @Test
    void aLoginThatBrokeOffMaySucceedLater() {
        MongoCredential credential = MongoCredential.createCredential("trader", "admin", "hunter2".toCharArray());
        assertOutcome(
                new MongoSecurityException(
                        credential, "broken", new MongoSocketReadException("reset", SERVER, new IOException())),
                Outcome.NOT_SENT);
        assertOutcome(
                new MongoSecurityException(credential, "stopping", reply(91, "shutdown in progress")),
                Outcome.NOT_SENT);
        assertOutcome(new MongoSecurityException(credential, "no", reply(18, "no")), Outcome.REFUSED);
    }

    @Test
    void aReadNeverMayHaveHappened() {
        RuntimeException error = new MongoSocketReadException("reset", SERVER);
        SignalStoreException read =
                MongoFailures.ofRead(error).exception("read signal", SampleSignals.key(), "mongodb://db1/x", error);

        assertThat(read).isInstanceOfSatisfying(StoreUnavailableException.class, e -> assertThat(e.mayHaveHappened())
                .isFalse());
    }

    @Test
    void whatTheDriverWillNotSendIsRefused() {
        assertOutcome(new MongoClientException("retryable writes are not supported"), Outcome.REFUSED);
        assertOutcome(new IllegalStateException("state should be: open"), Outcome.REFUSED);
    }
}
