package io.backtestkit.store.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.mongodb.ReadConcern;
import com.mongodb.WriteConcern;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.StoreFinding.Level;
import io.backtestkit.store.StoreLocation;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.store.mongo.MongoConnection.Protection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Each rule, on replies in the form that servers give. What a real server replies, only the suite on one shows. */
class MongoPreflightTest {

    private static final Instant NOW = Instant.parse("2024-01-15T09:30:00Z");
    private static final String AT = "localTime: {$date: '2024-01-15T09:30:00Z'}";
    private static final String PRIMARY =
            "{isWritablePrimary: true, setName: 'rs0', hosts: ['a:27017'], maxWireVersion: 21, " + AT + ", ok: 1.0}";
    private static final String LOGGED_IN =
            "{authInfo: {authenticatedUsers: [{user: 'trader', db: 'admin'}], authenticatedUserRoles: []}, ok: 1.0}";
    private static final String STRANGER = "{authInfo: {authenticatedUsers: [], authenticatedUserRoles: []}, ok: 1.0}";
    private static final MongoClient KEEPING_TO_ONE =
            MongoClients.create("mongodb://127.0.0.1:1/?connectTimeoutMS=100");
    private static final MongoClient FOLLOWING =
            MongoClients.create("mongodb://127.0.0.1:1/?replicaSet=rs0&connectTimeoutMS=100");

    private MongoClient client = FOLLOWING;
    private MongoOptions options = MongoOptions.defaults();
    private Protection protection = Protection.ENCRYPTED;
    private WriteConcern writeConcern = MongoConnection.DURABLE;
    private List<String> hosts = List.of("db1.example.net:27017");
    private String hello = PRIMARY;
    private String status = LOGGED_IN;
    private String collection = "{name: 'signals', type: 'collection', options: {}}";
    private String index = "{v: 2, key: {compositeKey: 1}, name: 'compositeKey_1', unique: true}";
    private List<BsonDocument> held = List.of();
    private Instant clock = NOW;

    @AfterAll
    static void close() {
        KEEPING_TO_ONE.close();
        FOLLOWING.close();
    }

    private List<StoreFinding> findings() {
        MongoConnection connection = new MongoConnection(
                client, "trading", hosts, true, protection, writeConcern, ReadConcern.MAJORITY, options);
        return new MongoPreflight(connection)
                .findings(new ServerReplies(
                        BsonDocument.parse(hello),
                        BsonDocument.parse(status),
                        Map.of("signals", BsonDocument.parse(collection)),
                        held,
                        Map.of("signals", List.of(BsonDocument.parse(index))),
                        clock,
                        clock.plusMillis(20)));
    }

    private Stream<StoreFinding> at(Level level) {
        return findings().stream().filter(finding -> finding.level() == level);
    }

    private void assertOnly(Level level, String subject, String found) {
        assertThat(findings().stream().filter(finding -> finding.level() != Level.OK))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.level()).isEqualTo(level);
                    assertThat(finding.subject()).isEqualTo(subject);
                    assertThat(finding.found()).contains(found);
                    assertThat(finding.advice()).isNotBlank();
                });
    }

    private void assertFine() {
        assertThat(findings()).isNotEmpty().allMatch(finding -> finding.level() == Level.OK);
    }

    @Test
    void aReplicaSetSetUpRightPasses() {
        assertFine();
    }

    @Test
    void aSecondaryIsRefused() {
        hello = PRIMARY.replace("isWritablePrimary: true", "isWritablePrimary: false, secondary: true");
        assertOnly(Level.REFUSED, "server", "not a writable primary");
    }

    @Test
    void aClientThatKeepsToOneOfSeveralMembersIsRefusedUnlessItIsMeant() {
        client = KEEPING_TO_ONE;
        assertFine();

        hello = PRIMARY.replace("['a:27017']", "['a:27017', 'b:27017', 'c:27017']");
        assertOnly(Level.REFUSED, "server", "keeps to one of 3 members of replica set rs0");
        assertThat(findings())
                .anySatisfy(finding -> assertThat(finding.advice()).contains("replicaSet=rs0"));

        options = options.onSingleNode();
        assertOnly(Level.WARNING, "server", "keeps to one of 3 members of replica set rs0");

        options = MongoOptions.defaults();
        client = FOLLOWING;
        assertFine();
    }

    @Test
    void aServerBeforeFiveIsRefused() {
        hello = PRIMARY.replace("maxWireVersion: 21", "maxWireVersion: 9");
        assertOnly(Level.REFUSED, "server version", "wire version 9");
    }

    @Test
    void aServerThatDoesNotKnowHelloIsRefused() {
        hello = "{}";
        assertOnly(Level.REFUSED, "server version", "does not know the command hello");
    }

    @Test
    void aServerThatStandsAloneIsRefusedUnlessItIsMeant() {
        hello = "{isWritablePrimary: true, maxWireVersion: 21, " + AT + ", ok: 1.0}";
        assertOnly(Level.REFUSED, "server", "stands alone");

        options = options.onSingleNode();
        assertFine();
    }

    @Test
    void aRouterPasses() {
        hello = "{isWritablePrimary: true, msg: 'isdbgrid', maxWireVersion: 21, " + AT + ", ok: 1.0}";
        assertFine();
    }

    @Test
    void aWriteConcernBelowMajorityIsRefused() {
        for (WriteConcern weak : List.of(WriteConcern.W1, WriteConcern.W2, WriteConcern.UNACKNOWLEDGED)) {
            writeConcern = weak;
            assertOnly(Level.REFUSED, "write concern", "below majority");
        }
        writeConcern = WriteConcern.MAJORITY.withJournal(false);
        assertOnly(Level.REFUSED, "write concern", "without journal");
    }

    @Test
    void aTimeToLiveThatNobodyAskedForIsRefused() {
        index = "{v: 2, key: {updatedAt: 1}, name: 'updatedAt_1', expireAfterSeconds: 604800}";
        assertOnly(Level.REFUSED, "index updatedAt_1 of signals", "nothing asks for that");

        options = options.expiringAbandonedAfter(Duration.ofDays(1));
        assertOnly(Level.REFUSED, "index updatedAt_1 of signals", "asks for 86400 s");

        options = options.expiringAbandonedAfter(Duration.ofDays(7));
        assertFine();

        index = "{v: 2, key: {'signalData.createdAt': 1}, name: 'x', expireAfterSeconds: 604800}";
        assertOnly(Level.REFUSED, "index x of signals", "signalData.createdAt");
    }

    @Test
    void aTimeToLiveIsNotMadeWhileSomebodyHoldsAClaimWhoNeverTouches() {
        BsonDocument lease = BsonDocument.parse("{_id: 'a:B', compositeKey: 'a:B', strategyName: 'a', symbol: 'B',"
                + " format: 1, epoch: {$numberLong: '3'}, owner: 'process 7', leaseMillis: {$numberLong: '30000'},"
                + " version: {$numberLong: '8'}, renewedAt: {$date: '2024-01-15T09:29:30.001Z'}}");
        String subject = "time to live of signals";
        held = List.of(lease);
        assertFine();

        options = options.expiringAbandonedAfter(Duration.ofDays(7));
        assertOnly(Level.REFUSED, subject, "a/B is held by process 7 until 2024-01-15T09:30:00.001Z");

        lease.put("renewedAt", new BsonDateTime(NOW.minusSeconds(30).toEpochMilli()));
        assertFine();

        lease.remove("leaseMillis");
        assertOnly(Level.REFUSED, subject, "a/B is held by somebody");

        index = "{v: 2, key: {updatedAt: 1}, name: 'updatedAt_1', expireAfterSeconds: 604800}";
        assertFine();
    }

    @Test
    void anIndexInTheWayOfTheTimeToLiveIsRefused() {
        index = "{v: 2, key: {updatedAt: 1}, name: 'updatedAt_1'}";
        assertFine();

        options = options.expiringAbandonedAfter(Duration.ofDays(7));
        assertOnly(Level.REFUSED, "index updatedAt_1 of signals", "in the way");
    }

    @Test
    void aUniqueIndexWithHolesIsRefused() {
        for (String weak :
                List.of("", ", unique: true, sparse: true", ", unique: true, partialFilterExpression: {a: 1}")) {
            index = "{v: 2, key: {compositeKey: 1}, name: 'compositeKey_1'" + weak + "}";
            assertOnly(Level.REFUSED, "index compositeKey_1 of signals", "not unique over all documents");
        }
    }

    @Test
    void aCollectionThatIsNotAnOrdinaryOneIsRefused() {
        collection = "{name: 'signals', type: 'view', options: {}}";
        assertOnly(Level.REFUSED, "collection signals", "it is a view");
        collection = "{name: 'signals', type: 'collection', options: {capped: true, size: 4096}}";
        assertOnly(Level.REFUSED, "collection signals", "drops old documents");
        collection = "{name: 'signals', type: 'collection', options: {collation: {locale: 'en', strength: 2}}}";
        assertOnly(Level.REFUSED, "collection signals", "collation");
    }

    @Test
    void anArbiterIsWarnedOf() {
        hello = PRIMARY.replace("setName:", "arbiters: ['c:27017'], setName:");
        assertOnly(Level.WARNING, "replica set", "arbiter");
    }

    @Test
    void noEncryptionIsWarnedOfOffLoopback() {
        protection = Protection.NONE;
        assertOnly(Level.WARNING, "encryption", "none");

        hosts = List.of("localhost:27017", "127.0.0.1:27018", "[::1]:27019");
        assertFine();
        hosts = List.of("localhost.example.net:27017");
        assertOnly(Level.WARNING, "encryption", "none");
    }

    @Test
    void anUncheckedHostIsRefusedOffLoopbackUnlessItIsMeant() {
        protection = Protection.HOST_UNCHECKED;
        assertOnly(Level.REFUSED, "encryption", "without checking the host");

        options = new MongoOptions(false, true, options.expireAbandonedAfter());
        assertOnly(Level.WARNING, "encryption", "without checking the host");
    }

    @Test
    void noAuthenticationIsWarnedOfOffLoopback() {
        status = STRANGER;
        assertOnly(Level.WARNING, "authentication", "none");

        hosts = List.of("localhost:27017");
        assertFine();
    }

    @Test
    void aClockMoreThanASecondOffIsWarnedOf() {
        for (Duration off : List.of(Duration.ofMillis(1_100), Duration.ofMillis(-1_100))) {
            clock = NOW.plus(off);
            assertOnly(Level.WARNING, "clock", "the server's was 2024-01-15T09:30:00Z");
        }
        clock = NOW.plusMillis(900);
        assertFine();
    }

    @Test
    void allFaultsAreFoundAtOnce() {
        hello = "{isWritablePrimary: false, maxWireVersion: 9, " + AT + "}";
        writeConcern = WriteConcern.W1;
        index = "{v: 2, key: {updatedAt: 1}, name: 'ttl', expireAfterSeconds: 60}";
        assertThat(at(Level.REFUSED).map(StoreFinding::subject))
                .containsExactlyInAnyOrder(
                        "server version", "server", "server", "write concern", "index ttl of signals");
    }

    @Test
    void theEmulatorIsRefusedWithEveryFaultInOneMessage() {
        String name = Emulator.shared().newDatabase();
        String location = Emulator.shared().location(name);
        Emulator.shared()
                .database(name)
                .getCollection("signals")
                .createIndex(Indexes.ascending("updatedAt"), new IndexOptions().expireAfter(7L, TimeUnit.DAYS));
        assertThatExceptionOfType(StoreRefusedException.class)
                .isThrownBy(() -> new MongoSignalStoreProvider().open(StoreLocation.parse(location)))
                .withMessageContainingAll(
                        "Cannot open store mongodb://127.0.0.1:", "server version:", "hello", "nothing asks for that");
    }
}
