package io.backtestkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.StoreFinding.Level;
import io.backtestkit.store.StoreLocation;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.testkit.SampleSignals;
import io.lettuce.core.RedisClient;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** Each rule against a real server, set up wrong and set up right. */
class RedisPreflightTest {

    private static final SignalKey KEY = SampleSignals.key();
    private static final Signal HELD = SampleSignals.openLong(KEY).build();
    private static final String RECORD = "signal:breakout:BTCUSDT";

    private static void assertRefused(String location, String... parts) {
        assertThatExceptionOfType(StoreRefusedException.class)
                .isThrownBy(() -> SignalStores.open(RealRedis.patient(location)).close())
                .withMessageStartingWith("Cannot open store " + location.split("\\?", 2)[0])
                .withMessageContainingAll(parts);
    }

    private static List<StoreFinding> findings(String location, Level level) {
        try (SignalStore store = SignalStores.openReadOnly(RealRedis.patient(location))) {
            return store.check().stream()
                    .filter(finding -> finding.level() == level)
                    .toList();
        }
    }

    private static void assertOpens(String location) {
        try (SignalStore store = SignalStores.open(RealRedis.patient(location))) {
            store.write(KEY, HELD);
            assertThat(store.read(KEY)).contains(HELD);
            store.delete(KEY);
        }
    }

    private static void set(RealRedis redis, String name, String value) {
        redis.ask(commands -> commands.configSet(name, value));
    }

    @Test
    void aServerThatKeepsNothingIsRefusedWithEveryFaultAtOnce() {
        try (RealRedis redis =
                RealRedis.with("--appendonly", "no", "--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru")) {
            assertRefused(
                    redis.location(),
                    "appendonly: it was 'no'",
                    "appendfsync: it was 'everysec'",
                    "maxmemory-policy: it was 'allkeys-lru', with maxmemory 104857600",
                    "Set appendonly yes",
                    "noeviction");
            assertThat(findings(redis.location(), Level.REFUSED))
                    .extracting(StoreFinding::subject)
                    .containsExactly("appendonly", "appendfsync", "maxmemory-policy");
        }
    }

    @Test
    void aDurableServerIsOpenedAndEveryRuleIsShownToHold() {
        try (RealRedis redis = RealRedis.durable("--maxmemory", "100mb", "--maxmemory-policy", "noeviction")) {
            assertOpens(redis.location());
            assertThat(findings(redis.location(), Level.REFUSED)).isEmpty();
            assertThat(findings(redis.location(), Level.OK))
                    .extracting(StoreFinding::subject)
                    .contains(
                            "role",
                            "loading",
                            "appendonly",
                            "last write of the append-only file",
                            "appendfsync",
                            "maxmemory-policy",
                            "time to live");
            set(redis, "maxmemory", "0");
            set(redis, "maxmemory-policy", "allkeys-lru");
            assertOpens(redis.location());
        }
    }

    @Test
    void aLossWindowIsAcceptedOnlyWhenToldAndSaidAtEveryStart() {
        try (RealRedis redis = RealRedis.with("--appendonly", "yes", "--appendfsync", "everysec")) {
            assertRefused(redis.location(), "appendfsync: it was 'everysec'", "acceptLossWindow=1s");
            String accepting = redis.location() + "?acceptLossWindow=1s";
            assertOpens(accepting);
            assertThat(logged(() ->
                            SignalStores.open(RealRedis.patient(accepting)).close()))
                    .anySatisfy(line -> assertThat(line).contains("appendfsync", "accepted by acceptLossWindow=1s"));
            set(redis, "appendfsync", "no");
            assertRefused(accepting, "appendfsync: it was 'no'");
            set(redis, "appendfsync", "always");
            assertThat(logged(() ->
                            SignalStores.open(RealRedis.patient(accepting)).close()))
                    .anySatisfy(line -> assertThat(line).contains("acceptLossWindow=1s is set"));
        }
    }

    @Test
    void notFlushingDuringARewriteIsRefused() {
        try (RealRedis redis = RealRedis.durable("--no-appendfsync-on-rewrite", "yes")) {
            assertRefused(redis.location(), "no-appendfsync-on-rewrite: it was 'yes'");
            assertRefused(redis.location() + "?acceptLossWindow=1s", "no-appendfsync-on-rewrite: it was 'yes'");
            set(redis, "no-appendfsync-on-rewrite", "no");
            assertOpens(redis.location());
        }
    }

    @Test
    void aHiddenConfigurationMustBeAccepted() {
        try (RealRedis redis = RealRedis.durable("--rename-command", "CONFIG", "")) {
            assertRefused(redis.location(), "appendfsync cannot be verified", "acceptUnverified=true");
            assertOpens(redis.location() + "?acceptUnverified=true");
            assertThat(findings(redis.location() + "?acceptUnverified=true", Level.WARNING))
                    .extracting(StoreFinding::subject)
                    .contains("appendfsync");
        }
    }

    @Test
    void aReplicaIsRefusedAndAMasterWithOneIsWarnedOf() {
        try (RealRedis master = RealRedis.durable();
                RealRedis replica = RealRedis.durable("--replicaof", "127.0.0.1", String.valueOf(master.port()))) {
            Poll.until("the replica is connected", () -> master.ask(commands -> commands.info("replication"))
                    .contains("connected_slaves:1"));
            assertRefused(replica.location(), "role: it was 'slave'");
            assertOpens(master.location());
            assertThat(findings(master.location(), Level.WARNING))
                    .extracting(StoreFinding::found)
                    .contains("1 connected");
        }
    }

    @Test
    void aRecordThatWouldVanishIsRefused() {
        try (RealRedis redis = RealRedis.durable()) {
            try (SignalStore store = SignalStores.open(RealRedis.patient(redis.location()))) {
                store.write(KEY, HELD);
                store.end(SampleSignals.closed(
                        SampleSignals.openLong(new SignalKey("a", "b")).build()));
            }
            redis.ask(commands -> commands.expire(RECORD, 1000));
            assertRefused(redis.location(), "time to live: 1 would vanish", RECORD, "PERSIST");
            assertRefused(redis.location() + "?expireAbandonedAfter=5m", RECORD);
            assertOpens(redis.location() + "?expireAbandonedAfter=1h");
            redis.ask(commands -> commands.expire("trades:a:b", 1000));
            assertRefused(redis.location() + "?expireAbandonedAfter=1h", "trades:a:b");
            redis.ask(commands -> commands.persist("trades:a:b"));
            assertOpens(redis.location());
        }
    }

    @Test
    void aSignalWithTheNameOfAClusterIsNotTakenForAbsent() {
        try (RealRedis redis = RealRedis.durable()) {
            redis.ask(commands -> commands.hset("signal:{breakout:BTCUSDT}", "schema", "1"));
            assertRefused(redis.location(), "names: 1 signals have the names of a cluster", RECORD);
            redis.ask(commands -> commands.del("signal:{breakout:BTCUSDT}"));
            assertOpens(redis.location());
        }
    }

    /** Its files cannot grow over 64 KiB: the write of the append-only file fails as on a full disk. */
    @Test
    void aServerThatCannotWriteIsRefusedAndRefuses() {
        try (RealRedis redis = RealRedis.withFilesUpTo(64, "--appendonly", "yes", "--appendfsync", "everysec")) {
            String accepting = redis.location() + "?acceptLossWindow=1s";
            try (SignalStore store = SignalStores.open(RealRedis.patient(accepting))) {
                Signal large =
                        SampleSignals.openLong(KEY).note("n".repeat(20_000)).build();
                StoreRefusedException failure = catchThrowableOfType(
                        StoreRefusedException.class,
                        () -> Poll.until("the server refuses", () -> {
                            store.write(KEY, large); // it writes its file later, while it still flushes what was before
                            return false;
                        }));
                assertThat(failure.getMessage()).contains("MISCONF", KEY.toString(), redis.location());
                assertRefused(accepting, "last write of the append-only file: it was 'err'");
            }
        }
    }

    @Test
    void aFullServerTakesNoWriteButEveryEnd() {
        try (RealRedis redis = RealRedis.durable()) {
            try (SignalStore store = SignalStores.open(RealRedis.patient(redis.location()))) {
                SignalKey other = new SignalKey("reversal", "ETHUSDT");
                store.write(KEY, HELD);
                store.write(other, SampleSignals.openLong(other).build());
                set(redis, "maxmemory", "1");

                assertThatExceptionOfType(StoreRefusedException.class)
                        .isThrownBy(() -> store.write(KEY, HELD))
                        .withMessageContainingAll("OOM", KEY.toString(), redis.location(), "maxmemory");
                store.end(SampleSignals.closed(HELD));
                store.delete(other);
                store.end(SampleSignals.closed(
                        SampleSignals.openLong(KEY).id("no longer held").build()));

                assertThat(store.keys()).isEmpty();
                assertThat(store.tradeLog().orElseThrow().trades(KEY)).hasSize(2);
            }
        }
    }

    /** Loads slowly, and answers after each 2 MB. */
    @Test
    void aServerThatIsStillLoadingIsRefused() {
        try (RealRedis redis = RealRedis.durable("--key-load-delay", "100000", "--rdbcompression", "no")) {
            redis.ask(commands -> {
                for (int i = 0; i < 150; i++) {
                    commands.setrange("filler" + i, 200_000, "x");
                }
                return commands.bgrewriteaof();
            });
            Poll.until("the file is rewritten", () -> {
                String info = redis.ask(commands -> commands.info("persistence"));
                return info.contains("aof_rewrite_in_progress:0") && !info.contains("aof_last_rewrite_time_sec:-1");
            });
            redis.kill();
            redis.startWithoutWaiting();
            Poll.until("the server is loading", () -> {
                try {
                    assertRefused(redis.location(), "loading: it is still reading its data");
                    return true;
                } catch (AssertionError e) {
                    if (String.valueOf(e.getMessage()).contains("could not be reached")) {
                        return false;
                    }
                    throw e;
                }
            });
        }
    }

    @Test
    void theUserAndTheNetworkAreWarnedOf() {
        try (RealRedis redis = RealRedis.durable()) {
            assertThat(findings(redis.location(), Level.WARNING))
                    .extracting(StoreFinding::subject)
                    .containsExactly("user");
            assertThat(findings(redis.location(), Level.OK))
                    .contains(StoreFinding.ok(
                            "network", "the named hosts are this machine, or TLS with the host checked"));
            // an address that leads to this machine, which nobody can tell from its name
            assertThat(findings(redis.location().replace("127.0.0.1", "0.0.0.0"), Level.WARNING))
                    .contains(StoreFinding.warning(
                            "network",
                            "the connection to another machine is not encrypted",
                            "Use rediss:// with a certificate that names the host, or a tunnel."));
        }
        assertThat(insecurity("redis://10.1.2.3")).isPresent();
        assertThat(insecurity("redis://localhost")).isEmpty();
        assertThat(insecurity("redis://[::1]:7000/2")).isEmpty();
        assertThat(insecurity("rediss://10.1.2.3")).isEmpty();
        assertThat(insecurity("rediss://10.1.2.3?insecure=true")).isPresent();
    }

    @Test
    void ofAClientThatIsGivenTheNetworkIsSaidNotToBeSeen() {
        try (RealRedis redis = RealRedis.durable()) {
            RedisClient client = RedisClient.create(redis.location());
            try (SignalStore own =
                    RedisSignalStore.on(client, RedisOptions.defaults().withCommandTimeout(Duration.ofMinutes(1)))) {
                assertThat(own.check())
                        .contains(StoreFinding.ok("network", "the user's own client, whose settings are not seen"));
            } finally {
                client.shutdown();
            }
        }
    }

    private static Optional<String> insecurity(String location) {
        return RedisLocation.of(StoreLocation.parse(location), name -> null).insecurity();
    }

    private static List<String> logged(Runnable call) {
        List<String> lines = new CopyOnWriteArrayList<>();
        Logger logger = Logger.getLogger(RedisSignalStore.class.getName());
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                lines.add(line.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        logger.addHandler(handler);
        try {
            call.run();
        } finally {
            logger.removeHandler(handler);
        }
        return lines;
    }
}
