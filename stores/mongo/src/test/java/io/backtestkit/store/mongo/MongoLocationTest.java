package io.backtestkit.store.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.mongodb.MongoClientSettings;
import com.mongodb.MongoCredential;
import com.mongodb.ReadConcern;
import io.backtestkit.store.StoreLocation;
import io.backtestkit.store.mongo.MongoConnection.Protection;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MongoLocationTest {

    private static final String SECRET = "p:s/w@r?d #%$1";

    private static MongoLocation.Parsed parse(String location) {
        return MongoLocation.parse(StoreLocation.parse(location), Map.of("PW", SECRET)::get);
    }

    private static void assertRefused(String location, String... texts) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse(location))
                .withMessageContainingAll(texts)
                .withMessageStartingWith("Cannot open store 'mongodb");
    }

    @Test
    void everyTimeOutIsFinite() {
        MongoClientSettings settings = parse("mongodb://db1,db2:27018/trading").settings();

        assertThat(settings.getClusterSettings().getServerSelectionTimeout(TimeUnit.MILLISECONDS))
                .isEqualTo(5_000);
        assertThat(settings.getSocketSettings().getConnectTimeout(TimeUnit.MILLISECONDS))
                .isEqualTo(3_000);
        assertThat(settings.getSocketSettings().getReadTimeout(TimeUnit.MILLISECONDS))
                .isEqualTo(10_000);
        assertThat(settings.getConnectionPoolSettings().getMaxWaitTime(TimeUnit.MILLISECONDS))
                .isEqualTo(5_000);
        assertThat(settings.getConnectionPoolSettings().getMaxSize()).isEqualTo(20);
        assertThat(settings.getRetryWrites()).isFalse();
        assertThat(settings.getRetryReads()).isFalse();
        assertThat(parse("mongodb://db1").writeConcern()).isEqualTo(MongoConnection.DURABLE);
        assertThat(parse("mongodb://db1").readConcern()).isEqualTo(ReadConcern.MAJORITY);
    }

    @Test
    void everyTimeOutCanBeSet() {
        MongoLocation.Parsed parsed = parse("mongodb://db1/?serverSelectionTimeoutMS=1&CONNECTTIMEOUTMS=2"
                + "&socketTimeoutMS=3&waitQueueTimeoutMS=4&wtimeoutMS=5&maxPoolSize=6&retryReads=true&retryWrites=false"
                + "&readConcernLevel=linearizable&w=majority&appName=a%20b");
        MongoClientSettings settings = parsed.settings();

        assertThat(settings.getClusterSettings().getServerSelectionTimeout(TimeUnit.MILLISECONDS))
                .isEqualTo(1);
        assertThat(settings.getSocketSettings().getConnectTimeout(TimeUnit.MILLISECONDS))
                .isEqualTo(2);
        assertThat(settings.getSocketSettings().getReadTimeout(TimeUnit.MILLISECONDS))
                .isEqualTo(3);
        assertThat(settings.getConnectionPoolSettings().getMaxWaitTime(TimeUnit.MILLISECONDS))
                .isEqualTo(4);
        assertThat(parsed.writeConcern().getWTimeout(TimeUnit.MILLISECONDS)).isEqualTo(5);
        assertThat(parsed.writeConcern().getWObject()).isEqualTo("majority");
        assertThat(settings.getConnectionPoolSettings().getMaxSize()).isEqualTo(6);
        assertThat(settings.getRetryReads()).isTrue();
        assertThat(settings.getRetryWrites()).isFalse();
        assertThat(settings.getApplicationName()).isEqualTo("a b");
        assertThat(parsed.readConcern()).isEqualTo(ReadConcern.LINEARIZABLE);
    }

    @Test
    void ourOwnOptionsAreTaken() {
        MongoLocation.Parsed parsed =
                parse("mongodb://db1/trading?singleNode=true&insecure=true&expireAbandonedAfter=7d");

        assertThat(parsed.options()).isEqualTo(new MongoOptions(true, true, Optional.of(Duration.ofDays(7))));
        assertThat(parsed.database()).isEqualTo("trading");
        assertThat(parse("mongodb://db1").database()).isEqualTo("backtest_kit");
        assertThat(parse("mongodb://db1/?expireAbandonedAfter=90s").options().expireAbandonedAfter())
                .contains(Duration.ofSeconds(90));
    }

    @Test
    void thePasswordComesFromOutside(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("password"), SECRET + "\n");
        for (String option : List.of("passwordEnv=PW", "passwordFile=" + file)) {
            MongoLocation.Parsed parsed = parse("mongodb://trader@db1/trading?authSource=admin&" + option);

            MongoCredential credential = parsed.settings().getCredential();
            assertThat(credential.getUserName()).isEqualTo("trader");
            assertThat(credential.getPassword()).isEqualTo(SECRET.toCharArray());
            assertThat(parsed.toString()).doesNotContain("w@r", "p:s");
        }
    }

    @Test
    void protectionIsSeen() {
        assertThat(parse("mongodb://db1").protection()).isEqualTo(Protection.NONE);
        assertThat(parse("mongodb://db1/?tls=true").protection()).isEqualTo(Protection.ENCRYPTED);
        assertThat(parse("mongodb://db1/?tls=true&tlsAllowInvalidHostnames=true")
                        .protection())
                .isEqualTo(Protection.HOST_UNCHECKED);
        assertThat(parse("mongodb://db1/?tls=true&tlsInsecure=true").protection())
                .isEqualTo(Protection.HOST_UNCHECKED);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            mongodb://db1/trading | true
            mongodb://db1/trading?replicaSet=rs0&directConnection=true | true
            mongodb://db1/trading?replicaSet=rs0 | false
            mongodb://db1/trading?directConnection=false | false
            mongodb://db1,db2,db3/trading | false
            """)
    void oneHostWithoutTheNameOfItsReplicaSetIsKeptTo(String location, boolean keptTo) {
        MongoConnection connection = parse(location).connect();
        boolean keepsToOne = connection.keepsToOneServer();
        connection.client().close();

        assertThat(keepsToOne).isEqualTo(keptTo);
    }

    @Test
    void aWeakWriteConcernIsRefused() {
        assertRefused("mongodb://db1/?w=0", "w was '0', not majority");
        assertRefused("mongodb://db1/?w=1&journal=false", "w was '1', not majority", "journal was 'false', not true");
        assertThat(parse("mongodb://db1/?w=majority&journal=true").writeConcern())
                .isEqualTo(MongoConnection.DURABLE);
    }

    @Test
    void everyFaultIsNamedAtOnce() {
        assertRefused(
                "mongodb://db1/?conectTimeoutMS=1&socketTimeoutMS=0&readPreference=nearest&readConcernLevel=local"
                        + "&singleNode=yes&expireAbandonedAfter=soon&passwordEnv=NOT_THERE&w=1",
                "the option 'conectTimeoutMS' is not known; known are appName, authMechanism",
                "socketTimeoutMS was '0', not a number from 1 to 600000",
                "readPreference was 'nearest', not primary",
                "readConcernLevel was 'local', not majority or linearizable",
                "w was '1', not majority",
                "singleNode was 'yes', not true or false",
                "expireAbandonedAfter was 'soon', not a duration such as",
                "the environment variable that passwordEnv names is not set");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            dba5.staging | '.'
            dba5%2Estaging | '.'
            a/b | '/'
            a%2Fb | '/'
            a\\b | '\\'
            $a | '$'
            a%20b | a space
            a"b | '"'
            a%00b | the character NUL
            a.b/c.d | '.' and '/'
            """)
    void aNameThatNoDatabaseCanHaveOpensNoOther(String database, String fault) {
        assertRefused(
                "mongodb://trader@db1,db2/" + database + "?replicaSet=rs",
                "the name of its database has " + fault + ", which no database can have");
        assertRefused("mongodb+srv://db.example.net/" + database, fault);
    }

    @Test
    void aNameOfADatabaseIsDecoded() {
        assertThat(parse("mongodb://db1/tr%C3%A4ding-1_x").database()).isEqualTo("tr\u00e4ding-1_x");
    }

    @Test
    void faultsOfTheWriteConcernAndUnknownOptionsAreNamedTogether() {
        assertRefused(
                "mongodb://db1/?singleNode=true&w=1&foo=2", "w was '1', not majority", "the option 'foo' is not known");
    }

    @Test
    void theDriverNeverSendsAChangeTwiceWhateverTheConnectionStringSays() {
        for (String said : List.of("", "?retryWrites=true&w=majority", "?retryWrites=false")) {
            assertThat(parse("mongodb://db1/trading" + said).settings().getRetryWrites())
                    .isFalse();
        }
        assertRefused("mongodb://db1/?retryWrites=maybe", "retryWrites was 'maybe'");
    }

    @Test
    void twoPasswordsAreRefused() {
        assertRefused("mongodb://trader:a@db1/?passwordEnv=PW", "the password is given 2 times");
        assertRefused("mongodb://db1/?passwordEnv=PW", "no user");
        assertRefused("mongodb://u@db1/?passwordEnv=PW&passwordFile=x", "the password is given 2 times");
        assertRefused("mongodb://u@db1/?passwordFile=/not/there", "the file that passwordFile names cannot be read");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mongodb://trader:hunter2@db1/x?nonsense=hunter2",
                "mongodb://trader:hunter2@db1:port/x",
                "mongodb://trader:hunter2/x@db1/x",
                "mongodb://trader:hunter2@x@db1/x",
                "mongodb://trader:x:hunter2@db1/x",
                "mongodb://trader:%hunter2@db1/x",
                "mongodb://trader:x@db1/x?hunter2@db2/y=1",
                "mongodb://trader:hunter2@db1/x?authMechanism=hunter2",
                "mongodb://trader:hunter2@/x",
            })
    void noSecretIsInAMessage(String location) {
        assertThatIllegalArgumentException().isThrownBy(() -> parse(location)).satisfies(e -> {
            StringWriter text = new StringWriter();
            e.printStackTrace(new PrintWriter(text));
            assertThat(text.toString()).doesNotContain("hunter2");
        });
    }
}
