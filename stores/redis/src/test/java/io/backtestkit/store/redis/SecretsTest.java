package io.backtestkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.Claims;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.StoreLocation;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.testkit.Patiently;
import io.backtestkit.testkit.SampleSignals;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsTest {

    private static final String SECRET = "correct-horse-battery";

    private static String everything(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    @Test
    @SuppressWarnings("try") // closed early on purpose
    void noFailureAndNoNameShowsThePassword() {
        try (RealRedis redis = RealRedis.durable("--requirepass", SECRET)) {
            String location = "redis://:" + SECRET + "@127.0.0.1:" + redis.port();
            SignalStore store = Patiently.get(() -> SignalStores.open(RealRedis.patient(location)));
            store.write(
                    SampleSignals.key(),
                    SampleSignals.openLong(SampleSignals.key()).build());
            assertThat(store + store.describe() + store.check()).doesNotContain(SECRET);
            redis.kill();
            Throwable gone = catchThrowable(() -> store.read(SampleSignals.key()));
            assertThat(everything(gone)).contains("127.0.0.1:" + redis.port()).doesNotContain(SECRET);
            store.close();
            Throwable closed = catchThrowable(() -> store.read(SampleSignals.key()));
            assertThat(everything(closed)).contains("the store was closed").doesNotContain(SECRET);
            assertThat(everything(catchThrowable(() -> SignalStores.open(location))))
                    .doesNotContain(SECRET);
        }
    }

    @Test
    void aWrongOrMissingPasswordIsRefusedAndNotShown() {
        try (RealRedis redis = RealRedis.durable("--requirepass", "another")) {
            Throwable wrong = catchThrowable(
                    () -> SignalStores.open(RealRedis.patient("redis://:" + SECRET + "@127.0.0.1:" + redis.port())));
            assertThat(wrong).isInstanceOf(StoreRefusedException.class).hasMessageContaining("WRONGPASS");
            assertThat(everything(wrong)).doesNotContain(SECRET);
            assertThatExceptionOfType(StoreRefusedException.class)
                    .isThrownBy(() -> SignalStores.open(redis.patient()))
                    .withMessageContainingAll("NOAUTH", "passwordEnv=");
        }
    }

    @Test
    void aPasswordComesFromAFileOrTheEnvironment(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("password"), SECRET + "\n");
        try (RealRedis redis = RealRedis.durable("--requirepass", SECRET)) {
            SignalStores.open(redis.patient() + "&passwordFile=" + file).close();
        }
        assertThat(address("redis://me@host?passwordEnv=REDIS").password()).isEqualTo(SECRET);
        assertThat(address("redis://me:a%40b%2Fc+d@host").password()).isEqualTo("a@b/c+d");
    }

    @Test
    void aUserWithTooFewRightsIsRefusedByName() {
        try (RealRedis redis = RealRedis.durable(
                "--user",
                "reader",
                "on",
                ">" + SECRET,
                "~*",
                "+@read",
                "+info",
                "+ping",
                "+time",
                "+config|get",
                "+acl|whoami",
                "+evalsha",
                "+eval")) {
            String location = RealRedis.patient("redis://reader:" + SECRET + "@127.0.0.1:" + redis.port());
            Throwable refused = catchThrowable(() -> SignalStores.open(location));
            assertThat(refused)
                    .isInstanceOf(StoreRefusedException.class)
                    .hasMessageContaining("the user may not run del, hset, persist, pexpire, renamenx");
            assertThat(everything(refused)).doesNotContain(SECRET);
            try (SignalStore store = SignalStores.openReadOnly(location)) {
                assertThat(store.read(SampleSignals.key())).isEmpty();
            }
        }
    }

    @Test
    void theRightsThatTheDocumentationNamesAreEnough() {
        SignalKey key = SampleSignals.key();
        Signal signal = SampleSignals.openLong(key).build();
        try (RealRedis redis = RealRedis.durable(DocumentedRights.read().settings("trader"));
                SignalStore store = SignalStores.open(RealRedis.patient(
                        "redis://trader:" + SECRET + "@127.0.0.1:" + redis.port() + "?expireAbandonedAfter=1d"))) {
            Claims claims = store.claims().orElseThrow();
            Claim claim = claims.claim(key, "a", Duration.ofMinutes(1)).claim();
            claims.write(claim, signal);
            claims.renew(claim, Duration.ofMinutes(1));
            store.touch(key);
            claims.end(claim, SampleSignals.closed(signal));
            claims.release(claim);
            store.writeAll(Map.of(key, signal));
            assertThat(store.tradeLog().orElseThrow().trades(key)).hasSize(1);
            assertThat(store.read(key)).contains(signal);
            redis.ask(commands -> commands.hset("signal:breakout:BTCUSDT", "body", "{}"));
            redis.ask(commands -> commands.hset("fence:breakout:BTCUSDT", "epoch", "9"));
            assertThat(store.setAside(key)).isPresent();
            store.delete(key);
            assertThat(store.check()).extracting(StoreFinding::level).containsOnly(StoreFinding.Level.OK);
        }
    }

    private static RedisLocation address(String location) {
        return RedisLocation.of(StoreLocation.parse(location), name -> name.equals("REDIS") ? SECRET : null);
    }

    private static void assertWrong(String location, String... parts) {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> address(location))
                .withMessageContainingAll(parts)
                .satisfies(failure -> assertThat(everything(failure)).doesNotContain(SECRET));
    }

    @Test
    void everyFaultOfALocationIsNamedAtOnce() {
        assertWrong(
                "redis://" + SECRET + "@host:99999/0?commandTimeout=fast&colour=red&insecure=maybe",
                "'host:99999' is not a host and port",
                "commandTimeout was 'fast'",
                "the option 'colour' is not known",
                "insecure was 'maybe'",
                "user name and no password",
                "known are acceptLossWindow, acceptUnverified, caFile, commandTimeout");
        assertWrong("redis:nothing", "its address is not //host:port/database");
        assertWrong("redis://a,b", "it names several servers");
        assertWrong(
                "redis-sentinel://a,b",
                "sentinelMasterId is missing",
                "Write redis-sentinel://host:26379,host:26379/0?sentinelMasterId=name&option=value.");
        assertWrong(
                "redis-cluster://a,b/3", "only database 0", "Write redis-cluster://host:6379,host:6379?option=value.");
        assertWrong("rediss://a,b", "Write rediss://host:6379/0?option=value.");
        assertWrong("redis://h?passwordEnv=NONE", "the environment variable that passwordEnv names is not set");
        assertWrong("redis://:" + SECRET + "@h?passwordEnv=REDIS", "the password is given 2 times");
        assertWrong("redis://h?passwordFile=/does/not/exist", "cannot be read");
        assertWrong("redis://h?caFile=/x", "caFile is only for rediss://");
        assertWrong("redis://h?commandTimeout=0s", "commandTimeout was 0ms, it must be at least 1ms");
    }

    @Test
    void eachFormOfALocationIsTaken() {
        assertThat(address("redis://host").describe()).isEqualTo("redis://host:6379/0");
        assertThat(address("rediss://[::1]:7/2").describe()).isEqualTo("rediss://[::1]:7/2");
        assertThat(address("redis-sentinel://a,b:7?sentinelMasterId=m").describe())
                .isEqualTo("redis-sentinel://a:26379,b:7/0");
        assertThat(address("rediss-cluster://a:1,b:2").describe()).isEqualTo("rediss-cluster://a:1,b:2");
        assertThat(address("redis://h?expireAbandonedAfter=7d&commandTimeout=500ms")
                        .options())
                .isEqualTo(RedisOptions.defaults()
                        .withCommandTimeout(Duration.ofMillis(500))
                        .expiringAbandonedAfter(Duration.ofDays(7)));
    }
}
