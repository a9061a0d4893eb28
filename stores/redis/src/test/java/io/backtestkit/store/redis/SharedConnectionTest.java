package io.backtestkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.testkit.NetworkFault;
import io.backtestkit.testkit.NetworkProxy;
import io.backtestkit.testkit.SampleSignals;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SharedConnectionTest {

    private static final Request READ = Request.ofStore("read the keys of");

    /** Says for ever that it is open, as the client may after its connection was lost while it was being made. */
    @SuppressWarnings("unchecked")
    private static SharedConnection.Session open() {
        ClassLoader loader = SharedConnectionTest.class.getClassLoader();
        return new SharedConnection.Session(
                (StatefulConnection<String, byte[]>) Proxy.newProxyInstance(
                        loader,
                        new Class<?>[] {StatefulConnection.class},
                        (self, method, arguments) -> method.getName().equals("isOpen")
                                ? (Object) true
                                : CompletableFuture.completedFuture(null)),
                (RedisClusterAsyncCommands<String, byte[]>) Proxy.newProxyInstance(
                        loader, new Class<?>[] {RedisClusterAsyncCommands.class}, (self, method, arguments) -> null));
    }

    private static CompletableFuture<String> rejected() {
        return CompletableFuture.failedFuture(new RedisException("Currently not connected. Commands are rejected."));
    }

    private final AtomicInteger made = new AtomicInteger();

    private SharedConnection connection() {
        return connection("redis://test", RedisOptions.defaults());
    }

    private SharedConnection connection(String store, RedisOptions options) {
        return new SharedConnection(
                store,
                () -> {
                    made.incrementAndGet();
                    return CompletableFuture.completedFuture(open());
                },
                options,
                () -> {});
    }

    private static String there(SharedConnection connection) {
        return connection.call(READ, commands -> CompletableFuture.completedFuture("there"));
    }

    @Test
    void aConnectionThatIsGoneButSaysItIsOpenIsReplacedAtTheNextCall() {
        try (SharedConnection connection = connection()) {
            there(connection);

            assertThatExceptionOfType(StoreUnavailableException.class)
                    .isThrownBy(() -> connection.call(READ, commands -> rejected()))
                    .matches(failure -> !failure.mayHaveHappened());

            assertThat(there(connection)).isEqualTo("there");
            assertThat(made).hasValue(2);
        }
    }

    @Test
    void aConnectionThatIsGoneBeforeItsFirstAnswerIsReplacedAFewTimes() {
        AtomicInteger asked = new AtomicInteger();
        try (SharedConnection connection = connection()) {
            String answer = connection.call(
                    READ,
                    commands -> asked.incrementAndGet() == 1 ? rejected() : CompletableFuture.completedFuture("there"));

            assertThat(answer).isEqualTo("there");
            assertThat(made).hasValue(2);
        }
        try (SharedConnection connection = connection()) {
            made.set(0);
            assertThatExceptionOfType(StoreUnavailableException.class)
                    .isThrownBy(() -> connection.call(READ, commands -> rejected()))
                    .matches(failure -> !failure.mayHaveHappened());
            assertThat(made).hasValue(4);
        }
    }

    @Test
    void whatMayHaveBeenSentIsNotAskedAgain() {
        try (SharedConnection connection = connection()) {
            assertThatExceptionOfType(StoreUnavailableException.class)
                    .isThrownBy(() -> connection.call(
                            READ,
                            commands ->
                                    CompletableFuture.failedFuture(new RedisException("Connection reset by peer"))));
            assertThat(made).hasValue(1);
        }
    }

    /** Makes a request that is never answered while one for another slot is, and then one more. */
    private int connectionsMadeIfOnlyAnotherSlotIsAnswered(String store) {
        Duration shortest = Duration.ofMillis(1);
        RedisOptions options = new RedisOptions(
                shortest, Duration.ofMillis(5), shortest, shortest, Optional.empty(), false, Optional.empty());
        made.set(0);
        try (SharedConnection connection = connection(store, options)) {
            there(connection);
            CompletableFuture<String> unanswered = new CompletableFuture<>() {
                @Override
                public String get(long timeout, TimeUnit unit)
                        throws InterruptedException, ExecutionException, TimeoutException {
                    Request another = Request.reading("read signal", new SignalKey("breakout", "ETHUSDT"));
                    connection.call(another, commands -> CompletableFuture.completedFuture("there"));
                    return super.get(timeout, unit);
                }
            };
            Request request = Request.reading("read signal", SampleSignals.key());
            assertThatExceptionOfType(StoreUnavailableException.class)
                    .isThrownBy(() -> connection.call(request, commands -> unanswered));
            there(connection);
        }
        return made.get();
    }

    @Test
    void aServerOfAClusterThatFellSilentIsConnectedToAnewThoughAnotherAnswers() {
        assertThat(connectionsMadeIfOnlyAnotherSlotIsAnswered("redis-cluster://test"))
                .isEqualTo(2);
        assertThat(connectionsMadeIfOnlyAnotherSlotIsAnswered("redis://test"))
                .as("for a single server, which has answered")
                .isEqualTo(1);
    }

    @Test
    void aConnectionThatIsClosedRightAfterItsHandshakeIsReplaced() {
        RedisClient client = RedisClient.create();
        client.setOptions(ClientOptions.builder()
                .autoReconnect(false)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .build());
        try (RealRedis redis = RealRedis.durable();
                NetworkProxy proxy = new NetworkProxy("127.0.0.1", redis.port())) {
            RedisURI uri = RedisURI.create(proxy.host(), proxy.port());
            Supplier<CompletionStage<SharedConnection.Session>> connector =
                    () -> client.connectAsync(RedisScripts.CODEC, uri).thenApply(connected -> {
                        if (made.incrementAndGet() == 1) {
                            proxy.reset();
                        }
                        return new SharedConnection.Session(connected, connected.async());
                    });
            SharedConnection connection = new SharedConnection(
                    "redis://test",
                    () -> connector.get().thenApplyAsync(session -> {
                        Poll.until(
                                "the first one is closed",
                                () -> made.get() > 1 || !session.connection().isOpen());
                        return session;
                    }),
                    RedisOptions.defaults().withCommandTimeout(Duration.ofMinutes(1)),
                    () -> {});

            assertThat(connection.<String>call(READ, commands -> commands.ping()))
                    .isEqualTo("PONG");
            assertThat(made).hasValue(2);
            connection.close();
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        }
    }

    /** The client keeps what was sent, to send it again; a connection that is given up takes it back. */
    @Test
    void aChangeThatTheClientTakesBackIsInDoubt() {
        try (RealRedis redis = RealRedis.durable();
                NetworkProxy proxy = new NetworkProxy("127.0.0.1", redis.port())) {
            RedisClient client = RedisClient.create(RedisURI.create(proxy.host(), proxy.port()));
            SignalKey key = SampleSignals.key();
            try (SignalStore store =
                    RedisSignalStore.on(client, RedisOptions.defaults().withCommandTimeout(Duration.ofMinutes(1)))) {
                Signal signal = SampleSignals.openLong(key).build();
                store.write(key, signal);
                proxy.fail(NetworkFault.CLOSE_REPLIES);
                CompletableFuture<Throwable> failure =
                        CompletableFuture.supplyAsync(() -> catchThrowable(() -> store.write(key, signal)));
                Poll.until("it was sent, and to connect again was tried", () -> proxy.struckMessages() > 3);

                assertThatExceptionOfType(StoreUnavailableException.class)
                        .as("the next call, which gives the connection up")
                        .isThrownBy(() -> store.read(key));

                assertThat(failure.join())
                        .isInstanceOfSatisfying(StoreUnavailableException.class, e -> assertThat(e.mayHaveHappened())
                                .isTrue());
            } finally {
                client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
            }
        }
    }

    @Test
    void aFailureToCloseDoesNotHideTheFirst() {
        SharedConnection connection = new SharedConnection(
                "redis://test",
                () -> CompletableFuture.failedFuture(new RedisConnectionException("no server")),
                RedisOptions.defaults(),
                () -> {
                    throw new IllegalStateException("not closed");
                });

        assertThatExceptionOfType(StoreUnavailableException.class)
                .isThrownBy(() -> new RedisLink(connection, false, RedisOptions.defaults()))
                .satisfies(failure ->
                        assertThat(failure.getSuppressed()).singleElement().isInstanceOf(IllegalStateException.class));
    }

    private static Set<Thread> threadsOfClients() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("lettuce"))
                .collect(Collectors.toSet());
    }

    @Test
    void aStoreClosedByAnInterruptedThreadLeavesNothingBehind() {
        try (RealRedis redis = RealRedis.durable();
                RealRedis node = SeveralServersTest.node()) {
            SeveralServersTest.join(List.of(node));
            for (String location : List.of(redis.patient(), node.patient().replace("redis:", "redis-cluster:"))) {
                Set<Thread> before = threadsOfClients();
                SignalStore store = SignalStores.open(location);
                Set<Thread> its = threadsOfClients();
                its.removeAll(before);
                assertThat(its).isNotEmpty();
                Thread.currentThread().interrupt();

                store.close();

                assertThat(Thread.interrupted()).isTrue();
                Poll.until("its threads have ended", () -> its.stream().noneMatch(Thread::isAlive));
            }
        }
    }
}
