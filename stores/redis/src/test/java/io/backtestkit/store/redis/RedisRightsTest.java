package io.backtestkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.groups.Tuple.tuple;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.Claims;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.StoreFinding.Level;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.store.UnreadableSignalException;
import io.backtestkit.testkit.SampleSignals;
import io.lettuce.core.api.sync.RedisServerCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Users who lack a right: when the store is opened, and when it is taken away later. */
class RedisRightsTest {

    private static final SignalKey KEY = SampleSignals.key();
    private static final Signal HELD = SampleSignals.openLong(KEY).build();
    private static final EndedSignal ENDED = SampleSignals.closed(HELD);
    private static final Duration LEASE = Duration.ofMinutes(1);
    private static final DocumentedRights RIGHTS = DocumentedRights.read();
    private static final String USER = "trader";

    /** Whoever lacks these may be let in, or is told in other words why not. */
    private static final Set<String> LESS_THAN_NEEDED = Set.of("config|get", "acl|whoami");

    private static RealRedis redis;

    @BeforeAll
    static void startServer() {
        redis = RealRedis.durable();
    }

    @AfterAll
    static void stopServer() {
        redis.close();
    }

    @BeforeEach
    void empty() {
        redis.ask(RedisServerCommands::flushall);
        grant();
    }

    private static void grant() {
        DocumentedRights.set(redis, USER, RIGHTS.rules());
    }

    private static void grantAllBut(String right) {
        DocumentedRights.set(redis, USER, RIGHTS.rulesWithout(right));
    }

    private static String location() {
        return DocumentedRights.location(redis, USER);
    }

    private static List<StoreFinding> findings(String location) {
        try (SignalStore store = SignalStores.openReadOnly(location)) {
            return store.check();
        }
    }

    private static void assertRefused(String location, String... parts) {
        assertThatExceptionOfType(StoreRefusedException.class)
                .isThrownBy(() -> SignalStores.open(location).close())
                .withMessageStartingWith("Cannot open store redis://")
                .withMessageContainingAll(parts);
    }

    @Test
    void withoutAnyCommandThatTheDocumentationNamesOpeningIsRefusedAndNamesIt() {
        List<String> needed = RIGHTS.commands().stream()
                .filter(command -> !LESS_THAN_NEEDED.contains(command))
                .toList();
        assertThat(needed).hasSizeGreaterThanOrEqualTo(20);
        for (String command : needed) {
            grantAllBut(command);

            assertRefused(location(), "the user may not run " + command, "(+" + command + ")", "docs/databases.md");
            assertThat(findings(location()))
                    .as("what store check shows without %s", command)
                    .filteredOn(finding -> finding.level() == Level.REFUSED)
                    .extracting(StoreFinding::subject, StoreFinding::found)
                    .containsExactly(tuple("rights", "the user may not run " + command));
        }
    }

    @Test
    void withoutAnyPatternThatTheDocumentationNamesOpeningIsRefusedAndNamesIt() {
        try (SignalStore store = SignalStores.open(location())) {
            store.write(KEY, HELD);
            store.end(ENDED);
            store.write(KEY, HELD);
        }
        for (String pattern : RIGHTS.keys()) {
            grantAllBut(pattern);

            assertRefused(location(), "may not touch the keys " + pattern, "(~" + pattern + ")");
            assertThat(findings(location()))
                    .as("what store check shows")
                    .anyMatch(finding -> finding.found().contains("may not touch the keys " + pattern))
                    .anyMatch(finding -> finding.subject().equals("appendfsync"));
        }
    }

    @Test
    void everyRightThatIsMissingIsNamedAtOnce() {
        DocumentedRights.set(redis, USER, List.of("-rpush", "-sadd", "resetkeys", "~signal:*"));

        assertRefused(
                location(),
                "the user may not run rpush, sadd, and the user may not touch the keys damaged:*, fence:*, traded:*,"
                        + " trades:*",
                "Grant it (+rpush +sadd ~damaged:* ~fence:* ~traded:* ~trades:*)");
    }

    @Test
    void aServerThatHasACommandNoMoreIsRefusedByName() {
        for (String command : List.of("rpush", "eval", "evalsha")) {
            try (RealRedis other = RealRedis.durable("--rename-command", command, "")) {
                assertRefused(other.patient(), "the user may not run " + command);
            }
        }
    }

    @Test
    void withoutTheConfigurationOpeningIsRefusedUntilThatIsAccepted() {
        grantAllBut("config|get");

        assertRefused(location(), "the server does not show its configuration", "acceptUnverified=true");
        SignalStores.open(location() + "&acceptUnverified=true").close();
    }

    @Test
    void whoTheUserIsNeedNotBeTold() {
        grantAllBut("acl|whoami");

        SignalStores.open(location()).close();
        assertThat(findings(location())).contains(StoreFinding.ok("user", "the server does not say who it is"));
    }

    /** The server takes some of them from whoever connects, and the client goes on without the others. */
    @Test
    void ofTheHandshakeOnlyTheNumberOfADatabaseNeedsARightOfItsOwn() {
        for (String command : RIGHTS.handshake()) {
            grantAllBut(command);
            SignalStores.open(location()).close();
        }
        grantAllBut("select");
        assertRefused(location().replace("?", "/1?"), "NOPERM", "'select'", "docs/databases.md");
    }

    @Test
    void whatIsTriedLeavesNothingBehindEvenOnAFullServer() {
        SignalStores.open(location()).close();
        redis.ask(commands -> commands.configSet("maxmemory", "1"));
        try {
            SignalStores.open(location()).close();
        } finally {
            redis.ask(commands -> commands.configSet("maxmemory", "0"));
        }

        assertThat(redis.<Object>ask(commands -> commands.dbsize())).isEqualTo(0L);
    }

    /** A script keeps what it did before the command that was denied. */
    @Test
    void anEndThatIsDeniedOnItsWayIsUnknownAndCompletedByTheNextTry() {
        List<String> denials =
                List.of("sismember", "lrange", "rpush", "sadd", "del", "hset", "persist", "hmget", "type");
        for (String denied : denials) {
            empty();
            try (SignalStore store = SignalStores.open(location())) {
                store.write(KEY, HELD);
                grantAllBut(denied);
                assertUnknown(() -> store.end(ENDED));
                assertUnknown(() -> store.end(ENDED));
                if (denied.equals("del")) {
                    assertThat(store.read(KEY)).as("what was not deleted").contains(HELD);
                }
                grant();

                store.end(ENDED);

                assertCompleted(denied, store);
            }
        }
    }

    @Test
    void aReplacementThatIsDeniedOnItsWayLeavesTheDamageAndIsCompletedByTheNextTry() {
        for (String denied : List.of("hset", "persist", "renamenx", "hmget", "type")) {
            empty();
            try (SignalStore store = SignalStores.open(location())) {
                store.write(KEY, HELD);
                redis.ask(commands -> commands.hset("signal:breakout:BTCUSDT", "body", "{}"));
                grantAllBut(denied);
                assertUnknown(() -> store.setAside(KEY, HELD));
                grant();
                assertThatExceptionOfType(UnreadableSignalException.class)
                        .as("read after a replacement without %s", denied)
                        .isThrownBy(() -> store.read(KEY));

                assertThat(store.setAside(KEY, HELD)).isPresent();

                assertThat(store.read(KEY)).contains(HELD);
            }
        }
    }

    @Test
    void anEndUnderAClaimThatIsDeniedOnItsWayIsUnknownAndCompletedByTheNextTry() {
        for (String denied : List.of("sismember", "rpush", "sadd", "del", "hset", "persist")) {
            empty();
            try (SignalStore store = SignalStores.open(location())) {
                Claims claims = store.claims().orElseThrow();
                Claim claim = claims.claim(KEY, "a", LEASE).claim();
                claims.write(claim, HELD);
                grantAllBut(denied);
                assertUnknown(() -> claims.end(claim, ENDED));
                grant();

                claims.end(claim, ENDED);

                assertCompleted(denied, store);
            }
        }
    }

    private static void assertCompleted(String denied, SignalStore store) {
        assertThat(store.tradeLog().orElseThrow().trades(KEY))
                .as("logged after %s was denied", denied)
                .containsExactly(ENDED);
        assertThat(store.read(KEY)).as("held after %s was denied", denied).isEmpty();
        assertThat(store.check())
                .as("found after %s was denied", denied)
                .extracting(StoreFinding::level)
                .containsOnly(Level.OK);
    }

    @Test
    void anyOtherChangeThatIsDeniedOnItsWayIsUnknown() {
        List<Consumer<SignalStore>> changes = new ArrayList<>();
        changes.add(store -> store.write(KEY, HELD));
        changes.add(store -> store.writeAll(Map.of(KEY, HELD)));
        changes.add(store -> store.delete(KEY));
        changes.add(store -> store.claims().orElseThrow().claim(KEY, "a", LEASE));
        for (Consumer<SignalStore> change : changes) {
            empty();
            try (SignalStore store = SignalStores.open(location())) {
                store.write(KEY, HELD);
                grantAllBut("hset");

                assertUnknown(() -> change.accept(store));
            }
        }
    }

    /** The trade is first in the log and then among its ids, so that what is missing in between shows. */
    @Test
    void aTradeThatIsLoggedWithoutItsIdIsReported() {
        try (SignalStore store = SignalStores.open(location())) {
            grantAllBut("sadd");
            assertUnknown(() -> store.tradeLog().orElseThrow().append(ENDED));
            grant();

            assertThat(store.check())
                    .filteredOn(finding -> finding.level() == Level.DAMAGED)
                    .extracting(StoreFinding::found)
                    .containsExactly("the log has 1 entries, its set of ids 0");
        }
    }

    private static void assertUnknown(Runnable change) {
        assertThatExceptionOfType(StoreUnavailableException.class)
                .isThrownBy(change::run)
                .withMessageContainingAll(
                        "can't run this command", "a part of the change may have been made", "docs/databases.md")
                .matches(StoreUnavailableException::mayHaveHappened);
    }
}
